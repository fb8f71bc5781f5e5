from datetime import timedelta

import httpx
import pytest

from frameio.answers import body_of, raise_for_login, raise_for_part, raise_for_response
from frameio.errors import (
    Forbidden,
    FrameioError,
    Invalid,
    NeedsLogin,
    NotFound,
    RateLimited,
    StorageRefused,
    Unauthorized,
    Unavailable,
    UrlsExpired,
)
from tests.frameio.fake import refusal, s3_refusal

BAD_GATEWAY = httpx.Response(502, html="<html><h1>502 Bad Gateway</h1></html>")


@pytest.mark.parametrize(
    ("answer", "error", "permanent"),
    [
        (refusal(400, "Bad"), Invalid, True),
        (refusal(401, "Unauthorized"), Unauthorized, False),
        (refusal(403, "Forbidden"), Forbidden, True),
        (refusal(404, "Not Found"), NotFound, True),
        (refusal(409, "Conflict"), Invalid, True),
        (refusal(422, "Bad"), Invalid, True),
        (refusal(429, "Too many requests"), RateLimited, False),
        (httpx.Response(500), Unavailable, False),
        (BAD_GATEWAY, Unavailable, False),
        (httpx.Response(408), Unavailable, False),
        (httpx.Response(404, html="<html>nginx</html>"), NotFound, True),
        (httpx.Response(422, json=["no", "object"]), Invalid, True),
        (httpx.Response(422, json={"errors": ["text"]}), Invalid, True),
        (httpx.Response(422, json={"errors": []}), Invalid, True),
        (httpx.Response(302, headers={"location": "https://else.test/"}), FrameioError, False),
    ],
)
def test_it_raises_what_an_answer_means(
    answer: httpx.Response, error: type[FrameioError], permanent: bool
) -> None:
    with pytest.raises(FrameioError) as caught:
        raise_for_response(answer, "make the folder 'sh010'")
    assert type(caught.value) is error
    assert caught.value.permanent is permanent


def test_it_passes_success_on() -> None:
    raise_for_response(httpx.Response(204), "delete the file")


def test_it_tells_people_what_frameio_said_and_where() -> None:
    with pytest.raises(Invalid) as caught:
        raise_for_response(refusal(422, "Unexpected field: foo.", "/data/foo"), "make it")
    assert (caught.value.detail, caught.value.pointer) == ("Unexpected field: foo", "/data/foo")
    assert str(caught.value) == "Frame.io would not make it: Unexpected field: foo (/data/foo)."


def test_it_shows_no_html_to_people() -> None:
    with pytest.raises(Unavailable) as caught:
        raise_for_response(BAD_GATEWAY, "make it")
    assert "<" not in str(caught.value)


def test_it_cuts_the_signature_off_an_address_in_an_error() -> None:
    detail = "no such https://s3.test/a.mov?X-Amz-Signature=secret here"
    with pytest.raises(Invalid, match=r"no such https://s3\.test/a\.mov here") as caught:
        raise_for_response(refusal(422, detail), "make it")
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "7"}, 7),
        ({"x-ratelimit-limit": "10", "x-ratelimit-window": "60000"}, 6),
        ({"retry-after": "2", "x-ratelimit-limit": "10", "x-ratelimit-window": "60000"}, 2),
        (
            {
                "retry-after": "Sat, 21 Nov 2026 10:00:30 GMT",
                "date": "Sat, 21 Nov 2026 10:00:00 GMT",
            },
            30,
        ),
    ],
)
def test_it_says_how_long_a_429_asks_to_wait(headers: dict[str, str], seconds: int) -> None:
    with pytest.raises(RateLimited) as caught:
        raise_for_response(httpx.Response(429, headers=headers), "look")
    assert caught.value.retry_after == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"retry-after": "soon"},
        {"retry-after": "Sat, 21 Nov 2026 10:00:30 GMT"},
        {"x-ratelimit-limit": "0", "x-ratelimit-window": "1000"},
        {"x-ratelimit-limit": "ten", "x-ratelimit-window": "1000"},
    ],
)
def test_it_makes_up_no_wait_that_nobody_gave(headers: dict[str, str]) -> None:
    with pytest.raises(RateLimited) as caught:
        raise_for_response(httpx.Response(429, headers=headers), "look")
    assert caught.value.retry_after is None


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (httpx.Response(400, json={"error": "invalid_grant"}), NeedsLogin),
        (httpx.Response(503, json={"error": "invalid_grant_maybe"}), Unavailable),
        (httpx.Response(429), Unavailable),
        (httpx.Response(401, json={"error": "invalid_client"}), FrameioError),
        (httpx.Response(400, html="<html>"), FrameioError),
    ],
)
def test_only_invalid_grant_asks_for_a_person(
    answer: httpx.Response, error: type[FrameioError]
) -> None:
    with pytest.raises(FrameioError) as caught:
        raise_for_login(answer)
    assert type(caught.value) is error


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (s3_refusal(403, "AccessDenied", "Request has expired"), UrlsExpired),
        (s3_refusal(403, "ExpiredToken", "The token is old"), UrlsExpired),
        (s3_refusal(403, "SignatureDoesNotMatch", "We calculated..."), StorageRefused),
        (s3_refusal(403, "AccessDenied", "Access Denied"), StorageRefused),
        (s3_refusal(400, "RequestTimeout", "Your socket was idle"), Unavailable),
        (s3_refusal(503, "SlowDown", "Please reduce your rate"), Unavailable),
        (httpx.Response(403), StorageRefused),
        (httpx.Response(500, html="<html>"), Unavailable),
    ],
)
def test_it_reads_what_part_storage_says(answer: httpx.Response, error: type[FrameioError]) -> None:
    with pytest.raises(FrameioError) as caught:
        raise_for_part(answer, "part 2 of a.mov")
    assert type(caught.value) is error


def test_it_names_the_storages_own_code() -> None:
    with pytest.raises(StorageRefused, match=r"part 2 of a\.mov \(403 SignatureDoesNotMatch\)"):
        raise_for_part(s3_refusal(403, "SignatureDoesNotMatch", "no"), "part 2 of a.mov")


def test_an_answer_without_json_has_no_body() -> None:
    assert body_of(httpx.Response(200, text="")) is None
