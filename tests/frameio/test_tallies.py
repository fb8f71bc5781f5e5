"""How often Frame.io was called, and how it answered."""

import logging
import threading

import httpx
import pytest
import respx
from django.db import DatabaseError, connection

from frameio import tallies
from frameio.calls import logged
from frameio.connecting import client_for
from frameio.models import Account, CallTally
from frameio.oauth import ims_of
from tests.frameio.fake import API, FakeFrameio


def rows() -> list[tuple[str, str, str, int, float]]:
    found = CallTally.objects.order_by("operation", "status", "up_to")
    return list(found.values_list("operation", "status", "up_to", "calls", "seconds"))


@pytest.mark.django_db
def test_calls_alike_are_one_row() -> None:
    tallies.note("GET /v4/me", "200", 0.2)
    tallies.note("GET /v4/me", "200", 0.25)
    tallies.note("GET /v4/me", "200", 0.3)
    tallies.note("GET /v4/me", "none", 40.0)
    assert rows() == [
        ("GET /v4/me", "200", "0.25", 2, 0.45),
        ("GET /v4/me", "200", "0.5", 1, 0.3),
        ("GET /v4/me", "none", "+Inf", 1, 40.0),
    ]


@pytest.mark.django_db(transaction=True)
def test_none_is_lost_when_many_count_at_once() -> None:
    def count() -> None:
        for _i in range(25):
            tallies.note("GET /v4/me", "200", 0.01)
        connection.close()

    threads = [threading.Thread(target=count) for _i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [number for _name, _status, _bound, number, _seconds in rows()] == [100]


def test_a_call_is_told_with_its_answer_and_time() -> None:
    told: list[tuple[str, str, float]] = []
    times = iter([10.0, 10.5, 20.0, 21.0])

    def dropped() -> httpx.Response:
        raise httpx.ReadTimeout("")

    def tally(operation: str, status: str, seconds: float, _waited: float = 0) -> None:
        told.append((operation, status, seconds))

    logged(lambda: httpx.Response(502), "a", tally=tally, clock=lambda: next(times))
    with pytest.raises(httpx.ReadTimeout):
        logged(dropped, "b", tally=tally, clock=lambda: next(times))
    assert told == [("a", "502", 0.5), ("b", "none", 1.0)]


@pytest.mark.django_db
def test_an_accounts_own_connection_counts_its_calls_and_its_new_tokens(
    account: Account, fake: FakeFrameio, respx_mock: respx.MockRouter
) -> None:
    respx_mock.route(host=httpx.URL(API).host).mock(side_effect=fake.answer)
    with client_for(account) as client:
        client.me()
    ims_of(account).refresh("refresh-1")
    assert [(name, status, number) for name, status, _bound, number, _seconds in rows()] == [
        ("GET /v4/me", "200", 1),
        ("POST /ims/token/v3 refresh_token", "200", 1),
    ]


def test_a_call_that_cannot_be_counted_was_made_all_the_same(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def away(*_: object) -> int:
        raise DatabaseError("away")

    monkeypatch.setattr(tallies, "_added", away)
    caplog.set_level(logging.WARNING)
    tallies.note("GET /v4/me", "200", 0.2)
    assert "GET /v4/me could not be counted: away" in caplog.text
