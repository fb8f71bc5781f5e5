"""The Frame.io projects that ours are joined to: looked up, or made by rule."""

from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _

from frameio import errors
from frameio.client import FrameioClient
from frameio.models import Account, RemoteProject
from frameio.projects import ensure_project, known_project
from pipeline.integrations.base import IntegrationError, MediaFile, NotSetUp
from pipeline.integrations.frameio_accounts import client_of
from pipeline.models import Project


class Refused(IntegrationError):
    """Frame.io was asked, and does not have it for this login."""


@dataclass(frozen=True)
class Remote:
    """A project on Frame.io with the workspace it lies in."""

    id: str
    name: str
    workspace_id: str
    workspace_name: str


def remote_workspaces(account_pk: int | None) -> list[tuple[str, str]]:
    """(id, name) of those that the login may see. Raises IntegrationError."""
    with client_of(account_pk, in_haste=True) as (client, account):
        return [(each.id, each.name) for each in client.workspaces(account.account_id)]


def remote_projects(account_pk: int | None, workspace_id: str = "") -> list[tuple[str, str]]:
    """(id, name) of those in the workspace; or of all, then named "workspace / project". Raises
    IntegrationError.
    """
    with client_of(account_pk, in_haste=True) as (client, account):
        if workspace_id:
            found = client.projects(account.account_id, workspace_id)
            return [(each.id, each.name) for each in found]
        names = {each.id: each.name for each in client.workspaces(account.account_id)}
        every = client.all_projects(account.account_id)
        return [(each.id, f"{names.get(each.workspace_id, '?')} / {each.name}") for each in every]


def look_up_project(account_pk: int | None, project_id: str) -> Remote:
    """Raises IntegrationError; Refused when Frame.io has answered."""
    with client_of(account_pk, in_haste=True) as (client, account):
        try:
            found = client.project(account.account_id, project_id)
            workspace = client.workspace(account.account_id, found.workspace_id)
        except (errors.NotFound, errors.Invalid, errors.Forbidden) as error:
            raise Refused(
                _("This login does not see that project on Frame.io. Choose another.")
            ) from error
    return Remote(found.id, found.name, workspace.id, workspace.name)


def look_up_workspace(account_pk: int | None, workspace_id: str) -> str:
    """Its name. Raises IntegrationError; Refused when Frame.io has answered."""
    with client_of(account_pk, in_haste=True) as (client, account):
        try:
            return client.workspace(account.account_id, workspace_id).name
        except (errors.NotFound, errors.Invalid, errors.Forbidden) as error:
            raise Refused(
                _("This login does not see that workspace on Frame.io. Choose another.")
            ) from error


def make_remote_project(project: Project) -> tuple[str, bool]:
    """Its name, and whether it was made now or was there. Raises IntegrationError."""
    with client_of(project.frameio_account, in_haste=True) as (client, account):
        return _made(client, account, project)


def remote_project_of(client: FrameioClient, account: Account, file: MediaFile) -> RemoteProject:
    """The one the file goes to; made now where that is the project's rule and nobody has yet.

    Its name is kept as it was minutes ago at most. Raises NotSetUp and `FrameioError`.
    """
    project_id = file.remote_project or _made_for(file, client, account)
    remote = known_project(client, account, project_id)
    known = Project.objects.filter(frameio_project_id=project_id)
    known.exclude(frameio_project_name=remote.name).update(frameio_project_name=remote.name)
    return remote


def _made_for(file: MediaFile, client: FrameioClient, account: Account) -> str:
    by_rule = Project.objects.filter(code=file.project, frameio_project_kind=Project.Remote.MADE)
    project = by_rule.first()
    if project is None:
        raise NotSetUp(
            _(
                "Project %(code)s has no Frame.io project yet. Choose one on its page, and the"
                " file is sent."
            )
            % {"code": file.project}
        )
    if not project.frameio_project_id:  # else another worker was quicker
        name, made = _made(client, account, project)
        if made:
            file.note(_("made the project %(name)s on Frame.io") % {"name": name})
    return by_rule.values_list("frameio_project_id", flat=True).get()


def _made(client: FrameioClient, account: Account, project: Project) -> tuple[str, bool]:
    """Joined to ours, unless somebody has chosen another while Frame.io was asked."""
    name = project.new_frameio_name()
    workspace = project.frameio_workspace_id or settings.FRAMEIO_DEFAULT_WORKSPACE_ID
    remote, made = ensure_project(client, account.account_id, workspace, name)
    Project.objects.filter(pk=project.pk, frameio_project_id="").update(
        frameio_project_id=remote.id, frameio_project_name=remote.name
    )
    return remote.name, made
