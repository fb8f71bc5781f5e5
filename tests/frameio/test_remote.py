"""Remote uploads against a Frame.io with a memory, through what the file server answers."""

import os
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from frameio import served
from frameio.answers import JsonObject
from frameio.client import FrameioClient
from frameio.errors import (
    FrameioError,
    Incomplete,
    Invalid,
    NotReachable,
    SourceChanged,
    SourceUnreadable,
    TooLarge,
    Unavailable,
)
from frameio.fileserver import FileServer, Request
from frameio.http import storage_client
from frameio.journal import Begun, Destination
from frameio.models import ServedFile
from frameio.publicly import PublicAddress, probe_client
from frameio.remote import LARGEST, RemoteUpload, abandon, token_of
from frameio.shapes import File
from frameio.uploads import DirectUpload
from tests.frameio.fake import API, FakeFrameio, refusal
from tests.frameio.journals import PaperJournal

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 21, 10, 0, 5, tzinfo=UTC)
NAME = "UNDLM_sc010_sh020_comp_v003.mov"
PUBLIC = "https://files.studio.test"
SERVER = FileServer(served.look_up, lambda: {"files.studio.test"})


def answer(request: httpx.Request) -> httpx.Response:
    """What the file server says."""
    headers = request.headers
    asked = Request(request.method, request.url.path, headers["host"], headers.get("range", ""))
    told = SERVER.answer(asked)
    content = b""
    if told.body:
        with told.body.file as file:
            file.seek(told.body.start)
            content = file.read(told.body.size)
        told.body.note(len(content))
    return httpx.Response(told.status, headers=list(told.headers), content=content)


class FetchingFrameio(FakeFrameio):
    """Fetches `step` bytes more of each file with each `fetch`."""

    def __init__(self) -> None:
        super().__init__()
        self.public: Callable[[httpx.Request], httpx.Response] = answer
        self.urls: dict[str, str] = {}
        self.fetched: dict[str, bytes] = {}
        self.failed: set[str] = set()
        self.complete: set[str] = set()
        self.step = 4_000
        self.lose_create = False
        self.stuck = False

    def _api(self, request: httpx.Request, path: list[str]) -> httpx.Response:
        if request.method == "POST" and path[-1] == "remote_upload":
            return self._ordered(path[3], httpx.Response(200, content=request.read()).json())
        return super()._api(request, path)

    def _ordered(self, parent: str, wanted: dict[str, dict[str, str]]) -> httpx.Response:
        new = self.add_file(parent, wanted["data"]["name"], 0)
        self.urls[new], self.fetched[new] = wanted["data"]["source_url"], b""
        if self.lose_create:
            self.lose_create = False
            raise httpx.ReadError("the line dropped")
        return httpx.Response(202, json={"data": self.files[new], "links": {}})

    def fetch(self) -> None:
        for file in set(self.files) & set(self.urls) - self.failed - self.complete:
            self._fetch(file)

    def _fetch(self, file: str) -> None:
        have = self.fetched[file]
        span = f"bytes={len(have)}-{len(have) + self.step - 1}"
        came = self.public(httpx.Request("GET", self.urls[file], headers={"Range": span}))
        if came.status_code != 206:
            self.failed.add(file)
            return
        self.fetched[file] = have + came.content
        self.files[file]["file_size"] = int(came.headers["Content-Range"].rpartition("/")[2])
        if len(self.fetched[file]) == self.files[file]["file_size"]:
            self.complete.add(file)

    def _status(self, file: str) -> JsonObject:
        if file not in self.urls:
            return super()._status(file)
        done = file in self.complete and not self.stuck
        failed = file in self.failed
        return {"id": file, "upload_complete": done, "upload_failed": failed}


class Studio:
    """One render that is to be fetched; what is odd in a test is changed there."""

    def __init__(self, client: FrameioClient, fake: FetchingFrameio, render: Path) -> None:
        self.client = client
        self.fake = fake
        self.render = render
        self.journal = PaperJournal()
        self.reports: list[int] = []
        self.report: Callable[[int], None] = self.reports.append
        self.notes: list[str] = []
        self.public: Callable[[httpx.Request], httpx.Response] = answer
        self.address = PublicAddress(PUBLIC)
        self.seconds = 0.0
        self.fetch: Callable[[], None] = fake.fetch
        self.during: Callable[[], None] = lambda: None
        stat = render.stat()
        self.size, self.mtime_ns = stat.st_size, stat.st_mtime_ns

    def wait(self, _stop: threading.Event, seconds: float) -> bool:
        self.seconds += seconds
        self.fetch()
        self.during()
        return False

    def send(self) -> File:
        with probe_client(httpx.MockTransport(self.public)) as http:
            upload = RemoteUpload(
                self.client,
                http,
                self.journal,
                lambda: self.address,
                report=self.report,
                note=self.notes.append,
                wait=self.wait,
                now=lambda: NOW,
                clock=lambda: self.seconds,
            )
            return upload.send(self.render, self.size, self.mtime_ns, "acc", "folder", NAME)

    def send_directly(self) -> File:
        with storage_client(self.fake.transport()) as storage:
            upload = DirectUpload(self.client, storage, self.journal, now=lambda: NOW)
            return upload.send(self.render, self.size, self.mtime_ns, "acc", "folder", NAME)

    def orders(self) -> list[str]:
        return [call for call in self.fake.calls if call.endswith("/remote_upload")]


