"""A project's form, and what Frame.io says of the workspace and the project that are chosen in it.

Frame.io is asked before the form is checked, outside of the transaction in which it is saved.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar, TypeAlias

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from pipeline.admin.choosing import FolderInput
from pipeline.admin.filled import FilledForm
from pipeline.integrations import integration_choices, problems_of
from pipeline.integrations.base import IntegrationError
from pipeline.integrations.frameio_accounts import accounts
from pipeline.integrations.frameio_projects import (
    Refused,
    Remote,
    look_up_project,
    look_up_workspace,
    remote_projects,
    remote_workspaces,
)
from pipeline.models import Project, default_integrations

UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
MADE = Project.Remote.MADE
NOTHING = "---------"
Choices: TypeAlias = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Asked:
    """What Frame.io said of the choice. `refused`: a sentence by field; `unasked`: why it could
    not be asked. `workspace` is a name.
    """

    project: Remote | None = None
    workspace: str = ""
    refused: Mapping[str, str] = field(default_factory=dict)
    unasked: str = ""


NOTHING_ASKED = Asked()


def ask_frameio(posted: Mapping[str, str], before: Project | None) -> Asked:
    """Nothing, where nothing of it was changed. `before` is the project as it is stored."""
    account = account_number(posted.get("frameio_account", ""))
    workspace = posted.get("frameio_workspace_id", "").strip()
    project = remote_id(posted.get("frameio_project_id", ""))
    if posted.get("frameio_project_kind") == MADE:
        project = ""
    if before and _is_known(before, account):
        if project == before.frameio_project_id != "":
            return NOTHING_ASKED
        if not project and workspace == before.frameio_workspace_id:
            return NOTHING_ASKED
    try:
        if project:
            return Asked(project=look_up_project(account, project))
        if workspace:
            return Asked(workspace=look_up_workspace(account, workspace))
    except Refused as error:
        wrong = "frameio_project_id" if project else "frameio_workspace_id"
        return Asked(refused={wrong: str(error)})
    except IntegrationError as error:
        return Asked(unasked=str(error))
    return NOTHING_ASKED


def _is_known(before: Project, account: int | None) -> bool:
    return before.frameio_account == account and bool(before.frameio_workspace_name)


def account_number(text: str) -> int | None:
    return int(text) if text.isdecimal() else None


def remote_id(text: str) -> str:
    """The id, out of what was pasted: `https://next.frame.io/project/<id>/view/…`. One that is no
    address is taken as it is: some begin with `adobe:`.
    """
    found = UUID.search(text) if "/" in text else None
    return found.group().lower() if found else text.strip()


def account_choices() -> list[tuple[str, str]]:
    """Called when the form is shown: an account connected a minute ago is there."""
    return [
        ("", NOTHING),
        *(
            (
                str(account.pk),
                f"{account.label} ({account.email})" if account.email else account.label,
            )
            for account in accounts()
        ),
    ]


def only_account() -> int | None:
    """Of a new project: there is nothing to choose from one."""
    found = [account.pk for account in accounts()]
    return found[0] if len(found) == 1 else None


def listed_fields(
    project: Project | None, posted: Mapping[str, str], *, whole: bool
) -> dict[str, forms.CharField]:
    """What combobox.js makes searchable: it asks for the list when it is opened, and so the page
    has what is chosen now and nothing else. With `whole` it has all, for who has no JavaScript.
    """
    workspaces, projects = _chosen(project)
    trouble = ""
    if whole:
        account = project.frameio_account if project else None
        try:
            workspaces = [*workspaces, *remote_workspaces(account)]
            projects = [*projects, *remote_projects(account)]
        except IntegrationError as error:
            trouble = str(error)
    workspace, remote = (posted.get(f"frameio_{name}_id", "") for name in ("workspace", "project"))
    return {
        "frameio_workspace_id": forms.CharField(
            label=_("Workspace"),
            max_length=64,
            required=False,
            widget=_list("workspaces", "frameio_account", workspaces, workspace),
            help_text=trouble,
        ),
        "frameio_project_id": forms.CharField(
            label=_("Frame.io project"),
            max_length=500,  # of an address; the id in it is shorter
            required=False,
            widget=_list("projects", "frameio_account frameio_workspace_id", projects, remote),
        ),
    }


def _chosen(project: Project | None) -> tuple[Choices, Choices]:
    """By their names, where those are known."""
    if project is None:
        return [], []
    workspace, remote = project.frameio_workspace_id, project.frameio_project_id
    return (
        [(workspace, project.frameio_workspace_name or workspace)] if workspace else [],
        [(remote, project.frameio_project_name or remote)] if remote else [],
    )


def _list(kind: str, depends_on: str, choices: Choices, posted: str) -> forms.Select:
    """`depends_on`: the fields whose values go with the question."""
    names = {"": NOTHING, posted: posted or NOTHING, **dict(choices)}
    hint = _("Type a name, or paste its address") if kind == "projects" else _("Type a name")
    attrs = {"data-list": kind, "data-list-with": depends_on, "data-hint": hint}
    return forms.Select(attrs=attrs, choices=list(names.items()))


class ProjectForm(FilledForm[Project]):
    """`asked` is Frame.io's answer to what was posted."""

    asked: ClassVar[Asked] = NOTHING_ASKED

    integrations = forms.MultipleChoiceField(
        label=_("Delivered to"),
        choices=integration_choices,
        initial=default_integrations,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    frameio_account = forms.TypedChoiceField(
        label=_("Frame.io account"),
        choices=account_choices,
        coerce=int,
        empty_value=None,
        required=False,
        initial=only_account,
    )

    language = forms.ChoiceField(
        label=_("Language"),
        choices=[("", _("This server's")), *settings.LANGUAGES],
        required=False,
        help_text=_("Of what the team is told."),
    )

    class Meta:
        model = Project
        fields = [
            "code",
            "name",
            "active",
            "integrations",
            "frameio_account",
            "frameio_project_kind",
            "frameio_workspace_id",
            "frameio_project_id",
            "frameio_name_template",
            "transfer",
            "existing_folders_only",
            "same_name",
            "stack_versions",
            "write_metadata",
            "comments_for_days",
            "comments_beside_file",
            "summary_at",
            "time_zone",
            "language",
            "summary_when_empty",
            "review_access",
            "review_days",
            "review_downloads",
            "delivery_root",
            "delivery_folder_template",
            "delivery_name_template",
            "delivery_approved_only",
            "uploads_at_once",
        ]
        widgets = {
            "transfer": forms.RadioSelect,
            "same_name": forms.RadioSelect,
            "frameio_project_kind": forms.RadioSelect,
            "review_access": forms.RadioSelect,
            "summary_at": forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
            "frameio_name_template": forms.TextInput(attrs={"class": "vTextField"}),
            "delivery_root": FolderInput("admin:pipeline_project_choose"),
            "delivery_folder_template": forms.TextInput(attrs={"class": "vTextField"}),
            "delivery_name_template": forms.TextInput(attrs={"class": "vTextField"}),
        }

    def clean_frameio_project_id(self) -> str:
        text: str = self.cleaned_data["frameio_project_id"]
        return remote_id(text)

    def clean(self) -> None:
        """The ids as they are to be stored; their names go with them, where Frame.io told them."""
        for name, sentence in self.asked.refused.items():
            self.add_error(name, sentence)
        before, said = self.instance, self.cleaned_data
        moved = (
            said.get("frameio_account") != before.frameio_account
            or said.get("frameio_workspace_id") != before.frameio_workspace_id
        )
        if said.get("frameio_project_kind") == MADE:
            was_made = before.frameio_project_kind == MADE and not moved
            said["frameio_project_id"] = before.frameio_project_id if was_made else ""
        if said.get("frameio_project_id", "") != before.frameio_project_id:
            before.frameio_project_name = ""
        if moved or self.asked.workspace:
            before.frameio_workspace_name = self.asked.workspace
        if remote := self.asked.project:
            said["frameio_workspace_id"] = remote.workspace_id
            before.frameio_workspace_name = remote.workspace_name
            before.frameio_project_name = remote.name

    def full_clean(self) -> None:
        """With what its integrations say, once the project has what stands in the form."""
        super().full_clean()
        if not self.is_bound:
            return
        for name, sentence in problems_of(self.instance, self.instance.integrations).items():
            if name in self.fields:
                self.add_error(name, sentence)
