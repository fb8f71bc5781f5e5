"""When is a file whole? The clock is an argument."""

from lucidlink.validator import Settle, Settled

MB = 1 << 20


def test_a_file_that_stands_still_for_the_quiet_time_is_ready() -> None:
    settle = Settle(10)
    assert settle.observe("a", MB, 1, now=100).settled is Settled.GROWING
    assert settle.observe("a", MB, 1, now=109.9).settled is Settled.GROWING
    assert settle.observe("a", MB, 1, now=110).settled is Settled.READY


def test_one_observation_is_never_enough() -> None:
    settle = Settle(0)
    assert settle.observe("a", MB, 1, now=100).settled is Settled.GROWING
    assert settle.observe("a", MB, 1, now=100).settled is Settled.READY


def test_growth_starts_the_quiet_time_again() -> None:
    settle = Settle(10)
    settle.observe("a", MB, 1, now=100)
    growing = settle.observe("a", 2 * MB, 2, now=109)
    assert growing.reason == "It is still being written."
    assert settle.observe("a", 2 * MB, 2, now=112).settled is Settled.GROWING
    assert settle.observe("a", 2 * MB, 2, now=119).settled is Settled.READY


def test_a_new_date_alone_starts_it_again_and_so_does_an_older_one() -> None:
    settle = Settle(10)
    settle.observe("a", MB, 2_000, now=100)
    settle.observe("a", MB, 1_000, now=109)
    assert settle.observe("a", MB, 1_000, now=112).settled is Settled.GROWING


def test_an_empty_file_waits_for_ever() -> None:
    settle = Settle(10)
    settle.observe("a", 0, 1, now=0)
    assert settle.observe("a", 0, 1, now=100_000).settled is Settled.EMPTY


def test_what_comes_after_the_placeholder_has_its_own_quiet_time() -> None:
    settle = Settle(10)
    settle.observe("a", 0, 1, now=0)
    assert settle.observe("a", MB, 1, now=50).settled is Settled.GROWING
    assert settle.observe("a", MB, 1, now=60).settled is Settled.READY


def test_a_forgotten_file_starts_anew() -> None:
    settle = Settle(10)
    settle.observe("a", MB, 1, now=0)
    settle.forget("a")
    assert settle.observe("a", MB, 1, now=20).settled is Settled.GROWING


def test_files_do_not_disturb_one_another() -> None:
    settle = Settle(10)
    settle.observe("a", MB, 1, now=0)
    settle.observe("b", MB, 1, now=9)
    assert settle.observe("a", MB, 1, now=10).settled is Settled.READY
    assert settle.observe("b", MB, 1, now=10).settled is Settled.GROWING


def test_the_reason_stays_the_same_while_nothing_changes() -> None:
    settle = Settle(10)
    first = settle.observe("a", MB, 1, now=0)
    assert settle.observe("a", MB, 1, now=5) == first
