from dataclasses import dataclass, field
from datetime import datetime, timedelta

import httpx
import pytest
from django.utils import timezone

from frameio.client import FrameioClient
from frameio.errors import RateLimited
from frameio.limits import Limit, operation
from frameio.models import RateBucket
from frameio.oauth import Bearer
from frameio.pace import SharedPace
from tests.frameio.fake import API, FakeFrameio

pytestmark = pytest.mark.django_db

SLOW = "POST /v4/accounts/*/projects/*/shares"  # 10 a minute: nine at once, then one each 6 s
SIX = timedelta(seconds=6)


@dataclass
class Worker:
    """Its clock moves by sleeping alone."""

    time: datetime = field(default_factory=timezone.now)
    slept: list[float] = field(default_factory=list)

    def now(self) -> datetime:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.time += timedelta(seconds=seconds)

    def pace(self, login: int = 1) -> SharedPace:
        return SharedPace(login, self.sleep, self.now)


@pytest.fixture
def worker() -> Worker:
    return Worker()


def _calls(worker: Worker, count: int, login: int = 1) -> list[float]:
    """What each call slept, in whole tenths of a second."""
    turns = [worker.pace(login).turn(SLOW) for _ in range(count)]
    assert len(turns) == count
    return [round(seconds, 1) for seconds in worker.slept]


def _answer(
    status: int = 201, *, limit: int = 10, remaining: int = 9, window: int = 60_000
) -> httpx.Response:
    headers = {"limit": limit, "remaining": remaining, "window": window}
    named = {f"x-ratelimit-{name}": str(value) for name, value in headers.items()}
    return httpx.Response(status, headers=named)


def test_a_bucket_full_goes_at_once_and_the_rest_evenly(worker: Worker) -> None:
    assert _calls(worker, 12) == [6.0, 6.0, 6.0]


def test_a_turn_says_how_long_it_was_waited_for(worker: Worker) -> None:
    _calls(worker, 9)
    assert worker.pace().turn(SLOW).waited == pytest.approx(6)
    assert worker.pace(login=2).turn(SLOW).waited == 0


def test_workers_share_one_bucket(worker: Worker) -> None:
    other = Worker(worker.time)
    _calls(worker, 9)
    assert _calls(other, 2) == [6.0, 6.0]


def test_two_who_wait_at_once_get_two_turns(worker: Worker) -> None:
    other = Worker(worker.time)
    _calls(worker, 9)
    worker.pace().turn(SLOW)
    assert _calls(other, 1) == [12.0]


def test_logins_and_operations_have_their_own(worker: Worker) -> None:
    _calls(worker, 9)
    _calls(worker, 9, login=2)
    worker.pace().turn("GET /v4/me")
    assert worker.slept == []


def test_who_would_wait_long_gives_the_job_back(worker: Worker) -> None:
    """And takes no turn: those who may wait are not held up by it."""
    crowd = [Worker(worker.time) for _ in range(4)]
    _calls(worker, 9)
    assert [_calls(each, 1) for each in crowd[:3]] == [[6.0], [12.0], [18.0]]
    with pytest.raises(RateLimited) as caught:
        crowd[3].pace().turn(SLOW)
    assert caught.value.retry_after == 4 * SIX
    assert crowd[3].slept == []
    crowd[3].time += SIX
    assert _calls(crowd[3], 1) == [18.0]


def test_a_bucket_drains_while_nobody_calls(worker: Worker) -> None:
    _calls(worker, 9)
    worker.time += timedelta(minutes=1)
    assert _calls(worker, 9) == []


def test_an_answer_corrects_the_limit(worker: Worker) -> None:
    """Nine drops stay nine drops, and drain a hundred times as fast."""
    turns = [worker.pace().turn(SLOW) for _ in range(9)]
    turns[0].answered(_answer(window=600, remaining=1))
    assert (RateBucket.objects.get().calls, RateBucket.objects.get().window) == (
        10,
        timedelta(milliseconds=600),
    )
    worker.pace().turn(SLOW)
    assert worker.slept == [pytest.approx(0.06)]


def test_the_calls_of_others_count(worker: Worker) -> None:
    """Somebody's script uses the same login: two of ten are left, one of which we keep free."""
    worker.pace().turn(SLOW).answered(_answer(remaining=2))
    assert _calls(worker, 2) == [6.0]


def test_an_answer_that_came_late_changes_nothing(worker: Worker) -> None:
    turns = [worker.pace().turn(SLOW) for _ in range(9)]
    before = RateBucket.objects.get().drained_at
    turns[0].answered(_answer(remaining=9))
    assert RateBucket.objects.get().drained_at == before


def test_a_429_holds_up_everyone(worker: Worker) -> None:
    other = Worker(worker.time)
    worker.pace().turn(SLOW).answered(_answer(429, remaining=0))
    assert _calls(other, 2) == [6.0, 6.0]


def test_a_429_that_says_how_long_is_believed(worker: Worker) -> None:
    answer = httpx.Response(429, headers={"retry-after": "15"})
    worker.pace().turn(SLOW).answered(answer)
    assert _calls(worker, 2) == [15.0, 6.0]


def test_a_429_for_ever_is_not(worker: Worker) -> None:
    answer = httpx.Response(429, headers={"retry-after": "999999999"})
    worker.pace().turn(SLOW).answered(answer)
    with pytest.raises(RateLimited) as caught:
        worker.pace().turn(SLOW)
    assert caught.value.retry_after == timedelta(hours=1)


@pytest.mark.parametrize("value", ["0", "-3", "soon", ""])
def test_a_limit_that_makes_no_sense_is_let_be(worker: Worker, value: str) -> None:
    headers = {"x-ratelimit-limit": value, "x-ratelimit-window": "60000"}
    worker.pace().turn(SLOW).answered(httpx.Response(200, headers=headers))
    assert RateBucket.objects.get().calls == 10


def test_the_client_asks_for_its_turn(fake: FakeFrameio, worker: Worker) -> None:
    with FrameioClient(
        API, Bearer("good"), pace=worker.pace(), transport=fake.transport()
    ) as client:
        client.create_folder("acc", "root", "sc010")
        client.create_local_upload("acc", "root", "a.mov", 10)
        client.me()
    assert {row.key for row in RateBucket.objects.all()} == {
        "1/POST /v4/accounts/*/folders/*/folders",
        "1/POST /v4/accounts/*/folders/*/files/local_upload",
        "1/GET /v4/me",
    }


def test_the_client_waits_for_its_turn_after_a_429(fake: FakeFrameio, worker: Worker) -> None:
    fake.next("GET", "/me", _answer(429, limit=100, remaining=0))
    with FrameioClient(
        API, Bearer("good"), pace=worker.pace(), transport=fake.transport(), sleep=worker.sleep
    ) as client:
        client.me()
    assert 0.6 <= sum(worker.slept) <= 1.2


def test_an_operation_of_tomorrow_has_a_name(worker: Worker) -> None:
    named = operation("POST", "/v4/accounts/a/time_machine")
    worker.pace().turn(named)
    assert RateBucket.objects.get().calls == 10


@pytest.mark.parametrize(("calls", "burst"), [(1, 1), (3, 2), (5, 4), (10, 9), (100, 90)])
def test_a_tenth_is_kept_free(calls: int, burst: int) -> None:
    assert Limit(calls, timedelta(seconds=1)).burst == burst
