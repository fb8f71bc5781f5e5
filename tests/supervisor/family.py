"""`python -m tests.supervisor.family PLACE NAME CODE ...`: a supervisor that can be killed."""

import sys
from pathlib import Path

from rich.console import Console

from pipeline.supervisor.lines import Lines
from pipeline.supervisor.lock import only_one
from pipeline.supervisor.supervisor import Child, Supervisor


def main(place: Path, *names_and_codes: str) -> None:
    lines = Lines(Console())
    pairs = zip(names_and_codes[::2], names_and_codes[1::2], strict=True)
    with (
        only_one(place) as lock,
        Supervisor(lines, folder=place, keep_open=(lock,), grace=20) as supervisor,
    ):
        supervisor.heed_signals()
        for name, code in pairs:
            supervisor.add(Child(name, (sys.executable, "-c", code)))
        supervisor.run(until=lambda: False)


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
