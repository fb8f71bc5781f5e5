"""Fetches the source of a remote upload, as Frame.io would.

What the vendor leaves open is decided here: one request for everything, taken up with Range where
a line broke; three broken lines in a row without a new byte, any answer but 200 and 206, a
redirect, an empty source and more than 50 GB are failures.
"""

import asyncio
import re
from dataclasses import dataclass

import httpx
from anyio.to_thread import run_sync

from frameio.sandbox.events import announce_arrival
from frameio.sandbox.faults import Effects
from frameio.sandbox.site import Site
from frameio.sandbox.storage import BLOCK, Incoming
from frameio.sandbox.store.records import Asset

LIMIT = 50 * 10**9
TRIES = 3
PAUSE = 0.5
TIMEOUT = httpx.Timeout(30)
CONTENT_RANGE = re.compile(r"bytes (\d+)-\d+/(\d+)")


class CannotFetch(Exception):
    """The source cannot be had; trying again would change nothing."""


def start_fetch(site: Site, file: Asset, url: str, effects: Effects) -> None:
    """In the background; the file's status tells how it ended."""
    if "fetch_stalls" in effects:
        return
    work = Fetch(site, file, url, seconds_a_mib=effects.get("fetch_slow", 0))
    site.background.start(work.fail() if "fetch_fails" in effects else work.run())


@dataclass
class Fetch:
    site: Site
    file: Asset
    url: str
    seconds_a_mib: float = 0
    have: int = 0
    total: int | None = None

    async def run(self) -> None:
        self.site.store.parts.begin(self.file.id)
        incoming = await run_sync(Incoming.open, self.site.store.parts.directory / self.file.id)
        try:
            await self._all(incoming)
            await run_sync(incoming.finish, [])
            self.site.store.take_whole(self.file.id, incoming.path, self.have)
            announce_arrival(self.site, self.file)
        except (CannotFetch, httpx.HTTPError, httpx.InvalidURL, OSError):
            await self.fail()
        finally:
            incoming.discard()

    async def fail(self) -> None:
        self.site.store.assets.fail(self.file.id)

    async def _all(self, incoming: Incoming) -> None:
        """Goes on where a line broke, as long as each one brings something."""
        async with httpx.AsyncClient(trust_env=False, timeout=TIMEOUT) as client:
            broken = 0
            while True:
                before = self.have
                try:
                    await self._rest(client, incoming)
                except httpx.TransportError:
                    broken = 1 if self.have > before else broken + 1
                    if broken == TRIES:
                        raise
                    await asyncio.sleep(PAUSE)
                else:
                    return

    async def _rest(self, client: httpx.AsyncClient, incoming: Incoming) -> None:
        headers = {"range": f"bytes={self.have}-", "accept-encoding": "identity"}
        async with client.stream("GET", self.url, headers=headers) as answer:
            self._check(answer)
            async for block in answer.aiter_bytes(BLOCK):
                await asyncio.sleep(self.seconds_a_mib * len(block) / BLOCK)
                if self.site.store.assets.get(self.file.id) is None:
                    raise CannotFetch("the file was deleted")
                self.have += len(block)
                self._check_size(self.have)
                await run_sync(incoming.write, [block])
        if self.have == 0 or self.total not in (None, self.have):
            raise CannotFetch("the source has another size than it says")

    def _check(self, answer: httpx.Response) -> None:
        span = CONTENT_RANGE.fullmatch(answer.headers.get("content-range", ""))
        if answer.status_code == 206 and span and int(span[1]) == self.have:
            total = int(span[2])
        elif answer.status_code == 200 and self.have == 0:
            total = int(answer.headers.get("content-length", 0))
        else:
            raise CannotFetch(f"the source answers {answer.status_code}")
        if self.total not in (None, total):
            raise CannotFetch("the source changed")
        self._check_size(total)
        self.total = total or None

    def _check_size(self, size: int) -> None:
        if size > LIMIT:
            raise CannotFetch("the source is larger than 50 GB")
