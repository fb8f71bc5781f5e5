"""A process that tells the team, round after round, until it is ended: by a clock that is faster.

`python -m tests.notifications.announcer EPOCH FASTER`
"""

import os
import sys
import time
from datetime import UTC, datetime, timedelta

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "postflow_site.settings")
django.setup()

from pipeline import announcing  # noqa: E402  after the setup


def main(epoch: float, faster: float) -> None:
    def now() -> datetime:
        return datetime.fromtimestamp(epoch + (time.time() - epoch) * faster, UTC)

    def sleep(seconds: float) -> None:
        time.sleep(seconds / faster)

    while True:
        announcing.announce(timedelta(seconds=20), now, sleep)
        time.sleep(0.02)


if __name__ == "__main__":
    main(float(sys.argv[1]), float(sys.argv[2]))
