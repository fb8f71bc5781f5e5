"""AVI and WAVE by their chunks."""

from pathlib import Path

import pytest

from lucidlink.containers.judgement import Whole
from tests.lucidlink.looking import judged, looked_into

GB = 1 << 30


def chunk(kind: bytes, body: bytes) -> bytes:
    return kind + len(body).to_bytes(4, "little") + body + bytes(len(body) % 2)


MOVIE = chunk(b"LIST", b"movi" + b"frames" * 2000)
INDEX = chunk(b"idx1", b"index")


def riff(form: bytes, *inside: bytes) -> bytes:
    return chunk(b"RIFF", form + b"".join(inside))


def test_one_that_fills_the_file_is_complete() -> None:
    assert judged(riff(b"AVI ", MOVIE, INDEX)).whole is Whole.COMPLETE


def test_several_that_fill_it_are_complete() -> None:
    assert judged(riff(b"AVI ", MOVIE) + riff(b"AVIX", MOVIE) * 3).whole is Whole.COMPLETE


def test_the_last_of_several_cut_short_is_not() -> None:
    avi = riff(b"AVI ", MOVIE) + riff(b"AVIX", MOVIE) * 3
    assert judged(avi[:-10]).whole is Whole.INCOMPLETE


@pytest.mark.parametrize("length", [0, 0xFFFFFFFF])
def test_a_length_that_is_not_filled_in_means_that_the_writer_is_at_work(length: int) -> None:
    begun = riff(b"AVI ", MOVIE) + b"RIFF" + length.to_bytes(4, "little") + b"AVIX" + MOVIE
    found = judged(begun)
    assert found.whole is Whole.INCOMPLETE
    assert found.reason.startswith("Its writer has not finished")


def test_sound_from_a_pipe_never_has_its_length_and_is_not_held_for_ever() -> None:
    assert judged(b"RIFF\xff\xff\xff\xffWAVEfmt " + b"sound" * 99).whole is Whole.UNKNOWN


def test_bytes_behind_it_hold_nothing_for_ever() -> None:
    assert judged(riff(b"AVI ", MOVIE, INDEX) + b"tail of something").whole is Whole.UNKNOWN


def test_an_odd_length_may_go_without_its_padding() -> None:
    odd = b"RIFF" + (4 + len(MOVIE) + 1).to_bytes(4, "little") + b"AVI " + MOVIE + b"x"
    assert judged(odd).whole is Whole.COMPLETE


def test_zeros_at_the_end_of_pictures_hold_it() -> None:
    hollow = chunk(b"LIST", b"movi" + b"frames" + bytes(9000))
    assert judged(riff(b"AVI ", hollow)).whole is Whole.INCOMPLETE


@pytest.mark.parametrize(
    "content",
    [
        riff(b"AVI ", MOVIE, INDEX, chunk(b"JUNK", bytes(9000))),
        riff(b"WAVE", chunk(b"fmt ", b"f"), chunk(b"data", b"sound" + bytes(9000))),
    ],
)
def test_zeros_in_padding_and_in_sound_do_not(content: bytes) -> None:
    assert judged(content).whole is Whole.UNKNOWN


def make_long_avi(path: Path) -> None:
    """Three gigabytes in three RIFF chunks, most of it a hole."""
    with path.open("wb") as file:
        for number in range(3):
            file.seek(number * (GB + 8))
            file.write(b"RIFF" + GB.to_bytes(4, "little") + (b"AVIX" if number else b"AVI "))
        file.seek(3 * (GB + 8) - len(INDEX))
        file.write(INDEX)


def test_more_than_a_gigabyte_is_complete_with_its_last_part(tmp_path: Path) -> None:
    make_long_avi(tmp_path / "long.avi")
    assert looked_into(tmp_path / "long.avi").whole is Whole.COMPLETE


def test_and_incomplete_without(tmp_path: Path) -> None:
    path = tmp_path / "long.avi"
    make_long_avi(path)
    with path.open("r+b") as file:
        file.truncate(int(2.5 * GB))
    assert "(2.6 of at least 3.3 GB written)" in looked_into(path).reason


def test_the_padding_of_an_odd_length_is_no_part_too_many() -> None:
    assert judged(riff(b"AVI ", MOVIE, b"x")).whole is Whole.COMPLETE


def test_silence_from_a_pipe_is_not_held_for_ever() -> None:
    data = b"data\xff\xff\xff\xff" + bytes(90_000)
    assert judged(b"RIFF\xff\xff\xff\xffWAVE" + data).whole is Whole.UNKNOWN
