"""The uploads that are held because of their names: why, sorted, and how each is let go."""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from pipeline import intake, jobs, naming
from pipeline.models import NamingRule, Project, UploadJob
from pipeline.routing import (
    FitsNone,
    Held,
    Miss,
    OtherProject,
    Route,
    UnknownProject,
    filled_in,
    project_of,
    route,
    usable,
    why_not,
)
from pipeline.rulebook import Reader, Rulebook

AT_MOST = 500  # sorted at once: the newest
SECONDS_AT_MOST = 4.0
TOLD_AT_MOST = 5  # rules: why one does not fit takes longer to find than that it does not
LIKE = 2  # tokens that have to be read of a name: the first takes the start of any


@dataclass(frozen=True)
class Nearest:
    """The rule that a name fits best, without fitting it."""

    rule: NamingRule
    near: naming.Near


@dataclass(frozen=True)
class Told:
    """Why a rule does not read a name."""

    rule: NamingRule
    why: str


@dataclass(frozen=True)
class Sorted:
    """One held upload, as the rules of now see it. `now`: where it would go, or why nowhere."""

    job: UploadJob
    now: Route | Held
    nearest: Nearest | None = None

    @property
    def reason(self) -> str:
        """Why it is held, where that is not said of each rule (`told`)."""
        if isinstance(self.now, Route | FitsNone):
            return ""
        return self.now.reason

    @property
    def told(self) -> list[Told]:
        """Why the project's own rules do not read it; where it has none, the nearest."""
        return _told(self._misses[0])

    @property
    def told_besides(self) -> list[Told]:
        """Why the other rules do not."""
        return _told(self._misses[1])

    @property
    def _misses(self) -> tuple[list[Miss], list[Miss]]:
        if not isinstance(self.now, FitsNone):
            return [], []
        near = [miss for miss in self.now.others if self.nearest and miss[0] == self.nearest.rule]
        first = self.now.own or near
        return first, [miss for miss in self.now.others if miss not in first]

    @property
    def slip(self) -> naming.Slip | None:
        """The one misspelt word that is all that is wrong with the name."""
        near = self.nearest.near if self.nearest else None
        return near.slips[0] if near and near.whole and len(near.slips) == 1 else None


def _told(misses: Sequence[Miss]) -> list[Told]:
    return [Told(rule, why_not(why)) for rule, why in misses[:TOLD_AT_MOST]]


def held() -> QuerySet[UploadJob]:
    """Those whose name could not be read, the newest first. What was read and is held for its
    project's setting up, or for a file of its name, is not among them."""
    rows = UploadJob.objects.filter(
        state=jobs.State.WAITING, hold__in=jobs.FOR_A_NAME, rule=None
    ).exclude(overrides__has_key="folder")
    return rows.select_related("project", "source__folder__project").order_by("-id")


def sort(rows: Iterable[UploadJob], clock: Callable[[], float] = time.monotonic) -> list[Sorted]:
    """As many as there is time for."""
    book, end = Rulebook.now(), clock() + SECONDS_AT_MOST
    found = []
    for job in rows:
        if clock() > end:
            break
        found.append(look_at(job, book))
    return found


def look_at(job: UploadJob, book: Rulebook) -> Sorted:
    try:
        return Sorted(job, route(job.name, project_of(job, book), job.overrides, book))
    except FitsNone as why:
        return Sorted(job, why, _nearest(job, book))
    except Held as why:
        return Sorted(job, why)


def _nearest(job: UploadJob, book: Rulebook) -> Nearest | None:
    """Of a project that has rules of its own, another one counts only when a slip is all that is
    wrong by it: a name in that project's folder was hardly given by a rule for all."""
    project = project_of(job, book)
    own = book.own(project)
    found = [
        Nearest(reader.rule, near)
        for reader in [*own, *book.shared()]
        if (near := _near(reader, job.name)).sure >= LIKE
        and (near.whole or reader in own or not (project and own))
    ]
    return max(found, key=lambda nearest: nearest.near.closeness(), default=None)


def _near(reader: Reader, name: str) -> naming.Near:
    return naming.Near({}) if reader.broken else reader.compiled.near(name)


def let_go(job: UploadJob, who: str) -> None:
    """The rules read its name by now. Raises MoveRefused."""
    jobs.let_go(job, who, _("the naming rules read it now"))


def send_as(job: UploadJob, found: Route, who: str) -> None:
    """Send it to where a person says. Raises MoveRefused when it is not held for its name any
    more."""
    why = _("filled in by hand: %(fields)s") % {"fields": found.read}
    jobs.let_go(job, who, why, intake.columns_by_hand(found, who))


def send_as_its_folders(one: Sorted, who: str) -> None:
    """Send a name that says another project as one of the project whose folder it lies in. Raises
    Held and MoveRefused."""
    found = one.now
    if not isinstance(found, OtherProject):
        raise Held(jobs.Hold.NAME, _("%(name)s says no other project.") % {"name": one.job.name})
    route = filled_in(one.job.name, found.project, found.rule, found.fields)
    send_as(one.job, route, who)


def mend(one: Sorted, who: str) -> None:
    """Send a name with one misspelt word as what was meant. Raises Held and MoveRefused."""
    if one.nearest is None or one.slip is None:
        raise Held(jobs.Hold.NAME, _("%(name)s has no such slip.") % {"name": one.job.name})
    rule, fields = one.nearest.rule, one.nearest.near.fields
    project = project_for(one.job, rule, fields)
    send_as(one.job, filled_in(one.job.name, project, rule, fields), who)


def project_for(job: UploadJob, rule: NamingRule, fields: Mapping[str, str]) -> Project:
    """The one that the folder, the rule or the name says. Raises Held."""
    code = fields.get("project", "")
    if project := project_of(job) or rule.project:
        return usable(project)
    if project := Project.objects.filter(code__iexact=code).first():
        return usable(project)
    raise UnknownProject(code, Project.objects.values_list("code", flat=True))
