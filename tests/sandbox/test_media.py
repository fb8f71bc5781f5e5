from collections.abc import Iterator

import httpx
import pytest

from tests.sandbox.running import Sandbox, StartSandbox
from tests.sandbox.studio import Document, Studio, sample

CONTENT = sample(1000)


@pytest.fixture(scope="module")
def split(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Studio, str]]:
    """A file that came in parts of 250 bytes, and where to download it."""
    start = StartSandbox(tmp_path_factory.mktemp("split"))
    with Studio(start(part_size=300, uploaded_after=0)) as studio:
        file = studio.upload(CONTENT, name="é.mov")
        shown = studio.get(studio.file_path(file["id"]), include="media_links.original")
        yield studio, shown["data"]["media_links"]["original"]["download_url"]
    start.stop_all()


@pytest.mark.parametrize(
    ("asked", "start", "end"),
    [
        ("bytes=0-0", 0, 1),
        ("bytes=0-999", 0, 1000),
        ("bytes=250-750", 250, 751),
        ("bytes=990-", 990, 1000),
        ("bytes=-10", 990, 1000),
        ("bytes=-5000", 0, 1000),
        ("bytes=900-5000", 900, 1000),
    ],
)
def test_a_range_is_cut_out_over_the_seams_of_parts(
    split: tuple[Studio, str], asked: str, start: int, end: int
) -> None:
    studio, url = split
    answer = studio.bare.get(url, headers={"range": asked})
    assert answer.status_code == 206
    assert answer.content == CONTENT[start:end]
    assert answer.headers["content-range"] == f"bytes {start}-{end - 1}/1000"


@pytest.mark.parametrize("asked", ["bytes=1000-", "bytes=-0", "bytes=-", "bytes=9-3"])
def test_a_range_without_a_byte_is_refused(split: tuple[Studio, str], asked: str) -> None:
    studio, url = split
    answer = studio.bare.get(url, headers={"range": asked})
    assert answer.status_code == 416
    assert answer.headers["content-range"] == "bytes */1000"


def test_without_a_range_the_whole_file_comes(split: tuple[Studio, str]) -> None:
    studio, url = split
    answer = studio.bare.get(url)
    assert (answer.status_code, answer.content) == (200, CONTENT)
    assert answer.headers["content-type"] == "video/quicktime"
    assert answer.headers["accept-ranges"] == "bytes"
    assert "%C3%A9" in answer.headers["content-disposition"]


def test_media_are_denied_before_they_are_there(studio: Studio) -> None:
    file = studio.announce(4)
    shown = studio.get(studio.file_path(file["id"]), include="media_links.original")
    answer = studio.bare.get(shown["data"]["media_links"]["original"]["inline_url"])
    assert answer.status_code == 403
    assert "<Code>AccessDenied</Code>" in answer.text


def test_media_need_their_signature(studio: Studio) -> None:
    file = studio.upload(b"film")
    shown = studio.get(studio.file_path(file["id"]), include="media_links.original")
    url = httpx.URL(shown["data"]["media_links"]["original"]["download_url"])
    assert studio.bare.get(url).content == b"film"
    assert studio.bare.get(url.copy_with(query=None)).status_code == 403


def test_pages_can_be_looked_at(studio: Studio, sandbox: Sandbox) -> None:
    file = studio.upload(b"film")
    shown = studio.bare.get(file["view_url"])
    assert shown.status_code == 200
    assert "<main" in shown.text
    assert studio.bare.get(f"{sandbox.url}/").text == shown.text
    assert studio.bare.get(f"{sandbox.url}/_sandbox/").text == shown.text
    assert studio.bare.get(f"{sandbox.url}/_sandbox/static/sandbox.js").status_code == 200
    assert studio.bare.get(f"{sandbox.url}/_sandbox/media/{file['id']}").content == b"film"


def test_the_page_can_ask_what_there_is(studio: Studio, sandbox: Sandbox) -> None:
    studio.announce(4, folder=studio.make_folder("SH010")["id"])
    state = studio.bare.get(f"{sandbox.url}/_sandbox/state").json()
    assert [project["name"] for project in state["projects"]] == ["Demo"]
    assert [folder["name"] for folder in state["folders"]] == ["SH010"]
    assert [(file["folder"], file["received"]) for file in state["files"]] == [("SH010", 0)]


def thumbnail_of(studio: Studio, file: Document) -> Document | None:
    shown = studio.get(studio.file_path(file["id"]), include="media_links.thumbnail")
    link: Document | None = shown["data"]["media_links"]["thumbnail"]
    return link


def test_films_have_a_picture_each(studio: Studio) -> None:
    first, second = (thumbnail_of(studio, studio.upload(b"film")) for _ in range(2))
    assert first
    assert second
    pictures = [studio.bare.get(link["url"]) for link in (first, second)]
    assert [answer.headers["content-type"] for answer in pictures] == ["image/png"] * 2
    assert pictures[0].content != pictures[1].content
    assert all(answer.content.startswith(b"\x89PNG") for answer in pictures)
    assert studio.bare.get(httpx.URL(first["url"]).copy_with(query=None)).status_code == 403


def test_what_is_no_film_and_no_picture_has_none(studio: Studio) -> None:
    assert thumbnail_of(studio, studio.upload(b"text", name="notes.txt")) is None
