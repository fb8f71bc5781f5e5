"""How Frame.io has answered so far."""

from dataclasses import dataclass

from frameio.models import CallTally
from frameio.tallies import UP_TO

__all__ = ["UP_TO", "Calls", "calls"]


@dataclass(frozen=True)
class Calls:
    """So many calls of one operation, with one status, that took no longer than `up_to`.

    `seconds` is what they took together, `waited` what the limits had kept them waiting before.
    """

    operation: str
    status: str
    up_to: str
    number: int
    seconds: float
    waited: float


def calls() -> list[Calls]:
    rows = CallTally.objects.order_by("operation", "status").values_list(
        "operation", "status", "up_to", "calls", "seconds", "waited"
    )
    return [Calls(*row) for row in rows]