@pytest.fixture
def fake() -> FetchingFrameio:
    return FetchingFrameio()


@pytest.fixture
def studio(client: FrameioClient, fake: FetchingFrameio, render: Path) -> Studio:
    return Studio(client, fake, render)


# --- The main road --------------------------------------------------------------------------------
def test_it_is_fetched(studio: Studio) -> None:
    file = studio.send()
    assert studio.fake.fetched[file.id] == studio.render.read_bytes()
    assert (file.name, file.size) == (NAME, 10_000)


def test_its_path_is_closed_when_it_has_arrived(studio: Studio) -> None:
    file = studio.send()
    assert not ServedFile.objects.exists()
    gone = answer(httpx.Request("GET", studio.fake.urls[file.id]))
    assert gone.status_code == 404


def test_progress_is_what_was_fetched(studio: Studio) -> None:
    studio.send()
    assert sum(studio.reports) == 10_000
    assert max(studio.reports) < 10_000


def test_what_is_fetched_twice_is_not_twice_as_much(studio: Studio) -> None:
    studio.during = _once(lambda: answer(httpx.Request("GET", _url(studio))))
    studio.send()
    assert sum(studio.reports) == 10_000


def test_nothing_is_noted_where_bytes_are_free(studio: Studio) -> None:
    studio.send()
    assert studio.notes == []


def test_a_tunnel_that_counts_is_warned_of(studio: Studio) -> None:
    studio.address = PublicAddress(PUBLIC, metered=True)
    studio.send()
    (note,) = studio.notes
    assert "1 GB a month" in note


def _url(studio: Studio) -> str:
    (url,) = studio.fake.urls.values()
    return url


def _once(what: Callable[[], object]) -> Callable[[], None]:
    left = [what]

    def call() -> None:
        left.pop()() if left else None

    return call


# --- Refused before Frame.io is told --------------------------------------------------------------
def test_what_frameio_would_not_fetch_is_refused_before_any_call(studio: Studio) -> None:
    studio.size = LARGEST + 1
    with pytest.raises(TooLarge, match=r"50\.0 GB, and Frame\.io fetches 50 GB at most") as error:
        studio.send()
    assert error.value.permanent
    assert studio.fake.calls == []


def test_a_file_that_has_changed_is_refused(studio: Studio) -> None:
    studio.mtime_ns += 1
    with pytest.raises(SourceChanged):
        studio.send()
    assert studio.orders() == []


def _a_page(_request: httpx.Request) -> httpx.Response:
    return httpx.Response(200, headers={"Content-Type": "text/html"}, text="<h1>Beware</h1>")


def _a_page_of_parts(_request: httpx.Request) -> httpx.Response:
    headers = {"Content-Type": "text/html", "Content-Range": "bytes 5000-5000/10000"}
    return httpx.Response(206, headers=headers, text="<")


def _the_wrong_byte(request: httpx.Request) -> httpx.Response:
    told = answer(request)
    wrong = bytes([told.content[0] ^ 1])
    return httpx.Response(told.status_code, headers=told.headers, content=wrong)


def _anothers_file(request: httpx.Request) -> httpx.Response:
    told = answer(request)
    headers = {**told.headers, "etag": '"anothers"'}
    return httpx.Response(told.status_code, headers=headers, content=told.content)


def _not_there(_request: httpx.Request) -> httpx.Response:
    return httpx.Response(404)


def _no_answer(request: httpx.Request) -> httpx.Response:
    raise httpx.ConnectTimeout("nobody", request=request)


@pytest.mark.parametrize(
    ("came", "said"),
    [
        (_a_page, r"a web page \(status 200\) came"),
        (_a_page_of_parts, "a web page"),
        (_the_wrong_byte, "status 206"),
        (_anothers_file, "status 206"),
        (_not_there, "status 404"),
        (_no_answer, r"no answer \(ConnectTimeout\)"),
    ],
)
def test_an_address_that_does_not_lead_to_us_is_noticed(
    studio: Studio, came: Callable[[httpx.Request], httpx.Response], said: str
) -> None:
    studio.public = came
    with pytest.raises(NotReachable, match=said) as error:
        studio.send()
    assert not error.value.permanent
    assert (studio.fake.calls, studio.journal.events) == ([], [])
    assert not ServedFile.objects.exists()


