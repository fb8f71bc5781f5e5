"""What an examination says of one thing."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from pipeline.models import HealthFinding

State = HealthFinding.State


@dataclass(frozen=True)
class Finding:
    """`name` is the same in each examination, for programs; `title` is for people.

    `advice`: what to do, where there is something. `since` when it has been in this state.
    """

    name: str
    title: str
    state: State
    text: str
    advice: str = ""
    since: datetime | None = None

    def as_json(self) -> dict[str, str | None]:
        return {
            "name": self.name,
            "title": self.title,
            "state": self.state.value,
            "text": self.text,
            "advice": self.advice,
            "since": self.since.isoformat() if self.since else None,
        }


Look: TypeAlias = Callable[[], Iterable[Finding]]
"""One check: looks, and says what it has found; of several things where there are several."""


def well(name: str, title: str, text: str) -> Finding:
    return Finding(name, title, State.OK, text)


def warning(name: str, title: str, text: str, advice: str) -> Finding:
    return Finding(name, title, State.WARNING, text, advice)


def fault(name: str, title: str, text: str, advice: str) -> Finding:
    return Finding(name, title, State.FAULT, text, advice)
