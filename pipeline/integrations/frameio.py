"""Frame.io as a place to deliver to: folders by the rule, the file sent or fetched."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from django.conf import settings
from django.utils.translation import gettext as _

from frameio import errors
from frameio.client import FrameioClient
from frameio.http import storage_client
from frameio.journal import Begun
from frameio.lanes import SharedLanes
from frameio.models import Account
from frameio.publicly import probe_client, public_address
from frameio.remote import RemoteUpload, abandon
from frameio.shapes import Placeholder
from frameio.source import look_at
from frameio.structure import ensure_folder
from frameio.uploads import DirectUpload
from pipeline.integrations.base import (
    BaseIntegration,
    IntegrationError,
    Json,
    MediaFile,
    Memory,
    NotSetUp,
    Receipt,
    SourceAway,
    SourceChanged,
)
from pipeline.integrations.frameio_accounts import client_of


class FrameioReview(BaseIntegration):
    """Makes the folders, sends the file or has it fetched, and takes Frame.io's word for when it
    has all.
    """

    label = "Frame.io"

    def initialize(self) -> None:
        self._storage = storage_client()
        self._probe = probe_client()

    def cleanup(self) -> None:
        self._storage.close()
        self._probe.close()

    def process_file(self, file: MediaFile) -> Receipt:
        with client_of(file.account) as (client, account), _errors_of_the_file():
            return self._deliver(file, client, account)

    def discard(self, file: MediaFile) -> None:
        with client_of(file.account) as (client, _account):
            abandon(client, DeliveryJournal(file.memory))

    def _deliver(self, file: MediaFile, client: FrameioClient, account: Account) -> Receipt:
        if not file.remote_project:
            raise NotSetUp(
                _(
                    "Project %(code)s has no Frame.io project yet. Choose one on its page, and the"
                    " file is sent."
                )
                % {"code": file.project}
            )
        journal = DeliveryJournal(file.memory)
        if journal.load() is None:
            look_at(file.path, file.size, file.mtime_ns)  # before anything is made for it
        root = client.project(account.account_id, file.remote_project).root_folder_id
        folder = ensure_folder(client, account, file.remote_project, root, file.folders)
        upload = self._upload(file, client, journal)
        try:
            sent = upload.send(
                file.path, file.size, file.mtime_ns, account.account_id, folder, file.name
            )
        except errors.NotFound as error:  # the folder went while we were at it; it is made again
            raise IntegrationError(str(error)) from error
        return Receipt(sent.id, sent.view_url)

    def _upload(
        self, file: MediaFile, client: FrameioClient, journal: "DeliveryJournal"
    ) -> DirectUpload | RemoteUpload:
        if file.fetched:
            return RemoteUpload(
                client, self._probe, journal, public_address, report=file.report, note=file.note
            )
        return DirectUpload(
            client,
            self._storage,
            journal,
            report=file.report,
            lanes=SharedLanes(
                settings.POSTFLOW_VAR / "lanes",
                settings.UPLOAD_BYTES_PER_SECOND or None,
                settings.FRAMEIO_PARTS_AT_ONCE,
            ),
            checksums=settings.FRAMEIO_CHECKSUMS,
        )


@contextmanager
def _errors_of_the_file() -> Iterator[None]:
    try:
        yield
    except errors.SourceChanged as error:
        raise SourceChanged(str(error)) from error
    except errors.SourceUnreadable as error:
        if error.permanent:
            raise IntegrationError(str(error), permanent=True) from error
        raise SourceAway(str(error)) from error


class DeliveryJournal:
    """`frameio.uploads.Journal` in a delivery's memory.

    The placeholder with its presigned addresses is written before the file's id is, so that who
    finds the id finds them too. `sent` has a bit for each part: ten thousand parts are 2.5 kB.
    """

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self._sent = int(str(memory.get("sent") or "0"), 16)

    def load(self) -> Begun | None:
        begun = self._memory.get("begun")
        if not isinstance(begun, dict):
            return None
        placeholder = self._placeholder()
        numbers = [part.number for part in placeholder.parts] if placeholder else []
        sent = frozenset(number for number in numbers if self._sent >> number & 1)
        return Begun.parse(begun, placeholder, sent)

    def _placeholder(self) -> Placeholder | None:
        kept = self._memory.get_secret("placeholder") if self._memory.get("file_id") else None
        return Placeholder.parse(kept) if isinstance(kept, dict) else None

    def beginning(self, begun: Begun) -> None:
        self._sent = 0
        self._memory.keep(begun=dict(begun.as_json()), file_id=None, sent=None)

    def started(self, placeholder: Placeholder) -> None:
        self._memory.keep_secret(placeholder=dict(placeholder.as_json()))
        self._memory.keep(file_id=placeholder.file_id)

    def sent(self, number: int) -> None:
        self._sent |= 1 << number
        self._memory.keep(sent=f"{self._sent:x}")

    def forgotten(self) -> None:
        self._sent = 0
        self._memory.keep(begun=None, file_id=None, sent=None)

    def doom(self, account_id: str, file_ids: Sequence[str]) -> None:
        self._sent = 0
        pairs = [*self.doomed(), *((account_id, file_id) for file_id in file_ids)]
        self._memory.keep(begun=None, file_id=None, sent=None, doomed=_as_json(pairs))

    def doomed(self) -> list[tuple[str, str]]:
        kept = self._memory.get("doomed")
        pairs = kept if isinstance(kept, list) else []
        return [(str(pair[0]), str(pair[1])) for pair in pairs if isinstance(pair, list)]

    def buried(self, file_id: str) -> None:
        self._memory.keep(doomed=_as_json([pair for pair in self.doomed() if pair[1] != file_id]))

    def is_anothers(self, file_id: str) -> bool:
        return self._memory.is_kept_elsewhere("file_id", file_id)


def _as_json(pairs: Sequence[tuple[str, str]]) -> Json:
    return [[account_id, file_id] for account_id, file_id in pairs] or None
