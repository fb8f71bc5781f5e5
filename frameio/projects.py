"""Projects on Frame.io, each made once: Frame.io takes two of one name."""

from frameio.client import FrameioClient
from frameio.errors import Unavailable
from frameio.leases import Leases
from frameio.names import remote_name, same_name
from frameio.shapes import Project


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
