"""What faults can do beyond an answer in place of the true one."""

import time
from contextlib import suppress

import httpx
import pytest

from tests.sandbox.running import CLIENT, Entry, Sandbox
from tests.sandbox.storms import storm
from tests.sandbox.studio import Studio

ME = {"path": "^/v4/me$"}


def fault(action: Entry, **more: object) -> list[Entry]:
    return [{"action": action, **more}]


def codes(studio: Studio, calls: int, path: str = "/me") -> list[int]:
    return [studio.http.get(path).status_code for _ in range(calls)]


def test_a_chance_strikes_its_share_of_the_calls(studio: Studio, sandbox: Sandbox) -> None:
    sandbox.faults(fault({"answer": "server_error"}, match=ME, chance=0.2, seed=3))
    struck = codes(studio, 200).count(500)
    assert 20 <= struck <= 60


def test_the_same_seed_strikes_the_same_calls(studio: Studio, sandbox: Sandbox) -> None:
    rules = fault({"answer": "server_error"}, match=ME, chance=0.5, seed=3)
    sandbox.faults(rules)
    first = codes(studio, 30)
    sandbox.faults(rules)
    assert codes(studio, 30) == first
    sandbox.faults([rules[0] | {"seed": 4}])
    assert codes(studio, 30) != first


def test_a_rule_out_of_luck_leaves_the_call_to_the_next(studio: Studio, sandbox: Sandbox) -> None:
    never: Entry = {"action": {"answer": "server_error"}, "match": ME, "chance": 1e-9}
    sandbox.faults([never, *fault({"answer": "unavailable"}, match=ME)])
    assert codes(studio, 2) == [503, 503]


def test_a_listing_can_be_struck_on_its_second_page(studio: Studio, sandbox: Sandbox) -> None:
    match = {"path": "/folders$", "query": "after="}
    sandbox.faults(fault({"effect": "unauthorized"}, match=match))
    studio.make_folder("a")
    studio.make_folder("b")
    path = f"{studio.folder_path()}/folders"
    first = studio.get(path, page_size=1)
    cursor = httpx.URL(first["links"]["next"]).params["after"]
    assert studio.http.get(path, params={"after": cursor}).status_code == 401


def test_a_storm_of_429_is_worded_as_the_vendor_words_it(studio: Studio, sandbox: Sandbox) -> None:
    sandbox.faults(fault({"effect": "too_many_requests"}, times=2))
    answer = studio.http.get("/me")
    assert answer.status_code == 429
    assert answer.json() == {"errors": [{"detail": "Too many requests"}]}
    assert answer.headers["x-ratelimit-remaining"] == "0"
    assert "retry-after" not in answer.headers
    assert codes(studio, 2) == [429, 200]


@pytest.mark.parametrize(
    ("answer", "status", "text"),
    [
        ("server_error", 500, "Internal server error"),
        ("bad_gateway", 502, "<html>"),
        ("unavailable", 503, ""),
    ],
)
def test_answers_of_gateways(
    studio: Studio, sandbox: Sandbox, answer: str, status: int, text: str
) -> None:
    sandbox.faults(fault({"answer": answer}, match=ME))
    struck = studio.http.get("/me")
    assert struck.status_code == status
    assert text in struck.text


@pytest.mark.parametrize(
    ("answer", "status", "code"),
    [
        ("slow_down", 503, "SlowDown"),
        ("expired", 403, "AccessDenied"),
        ("internal_error", 500, "InternalError"),
    ],
)
def test_answers_of_the_part_storage(
    studio: Studio, sandbox: Sandbox, answer: str, status: int, code: str
) -> None:
    sandbox.faults(fault({"answer": answer}, match={"path": "^/storage/"}, times=1))
    file = studio.announce(4)
    struck = studio.put(file, 0, b"film")
    assert (struck.status_code, f"<Code>{code}</Code>" in struck.text) == (status, True)
    assert studio.put(file, 0, b"film").status_code == 200


