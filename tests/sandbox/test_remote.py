"""Remote uploads: the sandbox fetches for itself."""

import time
from collections.abc import Iterator

import pytest

from tests.sandbox.running import Entry, Sandbox, StartSandbox
from tests.sandbox.source import Source, serving
from tests.sandbox.studio import Document, Studio, sample, sha256

CONTENT = sample(3_000_000)


@pytest.fixture
def source() -> Iterator[Source]:
    with serving(CONTENT) as source:
        yield source


def order(studio: Studio, url: str) -> Document:
    answer = studio.http.post(
        f"{studio.folder_path()}/files/remote_upload",
        json={"data": {"name": "shot.mov", "source_url": url}},
    )
    assert answer.status_code == 202, answer.text
    ordered: Document = answer.json()
    return ordered


def outcome(studio: Studio, ordered: Document) -> Document:
    """The status, once it says how it ended."""
    deadline = time.monotonic() + 15
    path = ordered["links"]["status"].removeprefix("/v4")
    while not ((status := studio.get(path)["data"])["upload_complete"] or status["upload_failed"]):
        assert time.monotonic() < deadline
        time.sleep(0.03)
    return dict(status)


def test_it_fetches_the_whole_file(studio: Studio, sandbox: Sandbox, source: Source) -> None:
    ordered = order(studio, source.url)
    assert (ordered["data"]["status"], ordered["data"]["file_size"]) == ("created", 0)
    status = outcome(studio, ordered)
    assert (status["upload_complete"], status["upload_failed"]) == (True, False)
    assert source.asked == ["bytes=0-"]
    (entry,) = sandbox.tree()
    assert (entry["sha256"], entry["size"]) == (sha256(CONTENT), len(CONTENT))
    assert studio.get(studio.file_path(ordered["data"]["id"]))["data"]["status"] == "transcoded"


def test_it_goes_on_with_range_where_the_line_broke(
    studio: Studio, sandbox: Sandbox, source: Source
) -> None:
    source.breaks_after = [1_500_000, 1_000_000]
    assert outcome(studio, order(studio, source.url))["upload_complete"]
    assert [asked != "bytes=0-" for asked in source.asked] == [False, True, True]
    assert sandbox.tree()[0]["sha256"] == sha256(CONTENT)


def test_a_source_without_range_will_do(studio: Studio, sandbox: Sandbox, source: Source) -> None:
    source.with_range = False
    assert outcome(studio, order(studio, source.url))["upload_complete"]
    assert sandbox.tree()[0]["sha256"] == sha256(CONTENT)


@pytest.mark.parametrize(
    "spoil",
    [
        {"status": 404},
        {"status": 302, "headers": {"location": "/elsewhere"}},
        {"status": 502},
        {"headers": {"content-range": "bytes 5-2999999/3000000"}},
        {"headers": {"content-range": "bytes 0-9/50000000001"}},
        {"breaks_after": [0, 0, 0]},
        {"with_range": False, "breaks_after": [1_500_000]},
        {"content": b"", "with_range": False},
    ],
)
def test_what_cannot_be_had_is_a_failed_upload_without_a_reason(
    studio: Studio, sandbox: Sandbox, source: Source, spoil: dict[str, object]
) -> None:
    vars(source).update(spoil)
    status = outcome(studio, order(studio, source.url))
    assert (status["upload_complete"], status["upload_failed"]) == (False, True)
    assert (sandbox.tree()[0]["status"], sandbox.tree()[0]["sha256"]) == ("created", None)
    assert list((sandbox.data / "parts").glob("*/*")) == []


def test_more_than_50_gb_is_not_even_begun(
    studio: Studio, sandbox: Sandbox, source: Source
) -> None:
    source.with_range, source.headers = False, {"content-length": "50000000001"}
    assert outcome(studio, order(studio, source.url))["upload_failed"]
    assert len(source.asked) == 1


def test_nobody_there_is_a_failed_upload(studio: Studio) -> None:
    assert outcome(studio, order(studio, "http://127.0.0.1:1/shot.mov"))["upload_failed"]


@pytest.mark.parametrize(
    "url",
    ["", "shot.mov", "ftp://example.com/shot.mov", "http://example.com/shot.mov", "http:///shot"],
)
def test_an_address_nobody_could_fetch_from_is_refused(studio: Studio, url: str) -> None:
    answer = studio.http.post(
        f"{studio.folder_path()}/files/remote_upload",
        json={"data": {"name": "shot.mov", "source_url": url}},
    )
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["source"]["pointer"] == "/data/source_url"


def test_the_source_address_is_not_written_down(
    studio: Studio, sandbox: Sandbox, source: Source
) -> None:
    outcome(studio, order(studio, source.url))
    assert "/secret/" not in str(sandbox.requests())


def test_a_fetch_can_be_made_to_fail(studio: Studio, sandbox: Sandbox, source: Source) -> None:
    sandbox.faults([effect("fetch_fails", times=1)])
    assert outcome(studio, order(studio, source.url))["upload_failed"]
    assert source.asked == []
    assert outcome(studio, order(studio, source.url))["upload_complete"]


def test_a_fetch_can_be_made_never_to_come(
    studio: Studio, sandbox: Sandbox, source: Source
) -> None:
    sandbox.faults([effect("fetch_stalls")])
    ordered = order(studio, source.url)
    time.sleep(0.3)
    status = studio.get(ordered["links"]["status"].removeprefix("/v4"))["data"]
    assert (status["upload_complete"], status["upload_failed"]) == (False, False)
    assert (status["uploaded_at"], source.asked) == (None, [])


def test_a_fetch_can_be_made_slow(studio: Studio, sandbox: Sandbox, source: Source) -> None:
    sandbox.faults([effect("fetch_slow", delay=0.2)])
    began = time.monotonic()
    assert outcome(studio, order(studio, source.url))["upload_complete"]
    assert time.monotonic() - began > 0.5


def test_a_file_deleted_while_it_is_fetched_leaves_nothing(
    studio: Studio, sandbox: Sandbox, source: Source
) -> None:
    sandbox.faults([effect("fetch_slow", delay=0.1)])
    ordered = order(studio, source.url)
    studio.http.delete(studio.file_path(ordered["data"]["id"])).raise_for_status()
    time.sleep(0.5)
    assert sandbox.tree() == []
    assert list((sandbox.data / "parts").glob("*/*")) == []


def test_a_fetch_that_died_with_the_process_has_failed(
    start_sandbox: StartSandbox, source: Source
) -> None:
    sandbox = start_sandbox(uploaded_after=0)
    sandbox.faults([effect("fetch_slow", delay=60)])
    with Studio(sandbox) as studio:
        ordered = order(studio, source.url)
        sandbox.kill()
        sandbox.restart()
        assert outcome(studio, ordered)["upload_failed"]


def effect(name: str, *, delay: float = 0, **more: object) -> Entry:
    return {"action": {"effect": name, "delay": delay}, **more}
