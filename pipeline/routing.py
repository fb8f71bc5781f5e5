"""From a file's name to where it goes: which project, which rule, which folders."""

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from pipeline import naming
from pipeline.models import NamingRule, Project, UploadJob

Hold = UploadJob.Hold

NOTHING_BY_HAND: Mapping[str, str] = {}


class Held(Exception):
    """It cannot be told where the file goes; the message says why and what to do."""

    def __init__(self, hold: Hold, reason: str) -> None:
        super().__init__(reason)
        self.hold = hold
        self.reason = reason


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


@dataclass(frozen=True)
class Match:
    rule: NamingRule
    compiled: naming.Rule
    parsed: naming.Parsed


class Rules:
    """The active rules, read once: a project's `own`, which go first, and those for all."""

    def __init__(self, project: Project | None) -> None:
        rules = NamingRule.objects.filter(active=True).select_related(
            "project", "new_projects_like"
        )
        self.own = [
            rule
            for rule in rules
            if rule.project and (rule.project == project if project else rule.project.active)
        ]
        self.shared = [rule for rule in rules if rule.project is None]


def route(
    name: str,
    project: Project | None = None,
    overrides: Mapping[str, str] = NOTHING_BY_HAND,
    rules: Rules | None = None,
) -> Route:
    """Read `name` by the rules. Raises Held.

    `project` is the one the file belongs to whatever its name says (None: the name says it).
    `overrides` are given by hand and win over the name: `folder` (as `A/B`), `scene`, `shot` and
    any other field. `rules`: those of `project`, where they were read already.
    """
    folder = overrides.get("folder", "")
    by_hand = {key: value for key, value in overrides.items() if key != "folder"}
    try:
        match = _match(name, rules or Rules(project))
    except Held:
        if not (folder and project):
            raise
        return Route(usable(project), None, by_hand, None, folders_of(folder))
    fields = match.parsed.fields | by_hand
    found = _project(name, project, match.rule, fields)
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


def _match(name: str, rules: Rules) -> Match:
    """The one rule that fits."""
    if not rules.own and not rules.shared:
        raise Held(Hold.NAME, _("There is no active naming rule. Make one in the admin."))
    misses: list[str] = []
    for tier in (rules.own, rules.shared):
        hits = list(_hits(name, tier, misses))
        if len({(hit.parsed.folders, *sorted(hit.parsed.fields.items())) for hit in hits}) > 1:
            raise Held(
                Hold.NAME,
                _(
                    "%(name)s fits more than one rule, with different results: %(rules)s."
                    " Narrow one of them, or make one inactive."
                )
                % {"name": printable(name), "rules": ", ".join(str(hit.rule) for hit in hits)},
            )
        if hits:
            return hits[0]
    raise Held(Hold.NAME, _no_match(name, misses))


def _hits(name: str, rules: Iterable[NamingRule], misses: list[str]) -> Iterable[Match]:
    for rule in rules:
        try:
            compiled = rule.compiled()
            yield Match(rule, compiled, compiled.parse(name))
        except naming.NamingError as error:
            misses.append(str(error))
        except naming.TemplateError as error:
            misses.append(_("The rule %(rule)s is broken: %(why)s") % {"rule": rule, "why": error})


def _no_match(name: str, misses: Sequence[str]) -> str:
    if len(misses) == 1:
        return misses[0]
    intro = _("%(name)s fits none of %(count)d naming rules.") % {
        "name": printable(name),
        "count": len(misses),
    }
    return "\n".join([intro, *(f"- {miss}" for miss in misses[:3])])


def _project(
    name: str, project: Project | None, rule: NamingRule, fields: Mapping[str, str]
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
        return usable(project_by_code(code, rule.new_projects_like))
    active = list(Project.objects.filter(active=True)[:2])
    if len(active) == 1:
        return usable(active[0])
    raise Held(
        Hold.PROJECT,
        _("%(name)s does not say which project it belongs to. Give its folder a project.")
        % {"name": printable(name)},
    )


def project_by_code(code: str, like: Project | None = None) -> Project:
    """Where there is none, one set up as `like` that is not saved yet. Raises Held, naming the
    codes there are.
    """
    project = Project.objects.filter(code__iexact=code).first()
    if project is None and like is not None:
        return _new_project(code, like)
    if project is None:
        codes = ", ".join(Project.objects.values_list("code", flat=True)[:20])
        raise Held(
            Hold.PROJECT,
            _("There is no project %(code)s. There is: %(codes)s.")
            % {"code": code, "codes": codes or _("none yet; make one in the admin")},
        )
    return project


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
