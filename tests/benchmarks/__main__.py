"""`make bench`: every benchmark of this folder, one after the other."""

import pkgutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent

for module in pkgutil.iter_modules([str(HERE)]):
    if module.name != "__main__":
        subprocess.run([sys.executable, "-m", f"tests.benchmarks.{module.name}"], check=True)
