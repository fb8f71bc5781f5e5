"""When Frame.io is asked whether it has joined the parts."""

from itertools import islice

import pytest

from frameio.joining import LONGEST_FIRST, Joins


def pauses_for(joins: Joins, seconds: float) -> list[float]:
    """Before each call, of a file that is joined after so many seconds."""
    taken: list[float] = []
    for pause in joins.pauses():
        taken.append(pause)
        if sum(taken) >= seconds:
            return taken
    raise AssertionError


def test_at_first_it_is_asked_at_once_and_then_ever_less_often() -> None:
    assert list(islice(Joins().pauses(), 8)) == [0.0, 0.5, 1.0, 2.0, 4.0, 8.0, 10.0, 10.0]


@pytest.mark.parametrize("seconds", [0.0, 0.3, 1.0, 2.0])
def test_soon_one_or_two_calls_a_file_are_made(seconds: float) -> None:
    joins = Joins()
    calls = [len(pauses_for(joins, seconds)) for _file in range(50)]
    assert sum(calls) < 50 * 1.6


def test_one_that_has_become_faster_is_not_waited_for_in_vain() -> None:
    joins = Joins()
    pauses_for(joins, 2.0)
    for _file in range(40):
        last = pauses_for(joins, 0.0)
    assert sum(last) < 0.05


def test_a_large_file_does_not_hold_up_the_small_one_after_it() -> None:
    joins = Joins()
    pauses_for(joins, 300.0)
    assert pauses_for(joins, 0.0) == [LONGEST_FIRST]
