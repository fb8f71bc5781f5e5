from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from frameio.errors import Unavailable
from frameio.leases import DURATION, PATIENCE, Leases
from frameio.models import Lease
from tests.supervisor.conftest import wait_until

pytestmark = pytest.mark.django_db


class Clock:
    """Sleeping moves it, and nothing else does."""

    def __init__(self) -> None:
        self.time = timezone.now()

    def now(self) -> datetime:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def leases(clock: Clock) -> Leases:
    return Leases(sleep=clock.sleep, now=clock.now)


def test_a_lease_is_gone_when_it_was_given_back(leases: Leases) -> None:
    with leases.held("folder/1"):
        assert Lease.objects.count() == 1
    assert Lease.objects.count() == 0


def test_a_lease_is_given_back_after_an_error(leases: Leases) -> None:
    with pytest.raises(ValueError, match="boom"), leases.held("folder/1"):
        raise ValueError("boom")
    assert Lease.objects.count() == 0


def test_the_second_waits_for_the_first(leases: Leases, clock: Clock) -> None:
    """The first died while holding it: the second has it when its time is over."""
    Lease.objects.create(key="folder/1", token="dead", until=clock.time + DURATION)
    before = clock.time
    with leases.held("folder/1"):
        assert DURATION <= clock.time - before < DURATION + timedelta(seconds=1)


def test_two_leases_do_not_meet(leases: Leases, clock: Clock) -> None:
    before = clock.time
    with leases.held("folder/1"), leases.held("folder/2"):
        assert clock.time == before


def test_nobody_waits_for_ever(leases: Leases, clock: Clock) -> None:
    Lease.objects.create(key="folder/1", token="other", until=clock.time + 2 * PATIENCE)
    with pytest.raises(Unavailable, match="Another worker"), leases.held("folder/1"):
        pytest.fail("it is not ours")


def test_it_is_renewed(leases: Leases, clock: Clock) -> None:
    with leases.held("folder/1") as renew:
        clock.sleep(100)
        renew()
        assert Lease.objects.get().until == clock.time + DURATION


@pytest.mark.django_db(transaction=True)
def test_it_lasts_as_long_as_the_work(clock: Clock) -> None:
    """Also while one call takes its time."""
    with Leases(now=clock.now, beat=0.01).held("folder/1"):
        clock.sleep(100)
        wait_until(lambda: Lease.objects.get().until == clock.time + DURATION)
    assert Lease.objects.count() == 0


def test_whoever_lost_it_does_not_go_on(leases: Leases) -> None:
    with leases.held("folder/1") as renew:
        Lease.objects.update(token="another")
        with pytest.raises(Unavailable, match="took over"):
            renew()


def test_whoever_lost_it_does_not_give_back_anothers(leases: Leases) -> None:
    with leases.held("folder/1"):
        Lease.objects.update(token="another")
    assert Lease.objects.get().token == "another"
