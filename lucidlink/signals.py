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
from pathlib import Path, PurePath
from typing import NamedTuple, TypeAlias

import httpx
from pydantic import BaseModel, Field, ValidationError

PROGRAMS = ("lucid3", "lucid")
FILES_ROUTE = "/v1/{filespace}/files"
QUEUE_ROUTE = "/cache/info"
SECONDS = 2.0  # for one answer of a program on this machine
REST = 30.0  # seconds without a question after one that was not answered

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
    rows = re.finditer(r"^\s*(\d+)\s+(\S+)\s+(\d+)\s+(\S+)\s*$", text, re.MULTILINE)
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


def clients(run: Run = run_program) -> Iterator[tuple[Instance, Status]]:
    """Every filespace this machine has, by whichever client is installed."""
    for program in PROGRAMS:
        for instance in parse_list(run([program, "list"]) or ""):
            said = run([program, "--instance", str(instance.number), "status"])
            yield instance, parse_status(said or "")


def client_of(path: Path, run: Run = run_program) -> tuple[Instance, Status] | None:
    """The one whose mount point the path lies in."""
    for instance, status in clients(run):
        if status.mount_point and path.is_relative_to(status.mount_point):
            return instance, status
    return None


# --- Its HTTP address -----------------------------------------------------------------------------


class Upload(Enum):
    """Whether another machine is still sending a file that is already to be seen here."""

    DONE = "no"
    RUNNING = "yes"
    STUCK = "stuck"
    UNKNOWN = ""


WHY_NOT_WHOLE = {
    Upload.DONE: "",
    Upload.UNKNOWN: "",
    Upload.RUNNING: "Another machine is still uploading it to LucidLink.",
    Upload.STUCK: "Its upload to LucidLink is stuck: is the machine that wrote it online?",
}


class _File(BaseModel):
    remote_upload: str = Field(alias="remoteUpload")


class _Files(BaseModel):
    files: list[_File] = Field(min_length=1)


class _Queue(BaseModel):
    dirty_bytes: int = Field(alias="dirtyBytes")


class Client:
    """`address`: "http://127.0.0.1:9778". Paths are those inside the filespace: "/UNDLM/a.mov"."""

    def __init__(
        self,
        address: str,
        filespace: str,
        *,
        files_route: str = FILES_ROUTE,
        queue_route: str = QUEUE_ROUTE,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._http = httpx.Client(base_url=address, timeout=SECONDS, trust_env=False)
        self._files_route = files_route.format(filespace=filespace)
        self._queue_route = queue_route
        self._clock = clock
        self._rests_until: dict[str, float] = {}

    def upload_of(self, path: PurePath) -> Upload:
        body = self._get(self._files_route, {"path": path.as_posix()})
        try:
            said = _Files.model_validate_json(body).files[0].remote_upload.lower()
            return Upload(said)
        except (ValidationError, ValueError):
            return Upload.UNKNOWN

    def why_not_whole(self, path: PurePath) -> str:
        return WHY_NOT_WHOLE[self.upload_of(path)]

    def unsent_bytes(self) -> int | None:
        """Of this machine's own writing."""
        try:
            return _Queue.model_validate_json(self._get(self._queue_route, {})).dirty_bytes
        except ValidationError:
            return None

    def close(self) -> None:
        self._http.close()

    def _get(self, route: str, params: dict[str, str]) -> bytes:
        """Nothing when there is no answer; then nothing is asked there for a while, so that tens of
        thousands of files do not wait for one that never comes."""
        if self._clock() < self._rests_until.get(route, 0.0):
            return b""
        try:
            answer = self._http.get(route, params=params)
            answer.raise_for_status()
        except httpx.HTTPError:
            self._rests_until[route] = self._clock() + REST
            return b""
        return answer.content
