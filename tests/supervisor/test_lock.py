from pathlib import Path

import pytest

from pipeline.supervisor.lock import AlreadyRunning, only_one


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


def test_the_place_is_made_and_can_be_taken_again(tmp_path: Path) -> None:
    place = tmp_path / "var" / "demo"
    with only_one(place):
        pass
    with only_one(place):
        assert place.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("written", ["", "nonsense", "99999999", "-1"])
def test_a_holder_that_is_nobody_is_waited_for_but_not_for_ever(
    tmp_path: Path, written: str
) -> None:
    clock = Clock()
    with only_one(tmp_path):
        (tmp_path / "start.lock").write_text(written)
        with (
            pytest.raises(AlreadyRunning, match="Stop that one"),
            only_one(tmp_path, patience=5, clock=clock, sleep=clock.sleep),
        ):
            pass
    assert 5 <= clock.now < 6


def test_what_a_dead_one_left_in_the_file_does_not_matter(tmp_path: Path) -> None:
    (tmp_path / "start.lock").write_text("4711 and more\n")
    with only_one(tmp_path):
        assert "4711" not in (tmp_path / "start.lock").read_text()
