"""Sending a file straight to Frame.io's part storage, and going on where it was left.

Frame.io makes a placeholder and hands out one presigned address a part; it joins the parts by
itself when all are there. The addresses live 24 hours and are never renewed, and a placeholder
nobody finishes stays for ever, so what we began is in the caller's journal before it is begun.
"""

import logging
import random
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextvars import copy_context
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import httpx
from django.utils.translation import gettext as _

from frameio.client import FrameioClient
from frameio.errors import (
    FrameioError,
    Incomplete,
    NotFound,
    SourceChanged,
    StorageRefused,
    UrlsExpired,
)
from frameio.joining import JOINS, Joins
from frameio.journal import Begun, Destination, Journal, bury, discard
from frameio.lanes import Lanes, OwnLanes, Wait
from frameio.names import readable, remote_name
from frameio.shapes import File, Part, Placeholder, UploadStatus
from frameio.source import Opener, Source, open_unbuffered
from frameio.storage import PartSender

log = logging.getLogger(__name__)

BLOCK = 512 * 1024
JOINED_MEANWHILE = 100 * 10**9  # bytes that Frame.io surely joins within our patience
URLS_LIVE = timedelta(hours=23)  # X-Amz-Expires is 24 h; an hour is for sending what is left


def ignore_progress(_bytes: int) -> None:
    """For callers who don't watch."""


