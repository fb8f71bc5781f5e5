"""Projects, rules and folders: looked at one by one, changed as a whole."""

from collections.abc import Iterable

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from ninja import Path, Query, Router
from pydantic import JsonValue

from pipeline import naming, tryout
from pipeline.api.access import ADMIN, READ, must_have, must_see, person
from pipeline.api.errors import COMMON, Refusal
from pipeline.api.shapes import (
    Changed,
    Folder,
    NamesToTry,
    Number,
    Project,
    Rule,
    RuleToTry,
    ToLoad,
    Tried,
)
from pipeline.configuration import BadRows, Wanted, dump, load
from pipeline.models import NamingRule, WatchedFolder
from pipeline.models import Project as ProjectRow

router = Router()

CHANGE_EVERYTHING = [
    f"{verb}_{table}"
    for verb in ("add", "change")
    for table in (
        "project",
        "namingrule",
        "watchedfolder",
        "mountpath",
        "uploadwindow",
        "channel",
    )
] + ["change_studio"]


# --- Projects -------------------------------------------------------------------------------------


@router.get(
    "/projects",
    auth=READ,
    response={200: list[Project], **COMMON},
    tags=["projects"],
    summary="List projects",
)
def list_projects(request: HttpRequest) -> list[Project]:
    must_see(request, "project")
    return [_project(row) for row in ProjectRow.objects.all()]


@router.get(
    "/projects/{code}",
    auth=READ,
    response={200: Project, **COMMON},
    tags=["projects"],
    summary="One project",
)
def one_project(request: HttpRequest, code: str) -> Project:
    must_see(request, "project")
    return _project(get_object_or_404(ProjectRow, code=code.replace("\0", "")))


def _project(row: ProjectRow) -> Project:
    return Project.model_validate(row)


# --- Rules ----------------------------------------------------------------------------------------


@router.get(
    "/rules",
    auth=READ,
    response={200: list[Rule], **COMMON},
    tags=["rules"],
    summary="List naming rules",
)
def list_rules(request: HttpRequest) -> list[Rule]:
    must_see(request, "namingrule")
    return [_rule(row) for row in NamingRule.objects.select_related("project")]


@router.get(
    "/rules/{int:rule_id}",
    auth=READ,
    response={200: Rule, **COMMON},
    tags=["rules"],
    summary="One naming rule",
)
def one_rule(request: HttpRequest, rule_id: Path[Number]) -> Rule:
    must_see(request, "namingrule")
    return _rule(get_object_or_404(NamingRule.objects.select_related("project"), pk=rule_id))


@router.post(
    "/rules/try",
    auth=READ,
    response={200: list[Tried], **COMMON},
    tags=["rules"],
    summary="Try names on a rule that is not saved",
)
def try_rule(request: HttpRequest, wanted: RuleToTry) -> list[Tried]:
    must_see(request, "namingrule")
    try:
        rule = naming.Rule(wanted.template, wanted.folder_template, expert=wanted.expert)
    except naming.TemplateError as error:
        raise Refusal(
            422,
            "rule_broken",
            str(error),
            _("Mend the %(field)s.") % {"field": error.where},
        ) from None
    return _tried(rule, wanted.names)


@router.post(
    "/rules/{int:rule_id}/try",
    auth=READ,
    response={200: list[Tried], **COMMON},
    tags=["rules"],
    summary="Try names on a saved rule",
)
def try_saved_rule(request: HttpRequest, rule_id: Path[Number], wanted: NamesToTry) -> list[Tried]:
    must_see(request, "namingrule")
    return _tried(get_object_or_404(NamingRule, pk=rule_id).compiled(), wanted.names)


def _rule(row: NamingRule) -> Rule:
    return Rule.model_validate(_with_code(row, Rule.model_fields))


def _tried(rule: naming.Rule, names: list[str]) -> list[Tried]:
    return [Tried.model_validate(one.as_json()) for one in tryout.try_names(rule, names)]


# --- Folders --------------------------------------------------------------------------------------


@router.get(
    "/folders",
    auth=READ,
    response={200: list[Folder], **COMMON},
    tags=["folders"],
    summary="List watched folders",
)
def list_folders(request: HttpRequest) -> list[Folder]:
    must_see(request, "watchedfolder")
    return [_folder(row) for row in WatchedFolder.objects.select_related("project")]


@router.get(
    "/folders/{int:folder_id}",
    auth=READ,
    response={200: Folder, **COMMON},
    tags=["folders"],
    summary="One watched folder",
)
def one_folder(request: HttpRequest, folder_id: Path[Number]) -> Folder:
    must_see(request, "watchedfolder")
    rows = WatchedFolder.objects.select_related("project")
    return _folder(get_object_or_404(rows, pk=folder_id))


def _folder(row: WatchedFolder) -> Folder:
    return Folder.model_validate(_with_code(row, Folder.model_fields))


def _with_code(row: NamingRule | WatchedFolder, names: Iterable[str]) -> dict[str, object]:
    columns = {name: getattr(row, name) for name in names}
    return {**columns, "project": row.project.code if row.project else None}


# --- All of it ------------------------------------------------------------------------------------


@router.get(
    "/configuration",
    auth=ADMIN,
    response={200: dict[str, JsonValue], **COMMON},
    tags=["configuration"],
    summary="Everything as a file, as manage.py dumpconfig writes it",
)
def get_configuration(request: HttpRequest) -> dict[str, JsonValue]:
    must_have(request, *CHANGE_EVERYTHING)
    return dump()


@router.put(
    "/configuration",
    auth=ADMIN,
    response={200: list[Changed], **COMMON},
    tags=["configuration"],
    summary="Make and change rows, as manage.py loadconfig does",
)
def put_configuration(
    request: HttpRequest,
    wanted: ToLoad,
    dry_run: Query[bool] = False,  # noqa: FBT002  the query's
) -> list[Changed]:
    """All rows, or none and every fault. What is not named stays as it is; nothing is deleted."""
    must_have(request, *CHANGE_EVERYTHING)
    rows = Wanted(**dict(wanted))
    try:
        changes = load(rows, who=person(request).get_username(), dry_run=dry_run)
    except BadRows as error:
        raise Refusal(
            422,
            "rows_not_valid",
            _("Nothing was changed. %(faults)s") % {"faults": str(error)},
            _("Mend these and send all of it again."),
        ) from None
    return [
        Changed(
            what=change.what,
            made=change.made,
            columns={name: list(both) for name, both in change.columns.items()},
        )
        for change in changes
    ]
