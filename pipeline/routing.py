"""From a file's name to where it goes: which project, which rule, which folders."""

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TypeAlias

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from pipeline import naming
from pipeline.models import NamingRule, Project, UploadJob
from pipeline.rulebook import Match, Reader, Rulebook

Hold = UploadJob.Hold
Miss: TypeAlias = tuple[NamingRule, naming.NamingError | naming.TemplateError]
MISSES_TOLD = 3

NOTHING_BY_HAND: Mapping[str, str] = {}


class Held(Exception):
    """It cannot be told where the file goes; the message says why and what to do."""

    def __init__(self, hold: Hold, reason: str) -> None:
        super().__init__(reason)
        self.hold = hold
        self._reason = reason

    def __str__(self) -> str:
        return self.reason

    @property
    def reason(self) -> str:
        return self._reason


class FitsNone(Held):
    """No rule reads the name. The sentence is made when it is asked for: to find where a name stops
    fitting takes far longer than to read one."""

    def __init__(self, name: str, misses: Sequence[Miss]) -> None:
        Exception.__init__(self, name)
        self.hold = Hold.NAME
        self.name = name
        self.misses = misses

    @property
    def reason(self) -> str:
        told = [_told(rule, why) for rule, why in self.misses[:MISSES_TOLD]]
        if len(self.misses) == 1:
            return told[0]
        intro = _("%(name)s fits none of %(count)d naming rules.") % {
            "name": printable(self.name),
            "count": len(self.misses),
        }
        return "\n".join([intro, *(f"- {miss}" for miss in told)])

    def miss(self, rule: NamingRule) -> str:
        """Why that one does not read it."""
        return next((_told(other, why) for other, why in self.misses if other == rule), "")


class FitsSeveral(Held):
    """Rules that disagree read the name."""

    def __init__(self, name: str, rules: Sequence[NamingRule]) -> None:
        reason = _(
            "%(name)s fits more than one rule, with different results: %(rules)s."
            " Narrow one of them, or make one inactive."
        ) % {"name": printable(name), "rules": ", ".join(map(str, rules))}
        super().__init__(Hold.NAME, reason)
        self.rules = rules


class UnknownProject(Held):
    """No project has the name's code, and the rule makes none."""

    def __init__(self, code: str, known: Iterable[str]) -> None:
        codes = ", ".join(islice(known, 20))
        reason = _("There is no project %(code)s. There is: %(codes)s.") % {
            "code": code,
            "codes": codes or _("none yet; make one in the admin"),
        }
        super().__init__(Hold.PROJECT, reason)
        self.code = code


@dataclass(frozen=True)
class Route:
    """`rule` is None only when a person named the folder by hand. `project` is not saved yet when
    the rule makes it (`pipeline.intake.saved`).
    """

    project: Project
    rule: NamingRule | None
    fields: dict[str, str]
    version: int | None
    destination: tuple[str, ...]


def route(
    name: str,
    project: Project | None = None,
    overrides: Mapping[str, str] = NOTHING_BY_HAND,
    book: Rulebook | None = None,
) -> Route:
    """Read `name` by the rules. Raises Held.

    `project` is the one the file belongs to whatever its name says (None: the name says it).
    `overrides` are given by hand and win over the name: `folder` (as `A/B`), `scene`, `shot` and
    any other field. `book`: by these rules; for many names it is read once.
    """
    book = book or Rulebook.now()
    folder = overrides.get("folder", "")
    by_hand = {key: value for key, value in overrides.items() if key != "folder"}
    try:
        match = _match(name, project, book)
    except Held:
        if not (folder and project):
            raise
        return Route(usable(project), None, by_hand, None, folders_of(folder))
    fields = match.parsed.fields | by_hand
    found = _project(name, project, match.rule, fields, book)
    try:
        destination = folders_of(folder) if folder else match.compiled.folders(fields)
    except naming.NamingError as error:
        raise Held(Hold.NAME, str(error)) from error
    return Route(found, match.rule, fields, match.parsed.version, destination)


