"""A naming rule tried on names before it is saved."""

import time
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field

from django.utils.translation import gettext as _

from pipeline.naming import NamingError, Rule

NAMES_AT_MOST = 200
LONGEST_NAME = 1024
SECONDS_AT_MOST = 3.0  # for all names together: a hostile expression must not hold the server


@dataclass(frozen=True)
class Tried:
    """What the rule reads out of one name, or why it does not fit."""

    name: str
    ok: bool
    fields: dict[str, str] = field(default_factory=dict)
    version: int | None = None
    folders: list[str] = field(default_factory=list)
    error: str = ""

    def as_json(self) -> dict[str, object]:
        return asdict(self)


def names_in(text: str) -> list[str]:
    """One name a line; what is pasted with a path keeps its last part."""
    lines = (line.strip().replace("\\", "/").rstrip("/") for line in text.splitlines())
    return [line.rpartition("/")[2] for line in lines if line][:NAMES_AT_MOST]


def try_names(
    rule: Rule, names: Iterable[str], clock: Callable[[], float] = time.monotonic
) -> list[Tried]:
    end = clock() + SECONDS_AT_MOST
    return [_try_name(rule, name, late=clock() > end) for name in names]


def _try_name(rule: Rule, name: str, *, late: bool) -> Tried:
    if late:
        return Tried(name, ok=False, error=_("Not tried: this rule takes too long."))
    if len(name) > LONGEST_NAME:
        return Tried(name[:60] + "…", ok=False, error=_("No file name is as long as this."))
    try:
        read = rule.parse(name)
    except NamingError as error:
        return Tried(name, ok=False, error=str(error))
    return Tried(
        name, ok=True, fields=dict(read.fields), version=read.version, folders=list(read.folders)
    )
