"""The uploads that are held because of their names: why, sorted, and how each is let go."""

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from pipeline import intake, jobs, naming
from pipeline.models import NamingRule, Project, UploadJob
from pipeline.routing import FitsNone, Held, Route, UnknownProject, project_of, route, usable
from pipeline.rulebook import Reader, Rulebook

AT_MOST = 500  # sorted at once: the newest
SECONDS_AT_MOST = 4.0
LIKE = 2  # tokens that have to be read of a name: the first takes the start of any


@dataclass(frozen=True)
class Nearest:
    """The rule that a name fits best, without fitting it."""

    rule: NamingRule
    near: naming.Near


@dataclass(frozen=True)
class Sorted:
    """One held upload, as the rules of now see it. `now`: where it would go, or why nowhere."""

    job: UploadJob
    now: Route | Held
    nearest: Nearest | None = None

    @property
    def reason(self) -> str:
        """Why it is held; of several rules in vain, what the nearest says."""
        if isinstance(self.now, Route):
            return ""
        if isinstance(self.now, FitsNone) and self.nearest:
            return self.now.miss(self.nearest.rule)
        return self.now.reason

    @property
    def slip(self) -> naming.Slip | None:
        """The one misspelt word that is all that is wrong with the name."""
        near = self.nearest.near if self.nearest else None
        return near.slips[0] if near and near.whole and len(near.slips) == 1 else None


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
    project = project_of(job, book)
    found = [
        Nearest(reader.rule, near)
        for reader in [*book.own(project), *book.shared()]
        if (near := _near(reader, job.name)).sure >= LIKE
    ]
    return max(found, key=lambda nearest: nearest.near.closeness(), default=None)


def _near(reader: Reader, name: str) -> naming.Near:
    return naming.Near({}) if reader.broken else reader.compiled.near(name)


def let_go(job: UploadJob, who: str) -> None:
    """The rules read its name by now. Raises MoveRefused."""
    jobs.let_go(job, who, _("the naming rules read it now"))


def send_as(
    job: UploadJob, project: Project, rule: NamingRule, fields: Mapping[str, str], who: str
) -> None:
    """Send it with what a person says of it, to where the rule sends such a file. Raises Held when
    that is no place, MoveRefused when it is not held for its name any more."""
    fields = {token: text.strip() for token, text in fields.items() if text.strip()}
    try:
        compiled = rule.compiled()
        destination = compiled.folders(fields)
        version = naming.version_of(job.name, fields)
    except (naming.NamingError, naming.TemplateError) as error:
        raise Held(jobs.Hold.NAME, str(error)) from error
    given = {**job.overrides, **fields, "project": project.code}
    if destination:
        given["folder"] = "/".join(destination)
    found = Route(usable(project), rule, fields, version, destination)
    why = _("read by hand: %(fields)s") % {"fields": in_words(fields)}
    jobs.let_go(job, who, why, {**intake.columns(found), "overrides": given})


def in_words(fields: Mapping[str, str]) -> str:
    return ", ".join(f"{token} {text}" for token, text in fields.items())


def mend(one: Sorted, who: str) -> None:
    """Send a name with one misspelt word as what was meant. Raises Held and MoveRefused."""
    if one.nearest is None or one.slip is None:
        raise Held(jobs.Hold.NAME, _("%(name)s has no such slip.") % {"name": one.job.name})
    rule, fields = one.nearest.rule, one.nearest.near.fields
    send_as(one.job, project_for(one.job, rule, fields), rule, fields, who)


def project_for(job: UploadJob, rule: NamingRule, fields: Mapping[str, str]) -> Project:
    """The one that the folder, the rule or the name says. Raises Held."""
    code = fields.get("project", "")
    if project := project_of(job) or rule.project:
        return usable(project)
    if project := Project.objects.filter(code__iexact=code).first():
        return usable(project)
    raise UnknownProject(code, Project.objects.values_list("code", flat=True))