# --- While it is fetched --------------------------------------------------------------------------
def test_a_failed_fetch_is_cleared_away_and_begins_anew(studio: Studio) -> None:
    studio.during = lambda: studio.fake.failed.update(studio.fake.urls)
    with pytest.raises(Incomplete, match=r"could not fetch .* does not say why") as error:
        studio.send()
    assert not error.value.permanent
    assert (studio.fake.files, studio.journal.begun) == ({}, None)
    assert not ServedFile.objects.exists()
    studio.during = lambda: None
    assert studio.fake.fetched[studio.send().id] == studio.render.read_bytes()


def test_a_fetcher_that_never_comes_is_not_waited_for_for_ever(studio: Studio) -> None:
    studio.fake.public = lambda _request: httpx.Response(206, headers={"Content-Range": "/9"})
    with pytest.raises(Incomplete, match="did not come"):
        studio.send()
    assert 600 < studio.seconds < 660
    assert (studio.fake.files, ServedFile.objects.count()) == ({}, 0)


def test_a_fetcher_that_never_finishes_is_not_waited_for_for_ever(studio: Studio) -> None:
    studio.fake.stuck = True
    with pytest.raises(Incomplete, match=r"fetched all of .* does not finish"):
        studio.send()
    assert 600 < studio.seconds < 660
    assert (studio.fake.files, ServedFile.objects.count()) == ({}, 0)


def test_what_could_not_be_deleted_goes_when_the_file_has_arrived(studio: Studio) -> None:
    studio.during = lambda: studio.fake.failed.update(studio.fake.urls)
    for _ in range(8):
        studio.fake.next("DELETE", "", httpx.Response(503))
    with pytest.raises(Incomplete):
        studio.send()
    assert len(studio.fake.files) == 1
    studio.during = lambda: None
    arrived = studio.send()
    assert (list(studio.fake.files), studio.journal.graves) == ([arrived.id], [])


def test_a_slow_fetcher_is_waited_for(studio: Studio) -> None:
    studio.fake.step = 10
    studio.send()
    assert studio.seconds > 900


def test_a_file_written_to_while_it_is_fetched_is_cleared_away(studio: Studio) -> None:
    studio.during = lambda: os.utime(studio.render, ns=(1, 1))
    with pytest.raises(SourceChanged):
        studio.send()
    assert (studio.fake.files, studio.journal.begun) == ({}, None)
    assert not ServedFile.objects.exists()


def test_a_page_that_was_saved_as_the_film_is_no_film(studio: Studio) -> None:
    studio.fake.public = lambda _request: httpx.Response(
        206, headers={"Content-Range": "bytes 0-4/5"}, content=b"<htm>"
    )
    with pytest.raises(Incomplete, match="5 of the 10000 bytes"):
        studio.send()
    assert studio.fake.files == {}


def test_a_path_swept_away_while_it_is_needed_is_opened_again(studio: Studio) -> None:
    """The first look finds it gone and opens it; Frame.io comes after that."""
    studio.fake.lose_create = True
    with pytest.raises(Unavailable):
        studio.send()
    opened: list[int] = []
    studio.during = lambda: opened.append(ServedFile.objects.all().delete()[0])
    studio.fetch = lambda: studio.fake.fetch() if len(opened) >= 3 else None
    assert studio.send().size == 10_000
    assert opened[:3] == [1, 1, 1]


# --- After a crash --------------------------------------------------------------------------------
class Killed(BaseException):
    pass


def _kill(*_: object) -> None:
    raise Killed


def test_it_goes_on_waiting_under_the_same_path(studio: Studio) -> None:
    studio.during = _kill
    with pytest.raises(Killed):
        studio.send()
    ServedFile.objects.all().delete()  # it took long
    studio.during = lambda: None
    file = studio.send()
    assert studio.fake.fetched[file.id] == studio.render.read_bytes()
    assert len(studio.orders()) == 1


def test_what_arrived_meanwhile_needs_neither_file_nor_address(studio: Studio) -> None:
    studio.during = _kill
    with pytest.raises(Killed):
        studio.send()
    studio.fake.step = 10_000
    studio.fake.fetch()
    (ours,) = studio.fake.urls
    studio.render.unlink()
    studio.public = _no_answer
    assert studio.send().id == ours
    assert sum(studio.reports) == 10_000
    assert not ServedFile.objects.exists()


