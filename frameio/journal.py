"""What has to survive a crash so that an upload goes on, and leaves nothing half made behind."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, Protocol, Self

from frameio.answers import JsonObject
from frameio.client import FrameioClient
from frameio.errors import NotFound
from frameio.names import same_name
from frameio.shapes import File, Placeholder, moment, number, text

# How far Frame.io's clock and ours may differ, and how late an unanswered create may happen.
ABOUT_THEN = timedelta(minutes=10)


Transfer = Literal["direct", "remote"]


@dataclass(frozen=True)
class Destination:
    """`name` and `size` (bytes) are what the placeholder is made with."""

    account_id: str
    folder_id: str
    name: str
    size: int


@dataclass(frozen=True)
class Begun:
    """An upload that was begun. Without placeholder, its create has not been answered (yet).

    `transfer`: whether we send its parts, or Frame.io fetches it.
    """

    at: datetime
    to: Destination
    placeholder: Placeholder | None = None
    sent: frozenset[int] = frozenset()
    transfer: Transfer = "direct"

    def as_json(self) -> JsonObject:
        """Without placeholder and sent parts, which are written later and on their own."""
        return {
            "at": self.at.isoformat(),
            "account_id": self.to.account_id,
            "folder_id": self.to.folder_id,
            "name": self.to.name,
            "size": self.to.size,
            "transfer": self.transfer,
        }

    @classmethod
    def parse(
        cls,
        row: JsonObject,
        placeholder: Placeholder | None = None,
        sent: frozenset[int] = frozenset(),
    ) -> Self:
        to = Destination(
            text(row, "account_id"),
            text(row, "folder_id"),
            text(row, "name"),
            number(row, "size"),
        )
        transfer: Transfer = "remote" if row.get("transfer") == "remote" else "direct"
        return cls(moment(row, "at"), to, placeholder, sent, transfer)


class Journal(Protocol):
    """Kept by the caller, on disk before each method returns. Each is called from the thread that
    called `send`, and may raise to end the upload (the job is no longer ours).

    - `beginning`: before the create; what was begun before is forgotten.
    - `started`: the create's answer, before the first byte. It holds secrets: encrypt it.
    - `sent`: the part of that number is in place.
    - `doom`: in one write, what was begun is forgotten and these files are to be deleted.
    - `doomed`: (account id, file id) of each that is not deleted yet; `buried`: that one is.
    - `is_anothers`: another upload's journal holds that file, so leave it alone.
    """

    def load(self) -> Begun | None: ...
    def beginning(self, begun: Begun) -> None: ...
    def started(self, placeholder: Placeholder) -> None: ...
    def sent(self, number: int) -> None: ...
    def forgotten(self) -> None: ...
    def doom(self, account_id: str, file_ids: Sequence[str]) -> None: ...
    def doomed(self) -> Sequence[tuple[str, str]]: ...
    def buried(self, file_id: str) -> None: ...
    def is_anothers(self, file_id: str) -> bool: ...


def discard(client: FrameioClient, journal: Journal) -> None:
    """Delete on Frame.io what was begun, if anything was, and forget it.

    The journal lets go of it first, in a write that fails when the job is no longer ours. So a
    worker that stood still for an hour in between deletes nothing that another one went on with.
    """
    begun = journal.load()
    if begun is not None:
        journal.doom(begun.to.account_id, _files_of(client, journal, begun))
    bury(client, journal)


def bury(client: FrameioClient, journal: Journal) -> None:
    """Delete what was let go of, here or before a crash."""
    for account_id, file_id in journal.doomed():
        client.delete_file(account_id, file_id)
        journal.buried(file_id)


def _files_of(client: FrameioClient, journal: Journal, begun: Begun) -> list[str]:
    """A create that got no answer may have made a placeholder that nobody else would delete."""
    if begun.placeholder is not None:
        return [begun.placeholder.file_id]
    try:
        files = client.files_in(begun.to.account_id, begun.to.folder_id)
    except NotFound:
        return []  # the folder went, and everything in it
    likely = [file for file in files if file.status == "created" and looks_like(file, begun)]
    return [file.id for file in likely if not journal.is_anothers(file.id)]


def looks_like(file: File, begun: Begun) -> bool:
    """Narrow on purpose: a person may be uploading a file of that name by hand. The size of what
    is fetched is not known to Frame.io before it has begun.
    """
    sizes = {begun.to.size, 0} if begun.transfer == "remote" else {begun.to.size}
    return (
        file.size in sizes
        and same_name(file.name, begun.to.name)
        and abs(file.created_at - begun.at) < ABOUT_THEN
    )
