"""The states of a job, and the one way from one to another."""

from collections.abc import Mapping
from typing import TypeAlias

from django.db import transaction
from django.db.models import Q

from pipeline import outbox, tallies
from pipeline.models import JobEvent, Tally, UploadJob

State = UploadJob.State
Hold = UploadJob.Hold
FOR_A_NAME = (Hold.NAME, Hold.PROJECT)


MOVES: dict[State, frozenset[State]] = {
    # Back to done: what had arrived before, and has no second place to go to any more.
    State.WAITING: frozenset({State.PENDING, State.CANCELLED, State.DONE}),
    State.PENDING: frozenset({State.RUNNING, State.CANCELLED, State.DONE}),
    State.RUNNING: frozenset(
        {State.DONE, State.PENDING, State.WAITING, State.FAILED, State.CANCELLED}
    ),
    State.FAILED: frozenset({State.PENDING, State.CANCELLED}),
    State.CANCELLED: frozenset({State.PENDING}),
    State.DONE: frozenset({State.PENDING}),  # for a place that waited (`reopen`)
}
SUPERSEDED = (State.PENDING, State.WAITING, State.FAILED)  # when the file gets a newer job


class MoveRefused(Exception):
    """The job is not in a state from which that can be done; says which it is in."""


Changes: TypeAlias = Mapping[str, object]
ANYHOW = Q()
NO_CHANGES: Changes = {}


def move(
    job_id: int,
    old: State,
    new: State,
    *,
    who: str,
    why: str,
    provided: Q = ANYHOW,
    changes: Changes = NO_CHANGES,
) -> bool:
    """Move the job if it still stands at `old`, and `provided` holds. Tells whether it did."""
    if new not in MOVES[old]:
        raise ValueError(f"a job never goes from {old} to {new}")
    with transaction.atomic():
        rows = UploadJob.objects.filter(provided, pk=job_id, state=old)
        if rows.update(state=new, **changes) != 1:
            return False
        JobEvent.objects.create(job_id=job_id, state=new, who=who, why=why)
        outbox.changed(job_id)
    tallies.count(Tally.What.MOVE, new)
    return True
