"""The long forms. Exit code 1 when anything was lost, doubled, stuck or left behind.

monkey   renders come in while processes, servers and databases die (--combination --files --seed)
resume   what ten kills of busy workers cost in bytes
hosts    two machines with one queue (--files), one of them cut off and killed
limits   --files uploads queued: files/s against Frame.io's limit, and what each takes of the
         processor and of the workers' time (--seconds --scale --joined-after --combination)
"""

import argparse
import os
import signal
import sys

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
django.setup()

from tests.chaos import limits, resume, run, two_hosts  # noqa: E402  # they read the table of moves
from tests.chaos.services import COMBINATIONS, why_not  # noqa: E402


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m tests.chaos",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    ways = {"monkey": monkey, "resume": resumed, "hosts": hosts, "limits": limited}
    parser.add_argument("what", nargs="?", choices=list(ways), default="monkey")
    parser.add_argument("--combination", choices=["all", *COMBINATIONS], default="all")
    parser.add_argument("--files", type=int)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--strikes", type=int, default=60)
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument("--scale", type=float, default=1)
    parser.add_argument("--joined-after", type=float, default=0, metavar="SECONDS")
    given = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("stopped"))  # and leave nothing running
    return 0 if ways[given.what](given) else 1


def monkey(given: argparse.Namespace) -> bool:
    names = COMBINATIONS if given.combination == "all" else [given.combination]
    good = [_one(name, given) for name in names]
    return all(good)


def _one(name: str, given: argparse.Namespace) -> bool:
    if reason := why_not(name):
        print(f"{name}: not run, {reason}")
        return False
    outcome = run.run(run.Plan(name, given.files or 200, given.seed, given.strikes))
    print(outcome, flush=True)
    return not outcome.faults


def resumed(given: argparse.Namespace) -> bool:
    cost = resume.run()
    print(cost)
    return not cost.faults and cost.sent <= cost.allowed


def hosts(given: argparse.Namespace) -> bool:
    if reason := why_not(two_hosts.COMBINATION) or two_hosts.why_not():
        print(f"two hosts: not run, {reason}")
        return False
    outcome = two_hosts.run(given.files or 1000)
    print(outcome)
    return not outcome.faults and outcome.in_time


def limited(given: argparse.Namespace) -> bool:
    name = "sqlite+orm" if given.combination == "all" else given.combination
    if reason := why_not(name):
        print(f"{name}: not run, {reason}")
        return False
    files = given.files or 10_000
    print(limits.run(files, given.seconds, given.scale, name, given.joined_after))
    return True


if __name__ == "__main__":
    sys.exit(main())
