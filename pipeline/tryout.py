"""A naming rule tried on names before it is saved."""

import time
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field, replace

from django.utils.translation import gettext as _

from pipeline.naming import NamingError, Rule
from pipeline.routing import Held, route
from pipeline.rulebook import Rulebook

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
    goes: str = ""  # the project and the folders, where all rules together send it
    held: str = ""  # why it would be held though this rule reads it

    def as_json(self) -> dict[str, object]:
        return asdict(self)


def names_in(text: str, at_most: int = NAMES_AT_MOST) -> list[str]:
    """One name a line; what is pasted with a path keeps its last part."""
    lines = (line.strip().replace("\\", "/").rstrip("/") for line in text.splitlines())
    return [line.rpartition("/")[2] for line in lines if line][:at_most]


def try_names(
    rule: Rule,
    names: Iterable[str],
    clock: Callable[[], float] = time.monotonic,
    book: Rulebook | None = None,
) -> list[Tried]:
    """`book`: the rules with this one among them, to say where each name would go."""
    end = clock() + SECONDS_AT_MOST
    return [_try_name(rule, name, book, late=clock() > end) for name in names]


def _try_name(rule: Rule, name: str, book: Rulebook | None, *, late: bool) -> Tried:
    if late:
        return Tried(name, ok=False, error=_("Not tried: this rule takes too long."))
    if len(name) > LONGEST_NAME:
        return Tried(name[:60] + "…", ok=False, error=_("No file name is as long as this."))
    try:
        read = rule.parse(name)
    except NamingError as error:
        return Tried(name, ok=False, error=str(error))
    tried = Tried(
        name, ok=True, fields=dict(read.fields), version=read.version, folders=list(read.folders)
    )
    return _routed(tried, book) if book else tried


def _routed(tried: Tried, book: Rulebook) -> Tried:
    try:
        found = route(tried.name, book=book)
    except Held as why:
        return replace(tried, held=why.reason)
    goes = " / ".join([found.project.code, *found.destination])
    if list(found.destination) == tried.folders:
        return replace(tried, goes=goes)
    text = _("The rule %(rule)s goes before this one, and sends it to %(place)s.")
    return replace(tried, held=text % {"rule": found.rule, "place": goes})
