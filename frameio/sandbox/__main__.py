"""`python -m frameio.sandbox`: the sandbox without Django."""

import argparse
import sys
from pathlib import Path

from frameio.sandbox.options import add_arguments, options_from
from frameio.sandbox.server import CannotStart, serve


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m frameio.sandbox", description=__doc__)
    add_arguments(parser, data=Path("var/sandbox"))
    try:
        serve(options_from(vars(parser.parse_args())))
    except CannotStart as reason:
        print(reason, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
