"""Frame.io as a place to deliver to: folders by the rule, the file sent or fetched."""

from dataclasses import replace
from datetime import timedelta

from django.conf import settings

from frameio import errors
from frameio.client import FrameioClient
from frameio.http import storage_client
from frameio.lanes import SharedLanes
from frameio.models import Account
from frameio.publicly import probe_client, public_address
from frameio.remote import RemoteUpload, abandon
from frameio.source import look_at
from frameio.structure import ensure_folder
from frameio.uploads import DirectUpload
from pipeline.integrations.base import (
    BaseIntegration,
    IntegrationError,
    MediaFile,
    Receipt,
)
from pipeline.integrations.frameio_accounts import client_of
from pipeline.integrations.frameio_journal import DeliveryJournal
from pipeline.integrations.frameio_projects import remote_project_of
from pipeline.integrations.frameio_review import review_link
from pipeline.integrations.frameio_versions import finish
from pipeline.integrations.reading import errors_of_the_file


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
        with client_of(file.account) as (client, account), errors_of_the_file():
            return self._deliver(file, client, account)

    def discard(self, file: MediaFile) -> None:
        with client_of(file.account) as (client, _account):
            abandon(client, DeliveryJournal(file.memory))

    def _deliver(self, file: MediaFile, client: FrameioClient, account: Account) -> Receipt:
        journal = DeliveryJournal(file.memory)
        if journal.load() is None:
            look_at(file.path, file.size, file.mtime_ns)  # before anything is made for it
        remote = remote_project_of(client, account, file)
        folder = ensure_folder(
            client,
            account,
            remote.id,
            remote.root_folder_id,
            file.folders,
            existing_only=file.existing_folders_only,
        )
        upload = self._upload(file, client, journal)
        try:
            sent = upload.send(
                file.path, file.size, file.mtime_ns, account.account_id, folder, file.name
            )
        except errors.NotFound as error:  # the folder went while we were at it; it is made again
            raise IntegrationError(str(error)) from error
        placed = replace(file, remote_project=remote.id)
        notes = finish(client, account.account_id, folder, sent.id, placed)
        review = review_link(client, account.account_id, sent.id, placed)
        return Receipt(sent.id, sent.view_url, (*notes, *review.notes), review.url)

    def _upload(
        self, file: MediaFile, client: FrameioClient, journal: DeliveryJournal
    ) -> DirectUpload | RemoteUpload:
        patience = timedelta(seconds=settings.FRAMEIO_PATIENCE)
        if file.fetched:
            return RemoteUpload(
                client,
                self._probe,
                journal,
                public_address,
                report=file.report,
                note=file.note,
                patience=patience,
            )
        return DirectUpload(
            client,
            self._storage,
            journal,
            report=file.report,
            lanes=SharedLanes(
                settings.POSTFLOW_VAR / "lanes",
                file.bytes_per_second,
                settings.FRAMEIO_PARTS_AT_ONCE,
            ),
            checksums=settings.FRAMEIO_CHECKSUMS,
            patience=patience,
        )