class DirectUpload:
    """`report(n)` is told, from many threads, of each n bytes that went out (below zero when a
    part begins again); what it was told adds up to what is in place at Frame.io. It is called with
    0 while Frame.io joins the parts. When it raises, the upload ends, and can be resumed.

    `lanes` bounds the parts in flight of all uploads on this machine together (frameio.lanes);
    without it, this upload has `parts_at_once` for itself.

    `patience` bounds the wait for Frame.io to join the parts: so long, and as long again for each
    100 GB. What it has not joined by then, it never will: it is deleted, to be sent again.
    """

    def __init__(
        self,
        client: FrameioClient,
        storage: httpx.Client,
        journal: Journal,
        *,
        report: Callable[[int], None] = ignore_progress,
        parts_at_once: int = 8,
        lanes: Lanes | None = None,
        checksums: bool = True,
        block_size: int = BLOCK,
        patience: timedelta = timedelta(minutes=10),
        joins: Joins = JOINS,
        open_file: Opener = open_unbuffered,
        wait: Wait = threading.Event.wait,
        jitter: Callable[[float, float], float] = random.uniform,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._client = client
        self._storage = storage
        self._journal = journal
        self._report = report
        self._lanes = lanes or OwnLanes(parts_at_once)
        self._checksums = checksums
        self._block_size = block_size
        self._patience = patience
        self._joins = joins
        self._open_file = open_file
        self._wait = wait
        self._jitter = jitter
        self._now = now
        self._clock = clock

    def send(
        self, path: Path, size: int, mtime_ns: int, account_id: str, folder_id: str, name: str
    ) -> File:
        """Send the file, or what is missing of it, and come back when Frame.io has all of it.

        1. Look into the journal. Where nothing is missing, the file itself is no longer needed.
        2. Look at the file: nothing is begun for one that cannot be sent.
        3. Make a placeholder, unless there is one to go on with.
        4. Send the missing parts, several at once.
        5. Wait until Frame.io says that it is complete.

        Raises `FrameioError`. On `SourceChanged`, and where the placeholder is of no more use, it
        is deleted; otherwise the next call goes on where this one ended.
        """
        to = Destination(account_id, folder_id, remote_name(name), size)
        self._try(bury)
        try:
            file = self._sent(path, mtime_ns, to)
        except (SourceChanged, StorageRefused, Incomplete):
            self._try(discard)
            raise
        self._try(bury)  # nobody looks into the journal of what has arrived
        return file

    def _sent(self, path: Path, mtime_ns: int, to: Destination) -> File:
        told = _Told(self._report)
        upload = self._resumable(to)
        if upload is not None and not upload.missing:
            told.add(to.size)
            return self._completed(upload)
        with Source.opened(path, to.size, mtime_ns, self._open_file) as source:
            try:
                return self._deliver(source, upload or self._create(to), told)
            except NotFound:  # the caller may make the folder again, and call again
                told.take_back()
                raise

    def _resumable(self, to: Destination) -> "_Upload | None":
        """What the journal knows, when it is still of use; else it is discarded."""
        begun = self._journal.load()
        if begun is None:
            return None
        if begun.placeholder is not None:
            status = self._status(begun.to, begun.placeholder)
            if status is not None and status.complete:
                if begun.to == to:
                    return _Upload(to, begun.placeholder).all_sent()
                self._journal.forgotten()  # it arrived elsewhere, and people may be looking at it
                return None
            young = self._now() - begun.at < URLS_LIVE
            usable = begun.transfer == "direct" and begun.to == to and young
            if status is not None and not status.failed and usable:
                return _Upload(to, begun.placeholder, begun.sent)
        self._try(discard)
        return None

    def _status(self, to: Destination, placeholder: Placeholder) -> UploadStatus | None:
        try:
            return self._client.status(to.account_id, placeholder.file_id)
        except NotFound:
            return None

    def _create(self, to: Destination) -> "_Upload":
        """Where the create fails it may have worked; the next `send` looks for what it left."""
        self._journal.beginning(Begun(self._now(), to))
        placeholder = self._client.create_local_upload(
            to.account_id, to.folder_id, to.name, to.size
        )
        try:
            self._journal.started(placeholder)
        except BaseException:
            # Written down nowhere, so that nobody else would ever delete it.
            self._try(lambda client, _j: client.delete_file(to.account_id, placeholder.file_id))
            raise
        return _Upload(to, placeholder)

    def _deliver(self, source: Source, upload: "_Upload", told: "_Told") -> File:
        """Once more from the start when the addresses expired, or somebody deleted the file."""
        try:
            return self._all_of(source, upload, told)
        except (UrlsExpired, NotFound):
            told.take_back()
            self._try(discard)
        return self._all_of(source, self._create(upload.to), told)

    def _all_of(self, source: Source, upload: "_Upload", told: "_Told") -> File:
        self._send_parts(source, upload, told)
        source.check()
        return self._completed(upload)

    def _send_parts(self, source: Source, upload: "_Upload", told: "_Told") -> None:
        upload.check()
        told.add(upload.to.size - sum(part.size for part in upload.missing))
        placeholder = upload.placeholder
        stop = threading.Event()
        sender = PartSender(
            self._storage,
            stop,
            told.add,
            self._wait,
            self._jitter,
            self._lanes,
            self._checksums,
        )

        def send(part: Part) -> int:
            blocks = partial(source.blocks, part.start, part.size, self._block_size)
            sender.send(part, placeholder.name, placeholder.media_type, blocks)
            return part.number

        pool = ThreadPoolExecutor(self._lanes.most, thread_name_prefix="part")
        try:
            for done in as_completed(
                [pool.submit(copy_context().run, send, part) for part in upload.missing]
            ):
                self._journal.sent(done.result())
        finally:
            stop.set()
            pool.shutdown(cancel_futures=True)

    def _completed(self, upload: "_Upload") -> File:
        """Ask until Frame.io has joined the parts; its word counts, not ours."""
        to, file_id = upload.to, upload.placeholder.file_id
        patience = self._patience * (1 + to.size / JOINED_MEANWHILE)
        give_up_at = self._clock() + patience.total_seconds()
        for pause in self._joins.pauses():
            if pause:
                self._report(0)
                self._pause(pause)
            status = self._client.status(to.account_id, file_id)
            if status.failed:
                raise Incomplete(
                    _("Frame.io could not join the parts of %(name)s. It has to be sent again.")
                    % {"name": to.name}
                )
            if status.complete:
                break
            if self._clock() >= give_up_at:
                raise Incomplete(_never_joined(to.name))
        file = self._client.file(to.account_id, file_id)
        if file.size != to.size:
            raise Incomplete(
                _(
                    "Frame.io holds %(there)d of the %(size)d bytes of %(name)s. It has to be sent"
                    " again."
                )
                % {"there": file.size, "size": to.size, "name": to.name}
            )
        return file

    def _pause(self, seconds: float) -> None:
        self._wait(threading.Event(), seconds)

    def _try(self, to_delete: Callable[[FrameioClient, Journal], None]) -> None:
        """What cannot be deleted now stays in the journal, and in nobody's way."""
        try:
            to_delete(self._client, self._journal)
        except FrameioError as error:
            log.warning("A placeholder on Frame.io could not be deleted yet: %s", error)


@dataclass(frozen=True)
class _Upload:
    """An upload under way: where to, and which parts are there."""

    to: Destination
    placeholder: Placeholder
    sent: frozenset[int] = frozenset()

    @property
    def missing(self) -> list[Part]:
        return [part for part in self.placeholder.parts if part.number not in self.sent]

    def all_sent(self) -> "_Upload":
        return replace(self, sent=frozenset(part.number for part in self.placeholder.parts))

    def check(self) -> None:
        wanted = sum(part.size for part in self.placeholder.parts)
        if not self.placeholder.size == wanted == self.to.size:
            raise Incomplete(
                _(
                    "Frame.io asks for %(wanted)d bytes of %(name)s, which has %(size)d. Try again;"
                    " if it happens again, show this to support."
                )
                % {"wanted": wanted, "name": self.to.name, "size": self.to.size}
            )


def _never_joined(name: str) -> str:
    return _(
        "Frame.io has all of %(name)s and does not put it together. It is deleted there and sent"
        " again; if that goes on, show this to Frame.io's support."
    ) % {"name": readable(name)}


class _Told:
    """How much `report` has heard of, so that it can be taken back."""

    def __init__(self, report: Callable[[int], None]) -> None:
        self._report = report
        self._lock = threading.Lock()
        self._total = 0

    def add(self, count: int) -> None:
        with self._lock:
            self._total += count
        self._report(count)

    def take_back(self) -> None:
        self.add(-self._total)
