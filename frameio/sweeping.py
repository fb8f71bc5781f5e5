"""Placeholders that nobody will ever fill: they stay on Frame.io for ever and count as used."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from frameio.client import FrameioClient
from frameio.errors import NotFound
from frameio.models import Account
from frameio.shapes import File

# The addresses to send to live a day: after two, nobody can be at work on it.
DEAD_AFTER = timedelta(days=2)


def remove_abandoned(
    client: FrameioClient,
    account: Account,
    folder_id: str,
    is_ours: Callable[[File], bool],
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> list[File]:
    """Delete the placeholders in a folder that we left behind, and say which.

    Only those without a byte, made by this very login days ago, of which `is_ours` says that we
    began such an upload and are not at it any more: people upload by hand with the same login.
    """
    try:
        files = client.files_in(account.account_id, folder_id, creators=True)
    except NotFound:
        return []
    dead = [
        file
        for file in files
        if file.status == "created"
        and file.creator_id == account.user_id
        and now() - file.created_at > DEAD_AFTER
        and is_ours(file)
    ]
    for file in dead:
        client.delete_file(account.account_id, file.id)
    return dead
