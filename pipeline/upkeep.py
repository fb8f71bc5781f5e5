"""What is seen to once a day."""

from datetime import timedelta

from pipeline import chores, history
from pipeline.integrations import frameio_upkeep

DAILY = "daily"
EVERY = timedelta(days=1)


def is_due() -> bool:
    return chores.is_due(DAILY, EVERY)


def daily() -> None:
    """Whoever comes first today does it; safe to be cut off."""
    if chores.take(DAILY, EVERY):
        frameio_upkeep.keep_logins()
        frameio_upkeep.sweep()  # it knows what is ours by the jobs there are
        history.prune()
