import httpx
import pytest

from frameio.client import FrameioClient
from frameio.errors import FrameioError, NotFound, RateLimited, Unavailable
from frameio.oauth import Bearer
from frameio.shapes import Placeholder
from frameio.wire import TRIES
from tests.frameio.fake import FakeFrameio, data, refusal


def test_it_says_who_is_logged_in(client: FrameioClient) -> None:
    assert client.me().email == "alice@studio.test"


def test_it_reads_every_page_and_asks_everything_again_on_each(
    client: FrameioClient, fake: FakeFrameio
) -> None:
    fake.page_size = 2
    made = [fake.add_folder("root", f"sh{number:03}") for number in range(5)]
    assert [folder.id for folder in client.folders("acc", "root")] == made
    assert [dict(request.url.params) for request in fake.requests] == [
        {"page_size": "500"},
        {"page_size": "500", "after": "2"},
        {"page_size": "500", "after": "4"},
    ]


def test_the_cursor_alone_is_taken_from_the_next_link(
    client: FrameioClient, fake: FakeFrameio
) -> None:
    """A link to another host must not carry the login there."""
    links = {"next": "https://elsewhere.test/steal?after=1"}
    fake.next("GET", "/accounts", httpx.Response(200, json={"data": [], "links": links}))
    client.accounts()
    assert {request.url.host for request in fake.requests} == {"frameio.test"}


def test_a_listing_that_goes_in_circles_ends(client: FrameioClient, fake: FakeFrameio) -> None:
    page = httpx.Response(200, json={"data": [], "links": {"next": "/v4/accounts?after=1"}})
    fake.next("GET", "/accounts", page)
    fake.next("GET", "/accounts", page)
    with pytest.raises(Unavailable, match="circles"):
        client.accounts()


def test_an_error_in_the_middle_of_a_listing_is_no_shorter_listing(
    client: FrameioClient, fake: FakeFrameio
) -> None:
    page = httpx.Response(200, json={"data": [], "links": {"next": "/v4/accounts?after=1"}})
    fake.next("GET", "/accounts", page)
    fake.next("GET", "/accounts", refusal(403, "Forbidden"))
    with pytest.raises(FrameioError):
        client.accounts()


@pytest.mark.parametrize(
    "trouble",
    [
        httpx.Response(500),
        httpx.Response(502, html="<html>Bad Gateway</html>"),
        refusal(429, "Too many requests"),
        httpx.ReadTimeout("slow"),
        httpx.ConnectError("refused"),
        httpx.RemoteProtocolError("dropped"),
        httpx.Response(200, html="<html>Please log in to the hotel's network</html>"),
    ],
)
def test_it_looks_again_after_a_bad_moment(
    client: FrameioClient,
    fake: FakeFrameio,
    pauses: list[float],
    trouble: httpx.Response | Exception,
) -> None:
    fake.next("GET", "/me", trouble)
    assert client.me().id == "user-1"
    assert len(pauses) == 1


def test_it_gives_up_after_a_few_tries(
    client: FrameioClient, fake: FakeFrameio, pauses: list[float]
) -> None:
    for _ in range(TRIES):
        fake.next("GET", "/me", httpx.Response(503))
    with pytest.raises(Unavailable):
        client.me()
    assert len(pauses) == TRIES - 1
    assert pauses == sorted(pauses)


def test_it_waits_as_long_as_a_429_says(
    client: FrameioClient, fake: FakeFrameio, pauses: list[float]
) -> None:
    limits = {"x-ratelimit-limit": "10", "x-ratelimit-window": "60000"}
    fake.next("GET", "/me", httpx.Response(429, headers=limits))
    client.me()
    assert 6 <= pauses[0] <= 6.5


def test_it_does_not_sit_out_a_long_wait(
    client: FrameioClient, fake: FakeFrameio, pauses: list[float]
) -> None:
    fake.next("GET", "/me", httpx.Response(429, headers={"retry-after": "600"}))
    with pytest.raises(RateLimited) as caught:
        client.me()
    assert (pauses, caught.value.retry_after.total_seconds()) == ([], 600)  # type: ignore[union-attr]  # a None fails the test as well


@pytest.mark.parametrize(
    "trouble",
    [
        httpx.Response(500),
        refusal(409, "Conflict"),
        httpx.ReadTimeout("slow"),
        httpx.RemoteProtocolError("dropped"),
    ],
)
def test_it_never_repeats_a_create(
    client: FrameioClient, fake: FakeFrameio, trouble: httpx.Response | Exception
) -> None:
    fake.next("POST", "/local_upload", trouble)
    with pytest.raises(FrameioError):
        client.create_local_upload("acc", "root", "a.mov", 10)
    assert len(fake.calls) == 1


def test_it_repeats_a_create_that_came_too_soon(
    client: FrameioClient, fake: FakeFrameio, pauses: list[float]
) -> None:
    """A 429 did nothing."""
    limits = {"x-ratelimit-limit": "5", "x-ratelimit-window": "1000"}
    fake.next("POST", "/local_upload", httpx.Response(429, headers=limits))
    client.create_local_upload("acc", "root", "a.mov", 10)
    assert (len(fake.calls), len(fake.files)) == (2, 1)
    assert 0.2 <= pauses[0] <= 0.7


def test_a_file_that_is_gone_is_deleted(client: FrameioClient) -> None:
    client.delete_file("acc", "no-such-file")


def test_a_placeholder_has_its_parts_in_order(client: FrameioClient, fake: FakeFrameio) -> None:
    fake.part_sizes = lambda _size: [5, 3, 2]
    placeholder = client.create_local_upload("acc", "root", "a.mov", 10)
    assert [(part.number, part.start, part.size) for part in placeholder.parts] == [
        (1, 0, 5),
        (2, 5, 3),
        (3, 8, 2),
    ]


def test_a_placeholder_survives_the_way_through_a_journal(
    client: FrameioClient, fake: FakeFrameio
) -> None:
    fake.part_sizes = lambda _size: [5, 5]
    placeholder = client.create_local_upload("acc", "root", "a.mov", 10)
    assert Placeholder.parse(placeholder.as_json()) == placeholder


def test_a_placeholder_shows_no_address(client: FrameioClient) -> None:
    placeholder = client.create_local_upload("acc", "root", "a.mov", 10)
    assert "secret" not in repr(placeholder)


@pytest.mark.parametrize(
    "answer",
    [
        data({"name": "Alice", "email": "a@b.test"}),
        data({"id": 7, "name": "Alice", "email": "a@b.test"}),
        httpx.Response(200, json={"data": ["no object"]}),
        httpx.Response(200),
    ],
)
def test_an_answer_that_lacks_what_we_need_is_none(
    client: FrameioClient, fake: FakeFrameio, answer: httpx.Response
) -> None:
    for _ in range(TRIES):
        fake.next("GET", "/me", answer)
    with pytest.raises(Unavailable):
        client.me()


def test_an_id_cannot_lead_elsewhere(client: FrameioClient, fake: FakeFrameio) -> None:
    with pytest.raises(NotFound):
        client.file("acc", "../../me?x=")
    assert fake.requests[0].url.raw_path == b"/v4/accounts/acc/files/..%2F..%2Fme%3Fx%3D"


def test_it_says_when_nobody_answers(pauses: list[float]) -> None:
    with (
        FrameioClient("http://127.0.0.1:1", Bearer("good"), sleep=pauses.append) as client,
        pytest.raises(Unavailable, match=r"Frame\.io cannot be reached at 127\.0\.0\.1"),
    ):
        client.me()