def test_an_answer_can_break_off(studio: Studio, sandbox: Sandbox) -> None:
    sandbox.faults(fault({"cut": 10}, match=ME, times=1))
    with pytest.raises(httpx.RemoteProtocolError, match="without sending complete"):
        studio.http.get("/me")
    assert codes(studio, 1) == [200]


def test_an_answer_can_trickle(studio: Studio, sandbox: Sandbox) -> None:
    sandbox.faults(fault({"trickle": 0.5}, match=ME))
    began = time.monotonic()
    assert studio.http.get("/me").json()["data"]["name"] == "Sandy Box"
    assert time.monotonic() - began > 0.4


def test_a_file_can_be_stuck(studio: Studio, sandbox: Sandbox) -> None:
    sandbox.faults(
        [
            *fault({"effect": "stays_created"}, times=1),
            *fault({"effect": "stays_uploaded"}, times=1),
        ]
    )
    files = [studio.upload(b"film")["id"] for _ in range(3)]
    statuses = [studio.get(studio.file_path(file))["data"]["status"] for file in files]
    assert statuses == ["created", "uploaded", "transcoded"]


def test_upload_addresses_can_have_ended(studio: Studio, sandbox: Sandbox) -> None:
    sandbox.faults(fault({"effect": "expired_urls"}, times=1))
    assert "Request has expired" in studio.put(studio.announce(4), 0, b"film").text
    assert studio.put(studio.announce(4), 0, b"film").status_code == 200


def test_a_refresh_can_come_without_a_new_token(sandbox: Sandbox) -> None:
    old = str(sandbox.tokens()["refresh_token"])
    sandbox.faults(fault({"effect": "no_refresh_token"}, times=1))
    form = {"grant_type": "refresh_token", "refresh_token": old, **CLIENT}
    first = sandbox.http.post("/ims/token/v3", data=form)
    second = sandbox.http.post("/ims/token/v3", data=form)
    assert "refresh_token" not in first.raise_for_status().json()
    assert "refresh_token" in second.raise_for_status().json()


def test_a_login_can_be_refused_as_ended(sandbox: Sandbox) -> None:
    token = str(sandbox.tokens()["refresh_token"])
    sandbox.faults(fault({"effect": "invalid_grant"}, times=1))
    form = {"grant_type": "refresh_token", "refresh_token": token, **CLIENT}
    answer = sandbox.http.post("/ims/token/v3", data=form)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")
    assert sandbox.http.post("/ims/token/v3", data=form).status_code == 200


def test_an_effect_strikes_only_where_it_means_something(studio: Studio, sandbox: Sandbox) -> None:
    sandbox.faults(fault({"effect": "stays_created"}, times=1))
    codes(studio, 3)
    assert sandbox.http.get("/_sandbox/faults").json()[0]["left"] == 1


def test_a_storm_strikes_its_share_in_many_ways(studio: Studio, sandbox: Sandbox) -> None:
    sandbox.faults(storm(0.5, seed=5))
    for _ in range(60):
        with suppress(httpx.TransportError):
            studio.http.get("/accounts")
    struck = [call["fault"] for call in sandbox.requests()[-60:] if call["fault"] is not None]
    assert 15 <= len(struck) <= 45
    assert len(set(struck)) > 5


@pytest.mark.parametrize(
    "rule",
    [
        {"action": {"effect": "earthquake"}},
        {"action": {"answer": "perhaps"}},
        {"action": {"drop": True}, "chance": 0},
        {"action": {"drop": True}, "chance": 1.1},
        {"action": {"cut": -1}},
        {"action": {"drop": True}, "match": {"query": "("}},
    ],
)
def test_what_cannot_be_is_refused(sandbox: Sandbox, rule: Entry) -> None:
    assert sandbox.http.put("/_sandbox/faults", json=[rule]).status_code == 422
