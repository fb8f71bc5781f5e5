"""One round: what happened becomes cards, and the cards are sent."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta

from django.utils import timezone

from pipeline import chores
from pipeline.announcing import bursts, daily, incidents, known_channels, progress, sending
from pipeline.channels import Change

LOOK_ROUND = "announcing"
LOOK_ROUND_EVERY = timedelta(seconds=15)
PATIENCE = timedelta(seconds=20)  # of a round, when a channel has to be waited for
AT_ONCE = timedelta()


def is_due() -> bool:
    now = timezone.now()
    return (
        Change.objects.exists()
        or progress.due(now).exists()
        or sending.due_channels(now).exists()
        or chores.is_due(LOOK_ROUND, LOOK_ROUND_EVERY, now)
    )


def announce(
    patience: timedelta = PATIENCE,
    now: Callable[[], datetime] = timezone.now,
    sleep: Callable[[float], None] = time.sleep,
) -> None:
    """May run anywhere, any number of times at once, and be cut off anywhere."""
    known_channels.keep_default()
    while bursts.take_changes(now()):
        pass
    progress.refresh(now())
    if chores.take(LOOK_ROUND, LOOK_ROUND_EVERY, now()):
        incidents.look_round(now())
        daily.make_cards(now())
    sending.send_due(patience, now, sleep)
