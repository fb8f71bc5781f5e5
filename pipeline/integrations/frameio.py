"""Frame.io as a place to deliver to: folders by the rule, the file by direct upload."""

import logging

from django.conf import settings
from django.utils.translation import gettext as _

from frameio import errors
from frameio.client import FrameioClient
from frameio.http import storage_client
from frameio.journal import Begun, discard
from frameio.models import Account
from frameio.shapes import Placeholder
from frameio.structure import ensure_folder
from frameio.uploads import DirectUpload
from pipeline.integrations.base import (
    BaseIntegration,
    MediaFile,
    Memory,
    NeedsProject,
    Receipt,
    SourceAway,
    SourceChanged,
)
from pipeline.integrations.frameio_accounts import client_of
from pipeline.jobs import LeaseLost

log = logging.getLogger(__name__)


class FrameioReview(BaseIntegration):
    """Makes the folders, sends the parts, and takes Frame.io's word for when it has all."""

    label = "Frame.io"

    def initialize(self) -> None:
        self._storage = storage_client()

    def cleanup(self) -> None:
        self._storage.close()

    def process_file(self, file: MediaFile) -> Receipt:
        with client_of(file.account) as (client, account):
            try:
                return self._deliver(file, client, account)
            except LeaseLost as lost:
                if lost.cancelled:
                    _clean_up(file, client)
                raise
            except errors.SourceChanged as error:
                raise SourceChanged(str(error)) from error
            except errors.SourceUnreadable as error:
                raise SourceAway(str(error)) from error

    def _deliver(self, file: MediaFile, client: FrameioClient, account: Account) -> Receipt:
        if not file.remote_project:
            raise NeedsProject(
                _(
                    "Project %(code)s has no Frame.io project yet. Choose one on its page, and the"
                    " file is sent."
                )
                % {"code": file.project}
            )
        root = client.project(account.account_id, file.remote_project).root_folder_id
        folder = ensure_folder(client, account, file.remote_project, root, file.folders)
        upload = self._upload(file, client)
        sent = upload.send(
            file.path, file.size, file.mtime_ns, account.account_id, folder, file.name
        )
        return Receipt(sent.id, sent.view_url)

    def _upload(self, file: MediaFile, client: FrameioClient) -> DirectUpload:
        return DirectUpload(
            client,
            self._storage,
            DeliveryJournal(file.memory),
            report=file.report,
            parts_at_once=settings.FRAMEIO_PARTS_AT_ONCE,
        )


def _clean_up(file: MediaFile, client: FrameioClient) -> None:
    """Leave no half file of a cancelled job. A later attempt finds it gone and begins anew."""
    try:
        discard(client, DeliveryJournal(file.memory))
    except LeaseLost:
        pass  # deleted; only the forgetting is no longer ours to write
    except errors.FrameioError as error:
        log.warning("%s: its placeholder stays on Frame.io: %s", file.name, error)


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
        self._memory.forget()
        self._memory.keep(begun=dict(begun.as_json()))

    def started(self, placeholder: Placeholder) -> None:
        self._memory.keep_secret(placeholder=dict(placeholder.as_json()))
        self._memory.keep(file_id=placeholder.file_id)

    def sent(self, number: int) -> None:
        self._sent |= 1 << number
        self._memory.keep(sent=f"{self._sent:x}")

    def forgotten(self) -> None:
        self._sent = 0
        self._memory.forget()

    def is_anothers(self, file_id: str) -> bool:
        return self._memory.is_kept_elsewhere("file_id", file_id)
