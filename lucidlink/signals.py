"""What LucidLink's own client says of itself and of a file, where it answers.

None of it is ever needed: without a client, or with one that does not know the question, the answer
is "unknown", and the file is judged by standing still. The questions are those that LucidLink's own
engineers ask; they are documented nowhere, so the address and the route can be set.
https://support.lucidlink.com/hc/en-us/articles/11472974096397 (Remote Upload Indicator)
"""

import re
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from enum import Enum
from pathlib import PurePath
from typing import NamedTuple, TypeAlias
from urllib.parse import quote

import httpx
from pydantic import BaseModel, Field, ValidationError

from lucidlink.words import gettext as _
from lucidlink.words import gettext_noop

PROGRAMS = ("lucid3", "lucid")
FILES_ROUTE = "/v1/{filespace}/files"
QUEUE_ROUTE = "/cache/info"
SECONDS = 2.0  # for one answer of a program on this machine
MOST = 1 << 20  # bytes of an answer; the longest seen has some hundred
REST = 30.0  # seconds without a question after one that was not answered
REMEMBERED = 300.0  # seconds that a "still uploading" counts when no answer comes any more

Run: TypeAlias = Callable[[Sequence[str]], str | None]


# --- The command line -----------------------------------------------------------------------------


class Instance(NamedTuple):
    """A filespace that the client on this machine knows. `port`: where it answers HTTP."""

    number: int
    filespace: str
    port: int
    mode: str


class Status(NamedTuple):
    linked: bool
    filespace: str = ""
    mount_point: str = ""


def run_program(words: Sequence[str]) -> str | None:
    """What it prints; None when it is not there or does not answer."""
    try:
        done = subprocess.run(
            words, stdin=subprocess.DEVNULL, capture_output=True, timeout=10, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.decode("utf-8", "replace")


def parse_list(text: str) -> list[Instance]:
    """Of a table with the columns INSTANCE ID, FILESPACE, PORT and MODE."""
    rows = re.finditer(r"^\s*(\d{1,9})\s+(\S+)\s+(\d{1,5})\s+(\S+)\s*$", text, re.MULTILINE)
    return [Instance(int(row[1]), row[2], int(row[3]), row[4]) for row in rows]


def parse_status(text: str) -> Status:
    """Of lines such as "Client state: Linked"; "Lucid is currently not running" is one too."""
    lines = [line.partition(":") for line in text.splitlines()]
    said = {name.strip().lower(): value.strip() for name, _colon, value in lines}
    return Status(
        linked=said.get("client state", "").lower() == "linked",
        filespace=said.get("filespace", ""),
        mount_point=said.get("mount point", ""),
    )


def running(
    programs: Sequence[str] = PROGRAMS, run: Run = run_program
) -> Iterator[tuple[Instance, Status]]:
    """Every filespace this machine has, by whichever client is installed."""
    for program in programs:
        for instance in parse_list(run([program, "list"]) or ""):
            said = run([program, "--instance", str(instance.number), "status"])
            yield instance, parse_status(said or "")


# --- Its HTTP address -----------------------------------------------------------------------------


class Upload(Enum):
    """Whether another machine is still sending a file that is already to be seen here."""

    DONE = "no"
    RUNNING = "yes"
    STUCK = "stuck"
    UNKNOWN = ""


WHY_NOT_WHOLE = {
    Upload.RUNNING: gettext_noop("Another machine is still uploading it to LucidLink."),
    Upload.STUCK: gettext_noop(
        "Its upload to LucidLink is stuck: is the machine that wrote it online?"
    ),
}


class _File(BaseModel):
    remote_upload: str = Field(alias="remoteUpload")


class _Files(BaseModel):
    files: list[_File] = Field(min_length=1)


class _Queue(BaseModel):
    dirty_bytes: int = Field(alias="dirtyBytes", ge=0, lt=2**63)


class Client:
    """`address`: "http://127.0.0.1:9778". Paths are those inside the filespace: "/UNDLM/a.mov".
    Any thread may ask; each question is answered within seconds, or not at all."""

    def __init__(
        self,
        address: str,
        filespace: str,
        *,
        files_route: str = FILES_ROUTE,
        queue_route: str = QUEUE_ROUTE,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._http = httpx.Client(
            timeout=SECONDS, trust_env=False, limits=httpx.Limits(max_keepalive_connections=0)
        )
        self._address = address.rstrip("/")
        self._files_route = files_route.replace("{filespace}", quote(filespace))
        self._queue_route = queue_route.replace("{filespace}", quote(filespace))
        self._clock = clock
        self._rests_until: dict[str, float] = {}
        self._under_way: dict[PurePath, tuple[Upload, float]] = {}  # and when that was said

    def upload_of(self, path: PurePath) -> Upload:
        """A file that was said to be on its way stays so for a while when the client is silent: it
        may be starting anew, and half a film must not go up meanwhile."""
        now, said = self._clock(), self._said_of(path)
        if said in WHY_NOT_WHOLE:
            self._under_way[path] = said, now
        elif said is Upload.UNKNOWN:
            before, at = self._under_way.get(path, (said, now))
            return before if now - at < REMEMBERED else said
        else:
            self._under_way.pop(path, None)
        return said

    def why_not_whole(self, path: PurePath) -> str:
        why = WHY_NOT_WHOLE.get(self.upload_of(path))
        return _(why) if why else ""

    def unsent_bytes(self) -> int | None:
        """Of this machine's own writing."""
        try:
            return _Queue.model_validate_json(self._get(self._queue_route, {})).dirty_bytes
        except ValidationError:
            return None

    def _said_of(self, path: PurePath) -> Upload:
        body = self._get(self._files_route, {"path": path.as_posix()})
        try:
            return Upload(_Files.model_validate_json(body).files[0].remote_upload.lower())
        except (ValidationError, ValueError):
            return Upload.UNKNOWN

    def _get(self, route: str, params: dict[str, str]) -> bytes:
        """Nothing when there is no answer; then nothing is asked there for a while, so that tens of
        thousands of files do not wait for one that never comes."""
        if self._clock() < self._rests_until.get(route, 0.0):
            return b""
        try:
            return self._answer(f"{self._address}{route}", params)
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError):
            self._rests_until[route] = self._clock() + REST
            return b""

    def _answer(self, url: str, params: dict[str, str]) -> bytes:
        """httpx's own limit is for each read: one that drips would keep us for ever."""
        until, body = self._clock() + SECONDS, b""
        with self._http.stream("GET", url, params=params) as answer:
            answer.raise_for_status()
            for chunk in answer.iter_bytes():
                body += chunk
                if self._clock() > until or len(body) > MOST:
                    raise TimeoutError
        return body
