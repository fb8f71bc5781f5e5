"""Putting one part into part storage, and putting it again when the line drops."""

import hashlib
import random
import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import httpx
from django.utils.translation import gettext as _

from frameio.answers import raise_for_part, unreachable
from frameio.calls import logged
from frameio.errors import StorageRefused, Unavailable
from frameio.lanes import Lane, Lanes, OwnLanes, Stopped, Wait
from frameio.shapes import Part

PART_TRIES = 5
LONGEST_PAUSE = 30.0


@dataclass(frozen=True)
class PartSender:
    """Sends parts from many threads. `report(n)` hears of each block, and of -n when a part that
    failed half-way begins again. Both `report` and `blocks` may raise to end it all.

    `checksums`: what the storage says it got is compared with what was read (MD5, 2 s a GiB).
    """

    http: httpx.Client
    stop: threading.Event
    report: Callable[[int], None]
    wait: Wait = threading.Event.wait
    jitter: Callable[[float, float], float] = random.uniform
    lanes: Lanes = field(default_factory=OwnLanes)
    checksums: bool = True

    def send(
        self,
        part: Part,
        name: str,
        media_type: str | None,
        blocks: Callable[[], Iterator[bytes]],
    ) -> None:
        """Of the file `name`. `blocks` gives the part's bytes anew for each try: a body cannot be
        played back.
        """
        # The address is signed for exactly these two headers; another value is a bare 403.
        headers = {
            "Content-Type": media_type or "application/octet-stream",
            "x-amz-acl": "private",
            "Content-Length": str(part.size),
        }
        for count in range(PART_TRIES):
            sent = _Sent()
            try:
                with self.lanes.lane(self.stop) as lane:
                    body = self._counted(blocks(), sent, lane)
                    return self._put(part, name, headers, body, sent)
            except Unavailable as error:
                self.lanes.trouble()
                self.report(-sent.bytes)
                if count == PART_TRIES - 1:
                    raise
                pause = min(2**count, LONGEST_PAUSE) * self.jitter(0.5, 1.0)
                if error.retry_after is not None:
                    pause = min(error.retry_after.total_seconds(), LONGEST_PAUSE)
            if self.wait(self.stop, pause):
                raise Stopped
        return None

    def _put(
        self,
        part: Part,
        name: str,
        headers: dict[str, str],
        body: Iterator[bytes],
        sent: "_Sent",
    ) -> None:
        label = _("part %(number)d of %(name)s") % {"number": part.number, "name": name}
        try:
            response = logged(
                lambda: self.http.put(part.url, content=body, headers=headers),
                f"PUT part {part.number} of {name}",
                part.size,
            )
        except httpx.InvalidURL:
            raise StorageRefused(
                _("Frame.io gave an address for %(part)s that is none.") % {"part": label}
            ) from None
        except httpx.RequestError as error:
            host = httpx.URL(part.url).host
            raise unreachable(_("Frame.io's storage"), host, error) from error
        raise_for_part(response, label)
        if sent.bytes != part.size:  # somebody answered before everything was sent
            raise Unavailable(
                _("Frame.io's storage took only some of %(part)s. Try again.") % {"part": label}
            )
        etag = _md5_in(response.headers)
        if self.checksums and etag and etag != sent.md5.hexdigest():
            raise Unavailable(
                _(
                    "What Frame.io's storage got of %(part)s is not what was sent. Try again later;"
                    " if it happens each time, switch the checksums off and tell support."
                )
                % {"part": label}
            )

    def _counted(self, blocks: Iterator[bytes], sent: "_Sent", lane: Lane) -> Iterator[bytes]:
        for block in blocks:
            if self.stop.is_set():
                raise Stopped
            lane.passes(len(block))
            if self.checksums:
                sent.md5.update(block)
            yield block
            sent.bytes += len(block)
            self.report(len(block))


@dataclass
class _Sent:
    bytes: int = 0
    md5: "hashlib._Hash" = field(
        default_factory=lambda: hashlib.md5(usedforsecurity=False), repr=False
    )


def _md5_in(headers: httpx.Headers) -> str:
    """The ETag where it is an MD5; with keys of the customer or of KMS it only looks like one.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_Object.html
    """
    if headers.get("x-amz-server-side-encryption", "AES256") != "AES256":
        return ""
    if "x-amz-server-side-encryption-customer-algorithm" in headers:
        return ""
    found = re.fullmatch(r'"?([0-9a-f]{32})"?', headers.get("etag", ""))
    return found[1] if found else ""
