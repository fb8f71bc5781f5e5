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

    def __init__(self, name: str, misses: Sequence[Miss], project: Project | None) -> None:
        """`project`: the one whose own rules are told before those for every project."""
        Exception.__init__(self, name)
        self.hold = Hold.NAME
        self.name = name
        self.own = [miss for miss in misses if project and miss[0].project == project]
        self.others = [miss for miss in misses if miss not in self.own]

    @property
    def reason(self) -> str:
        misses = [*self.own, *self.others]
        if len(misses) == 1:
            return str(misses[0][1])
        intro = _("%(name)s fits none of %(count)d naming rules.") % {
            "name": printable(self.name),
            "count": len(misses),
        }
        told = (self.own or self.others)[:MISSES_TOLD]
        return "\n".join([intro, *(f"- {rule}: {why_not(why)}" for rule, why in told)])


class FitsSeveral(Held):
    """Rules that disagree read the name."""

    def __init__(self, name: str, rules: Sequence[NamingRule]) -> None:
        reason = _(
            "%(name)s fits more than one rule, with different results: %(rules)s."
            " Narrow one of them, or make one inactive."
        ) % {"name": printable(name), "rules": ", ".join(map(str, rules))}
        super().__init__(Hold.NAME, reason)
        self.rules = rules


class OtherProject(Held):
    """The name is read, but it says another project than the one whose folder the file lies in."""

    def __init__(
        self, name: str, project: Project, rule: NamingRule, fields: Mapping[str, str]
    ) -> None:
        self.code = fields["project"]
        self.project = project
        self.rule = rule
        self.fields = fields
        reason = _(
            "%(name)s says project %(code)s, but it lies in a folder of project %(project)s. Send"
            " it as %(project)s under Held names, or move the file to the other project's folder."
        ) % {"name": printable(name), "code": printable(self.code), "project": project.code}
        super().__init__(Hold.PROJECT, reason)


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

    @property
    def read(self) -> str:
        """`shot sh0120, version 007`."""
        return ", ".join(f"{token} {text}" for token, text in self.fields.items())


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


def filled_in(name: str, project: Project, rule: NamingRule, fields: Mapping[str, str]) -> Route:
    """Where the rule sends a file of which a person gives all the fields. Raises Held when they are
    none that the rule could have read, or no place."""
    fields = {token: text.strip() for token, text in fields.items() if text.strip()}
    try:
        compiled = rule.compiled()
        given = {"project": "", **fields}
        given["project"] = project.code
        if "project" in compiled.tokens:
            fields = given
        faults = compiled.faults(given)
        faults.pop("project", "")  # chosen, not read: a name may have it otherwise
        if faults:
            said = (f"{token}: {fault}" for token, fault in faults.items())
            raise Held(Hold.NAME, "\n".join(said))
        destination = compiled.folders(fields)
        version = naming.version_of(name, fields)
    except (naming.NamingError, naming.TemplateError) as error:
        raise Held(Hold.NAME, str(error)) from error
    return Route(usable(project), rule, fields, version, destination)


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
    raise FitsNone(name, misses, project)


def _hits(name: str, readers: Iterable[Reader], misses: list[Miss]) -> Iterable[Match]:
    for reader in readers:
        told = reader.read(name)
        if isinstance(told, Match):
            yield told
        else:
            misses.append((reader.rule, told))


def why_not(why: naming.NamingError | naming.TemplateError) -> str:
    """Why a rule does not read a name, for those who have both before them."""
    if isinstance(why, naming.TemplateError):
        return _("The rule is broken: %(why)s") % {"why": why}
    return why.why if isinstance(why, naming.Misfit) else str(why)


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
            raise OtherProject(name, project, rule, fields)
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