def test_a_create_without_an_answer_is_found_and_not_repeated(studio: Studio) -> None:
    studio.fake.lose_create = True
    with pytest.raises(Unavailable):
        studio.send()
    assert ServedFile.objects.count() == 1  # Frame.io may be fetching it
    file = studio.send()
    assert studio.fake.fetched[file.id] == studio.render.read_bytes()
    assert (len(studio.orders()), len(studio.fake.files)) == (1, 1)


def test_a_create_that_did_nothing_is_repeated(studio: Studio) -> None:
    studio.fake.next("POST", "remote_upload", httpx.ReadError("before it was heard"))
    with pytest.raises(Unavailable):
        studio.send()
    assert studio.send().size == 10_000
    assert len(studio.fake.files) == 1


def test_another_jobs_file_is_not_taken_for_ours(studio: Studio) -> None:
    theirs = studio.fake.add_file("folder", NAME, 10_000)
    studio.journal.anothers = {theirs}
    studio.fake.next("POST", "remote_upload", httpx.ReadError("before it was heard"))
    with pytest.raises(Unavailable):
        studio.send()
    assert studio.send().id != theirs
    assert theirs in studio.fake.files


def test_a_refused_create_leaves_nothing_open(studio: Studio) -> None:
    studio.fake.next("POST", "remote_upload", refusal(422, "is not an address", "/data/source_url"))
    with pytest.raises(Invalid):
        studio.send()
    assert (studio.journal.begun, ServedFile.objects.count()) == (None, 0)


def test_a_failed_status_call_leaves_all_as_it_is(studio: Studio, pauses: list[float]) -> None:
    studio.fake.waiting = [("GET", "/status", httpx.Response(503)) for _ in range(4)]
    with pytest.raises(FrameioError):
        studio.send()
    assert ServedFile.objects.count() == 1
    studio.send()
    assert len(studio.orders()) == 1


def test_a_cancelled_one_leaves_nothing(studio: Studio) -> None:
    studio.report = _kill
    with pytest.raises(Killed):
        studio.send()
    abandon(studio.client, studio.journal)
    assert (studio.fake.files, studio.journal.begun) == ({}, None)
    assert not ServedFile.objects.exists()


def test_a_mount_that_went_away_is_waited_for(studio: Studio) -> None:
    studio.during = _kill
    with pytest.raises(Killed):
        studio.send()
    away = studio.render.rename(studio.render.with_suffix(".away"))
    with pytest.raises(SourceUnreadable):
        studio.send()
    away.rename(studio.render)
    studio.during = lambda: None
    studio.send()
    assert len(studio.orders()) == 1


# --- A project that changes its way ---------------------------------------------------------------
def test_what_was_begun_as_a_fetch_is_sent_anew(studio: Studio) -> None:
    studio.during = _kill
    with pytest.raises(Killed):
        studio.send()
    file = studio.send_directly()
    assert studio.fake.whole(file.id) == studio.render.read_bytes()
    assert list(studio.fake.files) == [file.id]


def test_what_was_begun_in_parts_is_fetched_anew(studio: Studio) -> None:
    studio.fake.next("PUT", "", httpx.Response(403))
    with pytest.raises(FrameioError):
        studio.send_directly()
    file = studio.send()
    assert studio.fake.fetched[file.id] == studio.render.read_bytes()
    assert list(studio.fake.files) == [file.id]


# --- The secret -----------------------------------------------------------------------------------
def test_a_token_is_long_its_own_and_the_same_after_a_crash() -> None:
    begun = Begun(NOW, Destination("acc", "folder", NAME, 10), transfer="remote")
    later = Begun(NOW + timedelta(microseconds=1), begun.to, transfer="remote")
    read_again = Begun.parse(begun.as_json())
    assert len(bytes.fromhex(token_of(begun))) == 32
    assert token_of(read_again) == token_of(begun)
    assert token_of(later) != token_of(begun)


def test_it_stands_in_no_journal(studio: Studio) -> None:
    studio.during = _kill
    with pytest.raises(Killed):
        studio.send()
    token = _url(studio).rpartition("/")[2]
    assert studio.journal.begun is not None
    assert studio.journal.begun.placeholder is not None
    kept = [studio.journal.begun.as_json(), studio.journal.begun.placeholder.as_json()]
    assert len(token) == 64
    assert token not in str(kept)


def test_the_fake_is_asked_where_the_client_thinks(studio: Studio) -> None:
    studio.send()
    assert studio.orders() == ["POST /v4/accounts/acc/folders/folder/files/remote_upload"]
    assert str(studio.fake.requests[0].url).startswith(API)