def folders_of(path: str) -> tuple[str, ...]:
    """`A/B` as given by hand into ("A", "B"). Raises Held."""
    segments = tuple(segment.strip() for segment in path.strip("/").split("/"))
    for segment in segments:
        if segment in {"", ".", ".."} or len(segment) > 255 or not segment.isprintable():
            raise Held(
                Hold.NAME,
                _("%(path)r is not a folder on Frame.io: write it as A/B/C.") % {"path": path},
            )
    return segments


def _match(name: str, project: Project | None, book: Rulebook) -> Match:
    """The one rule that fits. A project's own rules go before those for every project."""
    own, shared = book.own(project), book.shared()
    if not own and not shared:
        raise Held(Hold.NAME, _("There is no active naming rule. Make one in the admin."))
    misses: list[Miss] = []
    for tier in (own, shared):
        hits = list(_hits(name, tier, misses))
        if len({(hit.parsed.folders, *sorted(hit.parsed.fields.items())) for hit in hits}) > 1:
            raise FitsSeveral(name, [hit.rule for hit in hits])
        if hits:
            return hits[0]
    raise FitsNone(name, misses)


def _hits(name: str, readers: Iterable[Reader], misses: list[Miss]) -> Iterable[Match]:
    for reader in readers:
        told = reader.read(name)
        if isinstance(told, Match):
            yield told
        else:
            misses.append((reader.rule, told))


def _told(rule: NamingRule, why: Exception) -> str:
    if isinstance(why, naming.TemplateError):
        return _("The rule %(rule)s is broken: %(why)s") % {"rule": rule, "why": why}
    return str(why)


def _project(
    name: str,
    project: Project | None,
    rule: NamingRule,
    fields: Mapping[str, str],
    book: Rulebook,
) -> Project:
    project = project or rule.project
    code = fields.get("project", "")
    if project:
        if code and code.casefold() != project.code.casefold():
            raise Held(
                Hold.PROJECT,
                _(
                    "%(name)s names project %(code)s, but it lies in a folder of project"
                    " %(project)s. Move or rename it, or send it by hand to that project."
                )
                % {"name": printable(name), "code": code, "project": project.code},
            )
        return usable(project)
    if code:
        return usable(_by_code(code, rule.new_projects_like, book))
    if only := book.only_project():
        return usable(only)
    raise Held(
        Hold.PROJECT,
        _("%(name)s does not say which project it belongs to. Give its folder a project.")
        % {"name": printable(name)},
    )


def project_of(job: UploadJob, book: Rulebook | None = None) -> Project | None:
    """Whose it is, whatever its name says: by a person's word, or by its watched folder. Raises
    UnknownProject."""
    if code := job.overrides.get("project"):
        return _by_code(code, None, book or Rulebook.now())
    return job.source.folder_project


def project_by_code(code: str) -> Project:
    """Raises UnknownProject, naming the codes there are."""
    return _by_code(code, None, Rulebook.now())


def _by_code(code: str, like: Project | None, book: Rulebook) -> Project:
    """Where there is none, one set up as `like` that is not saved yet."""
    if project := book.project(code):
        return project
    if like is not None:
        return _new_project(code, like)
    raise UnknownProject(code, book.codes())


def _new_project(code: str, like: Project) -> Project:
    """In capitals: names that write the code otherwise mean the same project."""
    project = like.another(code.upper())
    try:
        project.full_clean(validate_unique=False)
    except ValidationError as error:
        raise Held(
            Hold.PROJECT,
            _("No project can be made for the code %(code)s: %(why)s")
            % {"code": printable(code), "why": " ".join(error.messages)},
        ) from error
    return project


def usable(project: Project) -> Project:
    """The project, if its files may go up now. Raises Held."""
    if not project.integrations:
        raise Held(
            Hold.PROJECT,
            _("Project %(code)s is delivered nowhere. Tick Frame.io on its page in the admin.")
            % {"code": project.code},
        )
    if not project.active:
        raise Held(
            Hold.PROJECT,
            _("Project %(code)s is inactive. Make it active in the admin to send its files.")
            % {"code": project.code},
        )
    return project


def printable(name: str) -> str:
    """As text: bytes that are none are shown as \\xff."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")
