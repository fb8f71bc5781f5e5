"""A studio of its own: a PostFlow with its database, a Frame.io, a mount, and the people."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

import httpx

from tests.notifications.discord_server import serving
from tests.proof.installation import Installation
from tests.sandbox.running import ROOT, Entry, Sandbox, plain_client

PASSWORD = "right horse"
HANGS_AFTER = 180  # seconds
FURNISHING = "__import__('tests.desk.furnishing').desk.furnishing"
PART = 64 * 1024  # bytes; small, so that a file of a few parts is seen going up


def film(size: int) -> bytes:
    """A QuickTime file that is complete by its boxes, with a content of its own."""
    ftyp = b"\0\0\0\x14ftypqt  \0\0\0\0qt  "
    return ftyp + b"\0\0\0\x08moov" + (8 + size).to_bytes(4, "big") + b"mdat" + os.urandom(size)


class Studio:
    """`manage.py start` beside a sandbox. Nothing of it is in the tests' own database."""

    def __init__(self, place: Path) -> None:
        self.mount = place / "mount"
        self.mount.mkdir()
        self._ends = ExitStack()
        flags = [f"--part-size={PART}", "--no-limits", "--uploaded-after=0"]
        self.sandbox = Sandbox(place / "sandbox", [*flags, "--transcoded-after=0"])
        self._ends.callback(self.sandbox.close)
        self.discord = self._ends.enter_context(serving())
        self._installation = Installation(
            place / "var",
            DATABASE_URL=f"sqlite:///{place / 'var' / 'postflow.sqlite3'}",
            FRAMEIO_API_URL=self.sandbox.url,
            FRAMEIO_IMS_URL=self.sandbox.url,
            FRAMEIO_CLIENT_ID="sandbox",
            FRAMEIO_CLIENT_SECRET="sandbox",
            PUBLIC_FILE_URL="",
            UPLOAD_WORKERS="2",
            WEBHOOK_HOSTS="127.0.0.1",
        )
        self.url = self._installation.url

    def __enter__(self) -> Self:
        with self._ends:
            self._ends.enter_context(self._installation)
            self._wait_until_it_answers()
            self._ends = self._ends.pop_all()
        return self

    def _wait_until_it_answers(self) -> None:
        hangs_at = time.monotonic() + HANGS_AFTER
        with plain_client(base_url=self.url) as http:
            while time.monotonic() < hangs_at:
                assert self._installation.runs(), self.said()
                try:
                    if http.get("/readyz").status_code == httpx.codes.OK:
                        return
                except httpx.TransportError:
                    pass  # not listening yet
                time.sleep(0.1)
        raise AssertionError(f"PostFlow does not answer:\n{self.said()}")

    def said(self) -> str:
        """What its processes have printed."""
        return self._installation.log.read_text()

    def furnish(self, wanted: str) -> None:
        """With what a function of `tests.desk.furnishing` makes."""
        places = {"STUDIO_MOUNT": str(self.mount), "STUDIO_DISCORD": self.discord.url}
        subprocess.run(
            [sys.executable, "manage.py", "shell", "-v0", "-c", f"{FURNISHING}.{wanted}()"],
            cwd=ROOT,
            env=self._installation.environment | places,
            check=True,
            timeout=HANGS_AFTER,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )

    def drop(self, name: str, *, megabytes: float = 0.1) -> None:
        """A render of that name, which is whole from the start."""
        self._save(name, film(int(megabytes * 1024 * 1024)))

    def put(self, clip: Path) -> None:
        """A real one."""
        self._save(clip.name, clip.read_bytes())

    @contextmanager
    def trouble(self, *rules: Entry) -> Iterator[None]:
        """At Frame.io; `Sandbox.faults` says of what kind."""
        self.sandbox.faults([*rules])
        try:
            yield
        finally:
            self.sandbox.faults([])

    def card(self, title: str) -> list[tuple[str, str]]:
        """The fields of the card on Discord, as soon as it is there."""
        hangs_at = time.monotonic() + HANGS_AFTER
        while title not in self.discord.shown:
            assert time.monotonic() < hangs_at, self.discord.shown
            time.sleep(0.1)
        (shown,) = [one for one in self.discord.messages.values() if one.card["title"] == title]
        fields = shown.card["fields"]
        assert isinstance(fields, list)
        return [(row["name"], row["value"]) for row in fields]

    def _save(self, name: str, content: bytes) -> None:
        """As careful programs do."""
        draft = self.mount / f".{name}.part"
        draft.write_bytes(content)
        draft.rename(self.mount / name)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._ends.close()
