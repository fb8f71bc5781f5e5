"""Why a file does not go up, as a French studio reads it."""

import inspect
import os
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from frameio import names
from frameio.answers import (
    garbled,
    raise_for_login,
    raise_for_part,
    raise_for_response,
    unreachable,
)
from frameio.client import FrameioClient
from frameio.errors import FrameioError
from frameio.models import Account
from frameio.oauth import AccountAuth, Bearer
from frameio.source import look_at
from tests.frameio.fake import API, refusal, s3_refusal
from tests.french import in_french

ENDPOINTS = [
    name
    for name, _method in inspect.getmembers(FrameioClient, inspect.isfunction)
    if not name.startswith("_") and name != "close"
]
TABLES = {"wanted", "values"}


def said(work: Callable[[], object]) -> Callable[[], str]:
    """The words of the error that `work` ends in."""

    def tell() -> str:
        with pytest.raises(FrameioError) as caught:
            work()
        return str(caught.value)

    return tell


@pytest.mark.parametrize("name", ENDPOINTS)
def test_what_frameio_was_to_do(name: str) -> None:
    """Asked with made-up arguments, as no call gets further than the refusal."""
    transport = httpx.MockTransport(lambda _request: httpx.Response(403))
    with FrameioClient(API, Bearer("good"), transport=transport) as client:
        method = getattr(client, name)
        given = {
            each.name: {} if each.name in TABLES else "x"
            for each in inspect.signature(method).parameters.values()
            if each.default is inspect.Parameter.empty
        }
        told = in_french(said(lambda: list(method(**given))))
    assert told.startswith("Frame.io n\u2019autorise pas cette connexion à ")


@pytest.mark.parametrize("status", [302, 400, 401, 403, 404, 408, 409, 422, 429, 500, 503])
def test_what_frameio_answers(status: int) -> None:
    answer = refusal(status, "Nope", "/data/x")
    answer.headers["x-request-id"] = "abc"
    tell = said(lambda: raise_for_response(answer, "X"))
    assert ("Nope" in in_french(tell)) == (status in {400, 403, 404, 409, 422})


def test_what_frameio_says_itself_stays_as_it_said_it() -> None:
    tell = said(lambda: raise_for_response(refusal(422, "Unexpected: foo.", "/data/foo"), "X"))
    nope = "Frame.io n\u2019a pas voulu X\N{NO-BREAK SPACE}: Unexpected: foo (/data/foo)."
    assert in_french(tell) == nope


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(400, json={"error": "invalid_grant"}),
        httpx.Response(401, json={"error": "invalid_client"}),
        httpx.Response(400),
        httpx.Response(503),
    ],
)
def test_what_adobe_answers(answer: httpx.Response) -> None:
    in_french(said(lambda: raise_for_login(answer)))


@pytest.mark.parametrize(
    "answer",
    [
        s3_refusal(503, "SlowDown", ""),
        s3_refusal(403, "ExpiredToken", ""),
        s3_refusal(404, "NoSuchUpload", ""),
        s3_refusal(403, "SignatureDoesNotMatch", ""),
    ],
)
def test_what_the_storage_answers(answer: httpx.Response) -> None:
    assert "X" in in_french(said(lambda: raise_for_part(answer, "X")))


@pytest.mark.parametrize("error", [httpx.ReadTimeout("-"), httpx.ConnectError("-")])
def test_no_answer(error: httpx.RequestError) -> None:
    in_french(lambda: str(unreachable("Frame.io", "host.test", error)))


def test_an_answer_that_makes_no_sense() -> None:
    in_french(said(garbled))


def is_sent(path: Path, size: int, mtime_ns: int) -> Callable[[], str]:
    return said(lambda: look_at(path, size, mtime_ns))


def test_what_is_wrong_with_the_file(tmp_path: Path) -> None:
    film, empty, pipe = tmp_path / "film.mov", tmp_path / "empty.mov", tmp_path / "pipe.mov"
    film.write_bytes(b"1234")
    empty.touch()
    os.mkfifo(pipe)
    now, then = film.stat().st_mtime_ns, empty.stat().st_mtime_ns
    told = {
        in_french(is_sent(film, 5, now)),
        in_french(is_sent(film, 4, now - 1)),
        in_french(is_sent(empty, 0, then)),
        in_french(is_sent(tmp_path, 4, now)),
        in_french(is_sent(pipe, 4, now)),
        in_french(is_sent(tmp_path / "gone.mov", 4, now)),
        in_french(is_sent(Path("a\x00.mov"), 4, now)),
    }
    assert len(told) == 7


@pytest.mark.parametrize("name", [" ", "x" * 256, "\udcff"])
def test_what_is_wrong_with_the_name(name: str) -> None:
    in_french(said(lambda: names.remote_name(name)))


@pytest.mark.django_db
def test_a_login_that_a_person_has_to_renew(account: Account) -> None:
    Account.objects.update(needs_login=True)
    auth = AccountAuth(account.pk)
    tell = said(lambda: next(auth.sync_auth_flow(httpx.Request("GET", API))))
    assert in_french(tell).startswith("Studio demande une connexion.")
