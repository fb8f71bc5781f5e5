"""Placeholders that nobody will ever fill: they stay on Frame.io for ever and count as used."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

from django.db.models import F

from frameio.client import FrameioClient
from frameio.errors import NotFound
from frameio.models import Account, RemoteFolder
from frameio.shapes import File

# The addresses to send to live a day: after two, nobody can be at work on it.
DEAD_AFTER = timedelta(days=2)
# Folders an account and a round: a minute or so of the five listings a second that Frame.io allows.
MOST_FOLDERS = 300


def folders_in_turn(
    account: Account,
    most: int = MOST_FOLDERS,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> Iterator[str]:
    """The ids of the remembered folders whose last turn is longest ago.

    Each has had its turn before it is looked through, so that one that cannot be is in no other's
    way; and a round that is cut off goes on with the next.
    """
    rows = RemoteFolder.objects.filter(account=account)
    in_turn = rows.order_by(F("swept_at").asc(nulls_first=True), "id")
    for pk, folder_id in in_turn.values_list("pk", "folder_id")[:most]:
        rows.filter(pk=pk).update(swept_at=now())
        yield folder_id


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
