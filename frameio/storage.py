"""Putting one part into part storage, and putting it again when the line drops."""

import random
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import httpx

from frameio.answers import raise_for_part, unreachable
from frameio.errors import StorageRefused, Unavailable
from frameio.shapes import Part

PART_TRIES = 5
LONGEST_PAUSE = 30.0

Wait = Callable[[threading.Event, float], bool]


class Stopped(Exception):
    """Another part failed, or the caller wants no more: this part ends without a word."""


@dataclass(frozen=True)
class PartSender:
    """Sends parts from many threads. `report(n)` hears of each block, and of -n when a part that
    failed half-way begins again. Both `report` and `blocks` may raise to end it all.
    """

    http: httpx.Client
    stop: threading.Event
    report: Callable[[int], None]
    wait: Wait = threading.Event.wait
    jitter: Callable[[float, float], float] = random.uniform

    def send(
        self,
        part: Part,
        label: str,
        media_type: str | None,
        blocks: Callable[[], Iterator[bytes]],
    ) -> None:
        """`blocks` gives the part's bytes anew for each try: a body cannot be played back."""
        # The address is signed for exactly these two headers; another value is a bare 403.
        headers = {
            "Content-Type": media_type or "application/octet-stream",
            "x-amz-acl": "private",
            "Content-Length": str(part.size),
        }
        for count in range(PART_TRIES):
            sent = _Count()
            try:
                return self._put(part, label, headers, self._counted(blocks(), sent), sent)
            except Unavailable as error:
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
        label: str,
        headers: dict[str, str],
        body: Iterator[bytes],
        sent: "_Count",
    ) -> None:
        try:
            response = self.http.put(part.url, content=body, headers=headers)
        except httpx.InvalidURL:
            raise StorageRefused(f"Frame.io gave an address for {label} that is none.") from None
        except httpx.RequestError as error:
            host = httpx.URL(part.url).host
            raise unreachable("Frame.io's storage", host, error) from error
        raise_for_part(response, label)
        if sent.bytes != part.size:  # somebody answered before everything was sent
            raise Unavailable(f"Frame.io's storage took only some of {label}. Try again.")

    def _counted(self, blocks: Iterator[bytes], sent: "_Count") -> Iterator[bytes]:
        for block in blocks:
            if self.stop.is_set():
                raise Stopped
            yield block
            sent.bytes += len(block)
            self.report(len(block))


@dataclass
class _Count:
    bytes: int = 0
