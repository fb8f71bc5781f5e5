from collections.abc import Iterator
from itertools import count

import httpx
import pytest

from frameio.client import FrameioClient
from frameio.errors import FrameioError, StorageRefused, Unavailable
from frameio.sandbox.drawing import thumbnail
from frameio.thumbnails import LARGEST, Thumbnail, fetch

API = "https://api.frameio.test"
ADDRESS = "https://pictures.frameio.test/1?X-Amz-Signature=secret"
PNG = thumbnail("file-1")


class Pictures:
    """A Frame.io whose file has that link, and a storage that gives that picture."""

    def __init__(self, link: object, picture: httpx.Response) -> None:
        self.asked: list[httpx.Request] = []
        self._link, self._picture = link, picture

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        if request.url.host == "api.frameio.test":
            return httpx.Response(200, json={"data": {"media_links": {"thumbnail": self._link}}})
        return self._picture

    def fetch(self, clock: Iterator[float] | None = None) -> Thumbnail | None:
        transport = httpx.MockTransport(self)
        login = httpx.BasicAuth("login", "secret")
        ticks = clock or iter([0.0] * 100)
        with FrameioClient(API, login, transport=transport) as client:
            return fetch(
                client, "acc", "file-1", API, transport=transport, clock=lambda: next(ticks)
            )


def given(content: bytes | Iterator[bytes], link: object = None) -> Pictures:
    blocks = iter([content]) if isinstance(content, bytes) else content
    return Pictures(link or {"url": ADDRESS}, httpx.Response(200, content=blocks))


def test_a_picture_is_fetched_from_the_address_that_frameio_gives() -> None:
    pictures = given(PNG)
    assert pictures.fetch() == Thumbnail("image/png", PNG)
    asked_api, asked_storage = pictures.asked
    assert asked_api.url.params["include"] == "media_links.thumbnail"
    assert "authorization" in asked_api.headers
    assert str(asked_storage.url) == ADDRESS
    assert "authorization" not in asked_storage.headers


@pytest.mark.parametrize(
    ("content", "kind"),
    [(b"\xff\xd8\xff\xe0 jpeg", "image/jpeg"), (b"RIFF\0\0\0\0WEBPVP8 ", "image/webp")],
)
def test_its_kind_is_told_by_its_first_bytes(content: bytes, kind: str) -> None:
    assert given(content).fetch() == Thumbnail(kind, content)


@pytest.mark.parametrize("link", [None, {"url": None, "download_url": None}, {}])
def test_there_may_be_none_yet(link: object) -> None:
    pictures = Pictures(link, httpx.Response(500))
    assert pictures.fetch() is None
    assert len(pictures.asked) == 1


@pytest.mark.parametrize(
    "content", [b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"<html>", b"", b"GIF89a", b"RIFF"]
)
def test_what_is_no_such_picture_is_refused(content: bytes) -> None:
    with pytest.raises(StorageRefused, match="no picture"):
        given(content).fetch()


@pytest.mark.parametrize(
    "address",
    ["http://10.0.0.1/latest", "http://api.frameio.test/1", "file:///etc/passwd", "ftp://x/y", "1"],
)
def test_addresses_that_are_not_encrypted_are_not_asked(address: str) -> None:
    pictures = given(PNG, {"url": address})
    with pytest.raises(StorageRefused):
        pictures.fetch()
    assert len(pictures.asked) == 1


def test_nothing_is_followed_elsewhere() -> None:
    elsewhere = httpx.Response(302, headers={"Location": "http://169.254.169.254/"})
    pictures = Pictures({"url": ADDRESS}, elsewhere)
    with pytest.raises(Unavailable, match="302"):
        pictures.fetch()
    assert len(pictures.asked) == 2


def test_one_that_is_too_large_is_not_read_to_its_end() -> None:
    read = count()
    endless = (PNG + bytes(64 * 1024) for _ in read)
    with pytest.raises(StorageRefused, match="too large"):
        given(endless).fetch()
    assert next(read) <= LARGEST // (64 * 1024) + 2


def test_one_that_drips_in_is_given_up() -> None:
    with pytest.raises(Unavailable, match="too long"):
        given(iter([PNG, PNG])).fetch(clock=iter([0.0, 21.0]))


@pytest.mark.parametrize(
    "pictures", [Pictures({"url": ADDRESS}, httpx.Response(403)), given(b"no picture")]
)
def test_the_address_stands_in_no_error(pictures: Pictures) -> None:
    with pytest.raises(FrameioError) as caught:
        pictures.fetch()
    assert "secret" not in f"{caught.value} {caught.value.__context__!r}"
