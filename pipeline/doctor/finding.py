"""What an examination says of one thing."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from django.utils.functional import Promise

from pipeline.models import HealthFinding

State = HealthFinding.State
Text: TypeAlias = str | Promise


@dataclass(frozen=True)
class Finding:
    """`name` is the same in each examination, for programs; `title` is for people.

    `advice`: what to do, where there is something. `since` when it has been in this state. The
    texts are lazy where they can be: they are kept in every language (`record`). What they quote,
    such as an error of Frame.io, stays in the language of who looked.
    """

    name: str
    title: Text
    state: State
    text: Text
    advice: Text = ""
    since: datetime | None = None

    def as_json(self) -> dict[str, str | None]:
        return {
            "name": self.name,
            "state": self.state.value,
            **self.worded(),
            "since": self.since.isoformat() if self.since else None,
        }

    def worded(self) -> dict[str, str]:
        """In the language of now."""
        return {"title": str(self.title), "text": str(self.text), "advice": str(self.advice)}


Look: TypeAlias = Callable[[], Iterable[Finding]]
"""One check: looks, and says what it has found; of several things where there are several."""


def well(name: str, title: Text, text: Text) -> Finding:
    return Finding(name, title, State.OK, text)


def warning(name: str, title: Text, text: Text, advice: Text) -> Finding:
    return Finding(name, title, State.WARNING, text, advice)


def fault(name: str, title: Text, text: Text, advice: Text) -> Finding:
    return Finding(name, title, State.FAULT, text, advice)
