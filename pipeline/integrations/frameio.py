"""Frame.io as a place to deliver to: folders by the rule, the file sent or fetched."""

from dataclasses import replace
from datetime import timedelta
from functools import partial

from django.conf import settings

from frameio import errors, shapes
from frameio.client import FrameioClient
from frameio.http import storage_client
from frameio.lanes import SharedLanes
from frameio.models import Account
from frameio.projects import doubt
from frameio.publicly import probe_client, public_address
from frameio.remote import RemoteUpload, abandon
from frameio.source import look_at
from frameio.structure import ensure_folder
from frameio.uploads import DirectUpload
from pipeline.integrations.base import (
    BaseIntegration,
    MediaFile,
    Receipt,
)
from pipeline.integrations.frameio_accounts import client_of
from pipeline.integrations.frameio_journal import DeliveryJournal
from pipeline.integrations.frameio_moving import Bring, arrived_before
from pipeline.integrations.frameio_projects import remote_project_of
from pipeline.integrations.frameio_review import review_link
from pipeline.integrations.frameio_versions import finish
from pipeline.integrations.reading import errors_of_the_file


class FrameioReview(BaseIntegration):
    """Makes the folders, sends the file or has it fetched, and takes Frame.io's word for when it
    has all.
    """

    label = "Frame.io"
    moves = True

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
        before = arrived_before(client, account.account_id, file)
        bring = before.bring if before else self._sender(file, client, account)
        try:
            placed, folder, there = _arrived(bring, file, client, account)
        except errors.NotFound:  # deleted since it was seen: look, and make it again, once
            placed, folder, there = _arrived(bring, file, client, account)
        notes = finish(client, account.account_id, folder, there.id, placed)
        if before and before.review_url:
            return Receipt(there.id, there.view_url, notes, before.review_url)
        review = review_link(client, account.account_id, there.id, placed)
        return Receipt(there.id, there.view_url, (*notes, *review.notes), review.url)

    def _sender(self, file: MediaFile, client: FrameioClient, account: Account) -> Bring:
        journal = DeliveryJournal(file.memory)
        if journal.load() is None:
            look_at(file.path, file.size, file.mtime_ns)  # before anything is made for it
        return partial(_sent, self._upload(file, client, journal), file, account.account_id)

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


def _arrived(
    bring: Bring, file: MediaFile, client: FrameioClient, account: Account
) -> tuple[MediaFile, str, shapes.File]:
    """The file with its project, the folder's id, and what Frame.io has now."""
    remote = remote_project_of(client, account, file)
    try:
        folder = ensure_folder(
            client,
            account,
            remote.project_id,
            remote.root_folder_id,
            file.folders,
            existing_only=file.existing_folders_only,
        )
        there = bring(folder)
    except errors.NotFound:
        doubt(account, remote.project_id)
        raise
    return replace(file, remote_project=remote.project_id), folder, there


def _sent(
    upload: DirectUpload | RemoteUpload, file: MediaFile, account_id: str, folder: str
) -> shapes.File:
    try:
        return upload.send(file.path, file.size, file.mtime_ns, account_id, folder, file.name)
    except errors.NotFound as error:  # the folder went while we were at it; it can be made again
        raise errors.NotFound(str(error), permanent=False) from error
