"""Letting Frame.io fetch a file from us, for where it may not be sent.

Slower and frailer than `frameio.uploads`: every byte goes through a tunnel, what was fetched
cannot be gone on with, and a failure has no reason. But it needs one address only, and its owner
may be the studio.
"""

import json
import logging
import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
from django.utils.crypto import salted_hmac

from frameio import remote_words, served
from frameio.client import FrameioClient
from frameio.errors import FrameioError, Incomplete, NotFound, SourceChanged, TooLarge
from frameio.journal import Begun, Destination, Journal, bury, discard, looks_like
from frameio.lanes import Wait
from frameio.names import remote_name
from frameio.publicly import PublicAddress, probe
from frameio.served import Identity
from frameio.shapes import File, Placeholder, UploadStatus
from frameio.source import Opener, Source, open_unbuffered
from frameio.uploads import ignore_progress

log = logging.getLogger(__name__)

# https://next.developer.frame.io/platform/docs/guides/uploading-to-frame-io/how-local-remote-uploads-work
LARGEST = 50 * 10**9
PROBED = 1  # byte, which we fetched ourselves


def ignore_note(_sentence: str) -> None:
    """For callers without a history."""


class RemoteUpload:
    """`report(n)` is told of each n bytes that were fetched, and called with 0 while none are.
    When it raises, the waiting ends, and can be gone on with. `note` hears what a person ought to
    know. `patience` bounds the time in which not a byte is fetched, and that after the last one.
    """

    def __init__(
        self,
        client: FrameioClient,
        http: httpx.Client,
        journal: Journal,
        address: Callable[[], PublicAddress],
        *,
        report: Callable[[int], None] = ignore_progress,
        note: Callable[[str], None] = ignore_note,
        patience: timedelta = timedelta(minutes=10),
        open_file: Opener = open_unbuffered,
        wait: Wait = threading.Event.wait,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._client = client
        self._http = http
        self._journal = journal
        self._address = address
        self._report = report
        self._note = note
        self._patience = patience
        self._open_file = open_file
        self._wait = wait
        self._now = now
        self._clock = clock

    def send(
        self, path: Path, size: int, mtime_ns: int, account_id: str, folder_id: str, name: str
    ) -> File:
        """Have the file fetched, and come back when Frame.io has all of it.

        1. Refuse what Frame.io would not fetch, before anything is begun.
        2. Look into the journal: it may have arrived, or be under way.
        3. Open a path to it, under the same token as before a crash.
        4. See that the path is reached from outside, then tell Frame.io of it.
        5. Wait until Frame.io says that it is complete; close the path.

        Raises `FrameioError`. On `SourceChanged` and `Incomplete` the placeholder is deleted;
        otherwise the next call goes on where this one ended, and the path stays open so long.
        """
        if size > LARGEST:
            raise TooLarge(remote_words.too_large(name, size))
        to = Destination(account_id, folder_id, remote_name(name), size)
        self._try(bury)
        try:
            file = self._had(path, mtime_ns, to)
        except FrameioError as error:
            if error.permanent or isinstance(error, SourceChanged | Incomplete):
                self._try(abandon)
            raise
        self._try(bury)  # nobody looks into the journal of what has arrived
        return file

    def _had(self, path: Path, mtime_ns: int, to: Destination) -> File:
        left = self._left(to)
        if left is not None and left.complete:
            self._report(to.size)
            return self._arrived(left.begun)
        with Source.opened(path, to.size, mtime_ns, self._open_file) as source:
            begun = self._go_on(source, left.begun) if left else self._begin(source, to)
            return self._fetched(source, begun)

    # --- What an earlier attempt left -------------------------------------------------------------
    def _left(self, to: Destination) -> "_Left | None":
        """What the journal knows, when it is still of use; else it is discarded."""
        begun = self._journal.load()
        if begun is None:
            return None
        if begun.placeholder is None and begun.transfer == "remote" and begun.to == to:
            begun = self._answered_late(begun)
        status = self._status(begun)
        if status is not None and status.complete:
            if begun.to == to:
                return _Left(begun, complete=True)
            close(begun)
            self._journal.forgotten()  # it arrived elsewhere, and people may be looking at it
            return None
        usable = begun.transfer == "remote" and begun.to == to
        if status is not None and not status.failed and usable:
            return _Left(begun, complete=False)
        abandon(self._client, self._journal)
        return None

    def _answered_late(self, begun: Begun) -> Begun:
        """Our create got no answer. What it made may be on its way, or there, by now."""
        try:
            files = self._client.files_in(begun.to.account_id, begun.to.folder_id)
        except NotFound:
            return begun
        ours = [
            file
            for file in files
            if looks_like(file, begun) and not self._journal.is_anothers(file.id)
        ]
        if not ours:
            return begun
        return self._started(begun, min(ours, key=lambda file: abs(file.created_at - begun.at)))

    def _status(self, begun: Begun) -> UploadStatus | None:
        if begun.placeholder is None:
            return None
        try:
            return self._client.status(begun.to.account_id, begun.placeholder.file_id)
        except NotFound:
            return None

    # --- Beginning --------------------------------------------------------------------------------
    def _begin(self, source: Source, to: Destination) -> Begun:
        """Where the create fails it may have worked; the next `send` looks for what it made."""
        begun = Begun(self._now(), to, transfer="remote")
        address = self._address()
        url = address.of(token_of(begun))
        self._go_on(source, begun)
        try:
            self._probe(source, url)
            self._journal.beginning(begun)
        except BaseException:
            close(begun)
            raise
        if address.metered:
            self._note(remote_words.metered(to.size))
        file = self._client.create_remote_upload(to.account_id, to.folder_id, to.name, url)
        return self._started(begun, file)

    def _started(self, begun: Begun, file: File) -> Begun:
        placeholder = Placeholder(file.id, file.name, begun.to.size, file.media_type, parts=())
        self._journal.started(placeholder)
        return replace(begun, placeholder=placeholder)

    def _go_on(self, source: Source, begun: Begun) -> Begun:
        served.open_path(token_of(begun), source.path, _identity(source))
        return begun

    def _probe(self, source: Source, url: str) -> None:
        position = source.size // 2
        (byte,) = source.blocks(position, 1, 1)
        probe(self._http, url, _identity(source), position, byte)

    # --- Waiting ----------------------------------------------------------------------------------
    def _fetched(self, source: Source, begun: Begun) -> File:
        token, name = token_of(begun), begun.to.name
        told = seen = 0
        moved_at = self._clock()
        pause = 0.25
        while not self._is_complete(begun):
            source.check()
            fetched = max(served.bytes_served(token) - PROBED, 0)
            if fetched != seen:
                seen, moved_at = fetched, self._clock()
            elif self._clock() - moved_at > self._patience.total_seconds():
                raise Incomplete(remote_words.given_up(name, seen, source.size))
            self._report(min(seen, source.size) - told)
            told = min(seen, source.size)
            if not served.keep_open(token):
                self._go_on(source, begun)
            self._wait(threading.Event(), pause)
            pause = min(pause * 1.5, 5.0)
        source.check()
        self._report(source.size - told)
        return self._arrived(begun)

    def _is_complete(self, begun: Begun) -> bool:
        status = self._client.status(begun.to.account_id, _file_id(begun))
        if status.failed:
            raise Incomplete(remote_words.failed(begun.to.name))
        return status.complete

    def _arrived(self, begun: Begun) -> File:
        to = begun.to
        file = self._client.file(to.account_id, _file_id(begun))
        if file.size != to.size:
            raise Incomplete(remote_words.another_size(to.name, file.size, to.size))
        close(begun)
        return file

    def _try(self, to_delete: Callable[[FrameioClient, Journal], None]) -> None:
        """What cannot be deleted now stays in the journal, and in nobody's way."""
        try:
            to_delete(self._client, self._journal)
        except FrameioError as error:
            log.warning("A placeholder on Frame.io could not be deleted yet: %s", error)


@dataclass(frozen=True)
class _Left:
    """What an earlier attempt left that is still of use."""

    begun: Begun
    complete: bool


def token_of(begun: Begun) -> str:
    """The secret in the path: 256 bits that only we can make, and make again after a crash.

    So it need not be kept anywhere, and a create that got no answer is still served.
    """
    told = json.dumps(begun.as_json(), sort_keys=True)
    return salted_hmac("frameio.remote", told, algorithm="sha256").hexdigest()


def close(begun: Begun) -> None:
    served.close_path(token_of(begun))


def abandon(client: FrameioClient, journal: Journal) -> None:
    """Close the path and delete on Frame.io what was begun, if anything was; forget it."""
    if begun := journal.load():
        close(begun)
    discard(client, journal)


def _identity(source: Source) -> Identity:
    return Identity.of(os.fstat(source.watched.fileno()))


def _file_id(begun: Begun) -> str:
    assert begun.placeholder  # noqa: S101  it was started, or we would not be here
    return begun.placeholder.file_id
