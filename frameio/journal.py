"""What has to survive a crash so that an upload goes on, and leaves nothing half made behind."""

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

    - `beginning`: before the create; what was there before is forgotten.
    - `started`: the create's answer, before the first byte. It holds secrets: encrypt it.
    - `sent`: the part of that number is in place.
    - `is_anothers`: another upload's journal holds that file, so leave it alone.
    """

    def load(self) -> Begun | None: ...
    def beginning(self, begun: Begun) -> None: ...
    def started(self, placeholder: Placeholder) -> None: ...
    def sent(self, number: int) -> None: ...
    def forgotten(self) -> None: ...
    def is_anothers(self, file_id: str) -> bool: ...


def discard(client: FrameioClient, journal: Journal) -> None:
    """Delete on Frame.io what was begun, if anything was, and forget it."""
    begun = journal.load()
    if begun is None:
        return
    if begun.placeholder is not None:
        client.delete_file(begun.to.account_id, begun.placeholder.file_id)
    else:
        _sweep(client, journal, begun)
    journal.forgotten()


def _sweep(client: FrameioClient, journal: Journal, begun: Begun) -> None:
    """Our create got no answer, and may have made a placeholder that nobody else would delete."""
    try:
        files = client.files_in(begun.to.account_id, begun.to.folder_id)
    except NotFound:
        return  # the folder went, and everything in it
    for file in files:
        left = file.status == "created" and looks_like(file, begun)
        if left and not journal.is_anothers(file.id):
            client.delete_file(begun.to.account_id, file.id)


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
