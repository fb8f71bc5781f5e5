"""One database: fills it, and prints each figure as a line of JSON."""

import json
import os
import sys
import time
from dataclasses import asdict

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
os.environ.setdefault("LOG_LEVEL", "ERROR")
django.setup()

from django.core.management import call_command  # noqa: E402  after the setup
from django.db import connection  # noqa: E402

from tests.benchmarks.desk.pages import figures  # noqa: E402
from tests.benchmarks.desk.studio import fill  # noqa: E402


def main() -> None:
    call_command("migrate", verbosity=0)
    begun = time.perf_counter()
    producer = fill(int(sys.argv[1]))
    took = time.perf_counter() - begun
    print(f"{connection.vendor}: filled in {took:.0f} s", file=sys.stderr)
    for figure in figures(producer):
        print(json.dumps(asdict(figure)))
    connection.close()


if __name__ == "__main__":
    main()
