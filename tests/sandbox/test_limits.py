"""Leaky buckets, each operation and user its own."""

import time
from collections.abc import Iterator

import httpx
import pytest

from frameio.sandbox.limits import LIMITS, Buckets
from tests.sandbox.running import Sandbox, StartSandbox, plain_client
from tests.sandbox.studio import Studio


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def slow(start_sandbox: StartSandbox) -> Iterator[tuple[Sandbox, Studio]]:
    """With the vendor's own windows."""
    sandbox = start_sandbox(rate_scale=1)
    with Studio(sandbox) as studio:
        yield sandbox, studio


def pour(buckets: Buckets, calls: int, operation: str = "folders.move", user: str = "me") -> int:
    """How many of so many calls fit."""
    return sum(buckets.pour(operation, user) for _ in range(calls))


def test_a_bucket_holds_its_number_and_then_leaks_evenly(clock: Clock) -> None:
    buckets = Buckets(clock, scale=1)
    assert pour(buckets, 15) == 10
    assert buckets.wait("folders.move", "me") == pytest.approx(6)
    clock.now += 6.01
    assert pour(buckets, 3) == 1
    clock.now += 60
    assert pour(buckets, 15) == 10


def test_a_refused_call_does_not_count(clock: Clock) -> None:
    buckets = Buckets(clock, scale=1)
    pour(buckets, 1000)
    clock.now += 12.01
    assert pour(buckets, 5) == 2


def test_operations_and_users_have_buckets_of_their_own(clock: Clock) -> None:
    buckets = Buckets(clock, scale=1)
    pour(buckets, 11)
    assert buckets.room("folders.move", "me") == 0
    assert buckets.room("folders.move", "you") == 10
    assert buckets.room("folders.update", "me") == 10


def test_windows_can_be_shorter(clock: Clock) -> None:
    buckets = Buckets(clock, scale=60)
    assert pour(buckets, 15) == 10
    clock.now += 0.11
    assert pour(buckets, 5) == 1
    assert buckets.headers("folders.move", 4)["x-ratelimit-window"] == "1000"


def test_without_limits_everything_fits(clock: Clock) -> None:
    buckets = Buckets(clock, scale=0)
    assert pour(buckets, 1000) == 1000
    assert buckets.room("folders.move", "me") == 10


def test_all_operations_of_the_vendor_have_their_limit() -> None:
    assert len(LIMITS) == 98
    assert {limit.calls for limit in LIMITS.values()} == {3, 5, 10, 60, 100}


def test_a_full_bucket_is_a_429_without_more_advice(slow: tuple[Sandbox, Studio]) -> None:
    _, studio = slow
    answers = [post_project(studio) for _ in range(11)]
    assert [answer.status_code for answer in answers] == [201] * 10 + [429]
    assert [answer.headers["x-ratelimit-remaining"] for answer in answers] == [
        *map(str, range(9, -1, -1)),
        "0",
    ]
    last = answers[-1]
    assert last.json() == {"errors": [{"detail": "Too many requests"}]}
    assert (last.headers["x-ratelimit-limit"], last.headers["x-ratelimit-window"]) == (
        "10",
        "60000",
    )
    assert "retry-after" not in last.headers


def test_a_refused_call_has_no_effect(slow: tuple[Sandbox, Studio]) -> None:
    _, studio = slow
    for _ in range(11):
        post_project(studio)
    assert len(studio.get(f"{studio.account}/projects")["data"]) == 11


def test_a_server_does_not_use_up_a_persons_calls(slow: tuple[Sandbox, Studio]) -> None:
    sandbox, studio = slow
    for _ in range(11):
        post_project(studio)
    form = {"grant_type": "client_credentials", "scope": "openid AdobeID frame.s2s.all"}
    answer = sandbox.http.post("/ims/token/v3", data=form, auth=("sandbox", "sandbox"))
    headers = {"authorization": f"Bearer {answer.json()['access_token']}"}
    with plain_client(base_url=f"{sandbox.url}/v4", headers=headers) as server:
        assert post_project(studio, server).status_code == 201


def test_a_reset_empties_the_buckets(slow: tuple[Sandbox, Studio]) -> None:
    sandbox, studio = slow
    for _ in range(11):
        post_project(studio)
    sandbox.reset()
    with Studio(sandbox) as fresh:
        assert post_project(fresh).status_code == 201


def test_a_shorter_window_refills_sooner(start_sandbox: StartSandbox) -> None:
    with Studio(start_sandbox(rate_scale=60)) as studio:
        answers = [post_project(studio) for _ in range(40)]
        assert 429 in {answer.status_code for answer in answers}
        time.sleep(0.15)
        assert post_project(studio).status_code == 201


def test_retry_after_can_be_had(start_sandbox: StartSandbox) -> None:
    with Studio(start_sandbox(rate_scale=1, retry_after=True)) as studio:
        answers = [post_project(studio) for _ in range(11)]
    assert 5 <= int(answers[-1].headers["retry-after"]) <= 6


def post_project(studio: Studio, http: httpx.Client | None = None) -> httpx.Response:
    workspace = studio.project["workspace_id"]
    path = f"{studio.account}/workspaces/{workspace}/projects"
    return (http or studio.http).post(path, json={"data": {"name": "Feature"}})
