"""The projects on Frame.io that ours can be joined to, and making one."""

from frameio.projects import ensure_project
from pipeline.integrations.frameio_accounts import client_of


def remote_workspaces(account_pk: int | None) -> list[tuple[str, str]]:
    """(id, name) of those in which the login may make projects. Raises IntegrationError."""
    with client_of(account_pk) as (client, account):
        return [(each.id, each.name) for each in client.workspaces(account.account_id)]


def ensure_remote_project(account_pk: int | None, workspace_id: str, name: str) -> tuple[str, bool]:
    """The id of the workspace's project of that name, and whether it was made now.

    Raises IntegrationError.
    """
    with client_of(account_pk) as (client, account):
        project, made = ensure_project(client, account.account_id, workspace_id, name)
    return project.id, made
