"""Projects on Frame.io, each made once: Frame.io takes two of one name."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.utils import timezone

from frameio.client import FrameioClient
from frameio.errors import Unavailable
from frameio.leases import Leases
from frameio.models import Account, RemoteFolder, RemoteProject
from frameio.names import remote_name, same_name
from frameio.shapes import Project

SEEN_LASTS = timedelta(minutes=10)  # asked for with each file, it would be 100 files a minute


def known_project(
    client: FrameioClient,
    account: Account,
    project_id: str,
    now: Callable[[], datetime] = timezone.now,
) -> RemoteProject:
    """As it was when Frame.io was last asked, minutes ago at most. Raises `FrameioError`."""
    rows = RemoteProject.objects.filter(account=account, project_id=project_id)
    if known := rows.filter(seen_at__gt=now() - SEEN_LASTS).first():
        return known
    found = client.project(account.account_id, project_id)
    seen = {"name": found.name, "root_folder_id": found.root_folder_id, "seen_at": now()}
    return rows.update_or_create(account=account, project_id=project_id, defaults=seen)[0]


def doubt(account: Account, project_id: str) -> None:
    """Something in it was not there: ask for the project, and each of its folders, anew."""
    RemoteProject.objects.filter(account=account, project_id=project_id).delete()
    RemoteFolder.objects.filter(account=account, project_id=project_id).update(seen_at=None)


def ensure_project(
    client: FrameioClient,
    account_id: str,
    workspace_id: str,
    name: str,
    leases: Leases | None = None,
) -> tuple[Project, bool]:
    """The workspace's project of that name, and whether it was made now. Raises `FrameioError`."""
    clean = remote_name(name)
    with (leases or Leases()).held(f"projects/{workspace_id}") as renew:
        if found := _find(client, account_id, workspace_id, clean):
            return found, False
        renew()
        try:
            return client.create_project(account_id, workspace_id, clean), True
        except Unavailable:  # it may have been made all the same
            if found := _find(client, account_id, workspace_id, clean):
                return found, True
            raise


def _find(client: FrameioClient, account_id: str, workspace_id: str, name: str) -> Project | None:
    """The first of that name, as everyone who looks will choose the same."""
    projects = client.projects(account_id, workspace_id)
    same = [project for project in projects if same_name(project.name, name)]
    return min(same, key=lambda project: project.id, default=None)
