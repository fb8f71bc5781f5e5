"""A naming rule run over many names before it is saved: what it would change, against the rules as
they stand."""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from itertools import islice
from pathlib import PurePosixPath

from pipeline.models import NamingRule, Project, SourceFile, UploadJob
from pipeline.routing import FitsSeveral, Held, Route, route
from pipeline.rulebook import Rulebook

FILES_AT_MOST = 50_000
SECONDS_AT_MOST = 6.0
EXAMPLES = 20
FOLDERS_AT_MOST = 200


@dataclass(frozen=True)
class File:
    """`project` is that of its watched folder; None: its name says it. `by_hand`: where a person
    said that it goes, whatever its name says."""

    name: str
    project: Project | None = None
    by_hand: Route | None = None


class Change(StrEnum):
    """What becomes of a file when the rule is saved."""

    GAINED = "gained"  # held until now
    MOVED = "moved"  # goes elsewhere, or reads otherwise
    LOST = "lost"  # held from now on
    CONFLICT = "conflict"  # another rule reads it differently
    SAME = "same"
    HELD = "held"  # as before


@dataclass(frozen=True)
class Example:
    """Where it goes before and after; a Held says why nowhere."""

    name: str
    before: Route | Held
    after: Route | Held


@dataclass
class Outcome:
    """`read`: by the rule that is tried, whatever others make of them. `folders`: what it would lay
    in each, under the project's code. `tried` is less than `given` when the time was over."""

    given: int = 0
    tried: int = 0
    read: int = 0
    counts: Counter[Change] = field(default_factory=Counter)
    examples: dict[Change, list[Example]] = field(default_factory=dict)
    folders: Counter[tuple[str, ...]] = field(default_factory=Counter)

    def note(self, change: Change, example: Example) -> None:
        self.tried += 1
        self.counts[change] += 1
        shown = self.examples.setdefault(change, [])
        if len(shown) < EXAMPLES:
            shown.append(example)


def back_test(
    rule: NamingRule,
    files: Iterable[File],
    clock: Callable[[], float] = time.monotonic,
    seconds: float = SECONDS_AT_MOST,
) -> Outcome:
    """`rule` is as it would be saved. Raises `naming.TemplateError` when it is wrong."""
    rule.compiled()
    before = Rulebook.now()
    after = before.having(rule)
    outcome, end = Outcome(), clock() + seconds
    for file in files:
        outcome.given += 1
        if clock() <= end:
            _try(outcome, rule, file, before, after)
    return outcome


def _try(outcome: Outcome, rule: NamingRule, file: File, before: Rulebook, after: Rulebook) -> None:
    was, will = goes(file, before), goes(file, after)
    change = _change(rule, was, will)
    if file.by_hand and isinstance(was, Held):
        change = Change.SAME if change == Change.HELD else change
        was = file.by_hand
    outcome.note(change, Example(file.name, was, will))
    match = after.read_by(rule, file.name, file.project)
    if match is None:
        return
    outcome.read += 1
    if isinstance(will, Route) and will.destination == match.parsed.folders:
        folder = (will.project.code, *will.destination)
        if folder in outcome.folders or len(outcome.folders) < FOLDERS_AT_MOST:
            outcome.folders[folder] += 1


def goes(file: File, book: Rulebook) -> Route | Held:
    try:
        return route(file.name, file.project, book=book)
    except Held as held:
        return held


def _change(rule: NamingRule, before: Route | Held, after: Route | Held) -> Change:
    match before, after:
        case Route(), Route():
            return Change.SAME if _place(before) == _place(after) else Change.MOVED
        case Route(), FitsSeveral():
            return Change.CONFLICT
        case _, FitsSeveral() if rule in after.rules:
            return Change.CONFLICT
        case Route(), _:
            return Change.LOST
        case _, Route():
            return Change.GAINED
    return Change.HELD


def _place(route: Route) -> tuple[object, ...]:
    return route.project.code, route.destination, route.fields


def seen_since(moment: datetime) -> Iterator[File]:
    """The files in the ledger, the newest first, 50,000 at most."""
    projects = Project.objects.in_bulk()
    by_hand = _by_hand(moment, projects)
    rows = SourceFile.objects.order_by("-id")
    told = rows.values_list("pk", "key", "folder__project", "first_seen")
    for pk, key, project, first_seen in islice(told.iterator(chunk_size=2000), FILES_AT_MOST):
        if first_seen < moment:
            return
        yield File(PurePosixPath(key).name, projects.get(project), by_hand.get(pk))


def _by_hand(moment: datetime, projects: Mapping[int, Project]) -> dict[int, Route]:
    """By the file: where those go of which a person said so. Files come before their uploads."""
    rows = UploadJob.objects.filter(created_at__gte=moment, project__in=projects)
    rows = rows.exclude(overrides={}).exclude(state=UploadJob.State.WAITING).order_by("id")
    told = rows.values_list("source", "project", "fields", "version", "destination")
    return {
        source: Route(projects[project], None, fields, version, tuple(destination))
        for source, project, fields, version, destination in told[:FILES_AT_MOST]
    }
