"""MXF by its partitions."""

import pytest

from lucidlink.containers.judgement import Whole
from lucidlink.containers.mxf import INDEX_PACK, PARTITION
from tests.lucidlink.looking import judged

HEADER, BODY, FOOTER = 2, 3, 4
OPEN, CLOSED = 1, 4
ESSENCE = bytes.fromhex("060e2b34010201010d01030115010500")
METADATA = bytes.fromhex("060e2b34025301010d01010101012f00")
FILL = bytes.fromhex("060e2b34010101020301021001000000")


def klv(key: bytes, value: bytes) -> bytes:
    return key + b"\x83" + len(value).to_bytes(3) + value


def partition(kind: int, status: int, footer: int = 0) -> bytes:
    value = bytes(24) + footer.to_bytes(8) + bytes(56)
    return klv(PARTITION + bytes([kind, status, 0]), value)


SETS = klv(METADATA, b"m" * 500)
FRAMES = klv(ESSENCE, b"frames" * 20_000)
START = len(partition(HEADER, CLOSED)) + len(SETS) + len(FRAMES)
WITHOUT_FOOTER = partition(HEADER, CLOSED, START) + SETS + FRAMES
UNTIL_FOOTER = WITHOUT_FOOTER + partition(FOOTER, CLOSED, START)
INDEX = klv(INDEX_PACK, bytes(24))[:-4] + (20 + 24).to_bytes(4)
OPEN_START = partition(HEADER, OPEN) + SETS + FRAMES


def test_one_that_ends_in_its_index_pack_is_complete() -> None:
    assert judged(UNTIL_FOOTER + SETS + INDEX).whole is Whole.COMPLETE


def test_one_that_ends_in_its_footer_is_too() -> None:
    assert judged(UNTIL_FOOTER + SETS).whole is Whole.COMPLETE


def test_a_header_that_does_not_know_where_the_footer_is_does_not_matter() -> None:
    assert judged(OPEN_START + partition(FOOTER, CLOSED)).whole is Whole.COMPLETE


@pytest.mark.parametrize("written", [200, START // 2, START - 1, START])
def test_one_that_ends_before_the_footer_it_speaks_of_is_incomplete(written: int) -> None:
    found = judged(WITHOUT_FOOTER[:written])
    assert found.whole is Whole.INCOMPLETE
    assert "its picture data" in found.reason


def test_one_that_ends_in_the_middle_of_its_footer_is_incomplete() -> None:
    assert judged((UNTIL_FOOTER + SETS)[:-1]).whole is Whole.INCOMPLETE


def test_something_else_where_the_footer_belongs_is_incomplete() -> None:
    found = judged(WITHOUT_FOOTER + b"frames" * 999)
    assert found.reason == "Its footer has not been written yet."


def test_an_open_header_and_nothing_but_pictures_mean_that_the_writer_is_at_work() -> None:
    found = judged(OPEN_START)
    assert found.whole is Whole.INCOMPLETE
    assert found.reason.startswith("Its writer has not finished")


def test_a_closed_one_without_footer_is_not_held_for_ever() -> None:
    assert judged(partition(HEADER, CLOSED) + SETS + FRAMES).whole is Whole.UNKNOWN


def test_nor_is_one_with_a_footer_too_long_to_be_seen() -> None:
    long = partition(FOOTER, CLOSED) + klv(METADATA, b"m" * 40_000) * 3
    assert judged(OPEN_START + long).whole is Whole.UNKNOWN


def test_bytes_behind_the_footer_hold_nothing_for_ever() -> None:
    assert judged(UNTIL_FOOTER + b"?" * 30).whole is Whole.UNKNOWN


def test_padding_behind_the_footer_holds_nothing_for_ever() -> None:
    assert judged(UNTIL_FOOTER + klv(FILL, bytes(9000))).whole is Whole.UNKNOWN


def test_zeros_behind_anything_else_hold_it() -> None:
    assert judged(UNTIL_FOOTER + klv(METADATA, bytes(9000))).whole is Whole.INCOMPLETE


def test_a_header_cut_short_is_incomplete() -> None:
    assert judged(partition(HEADER, CLOSED)[:16]).whole is Whole.INCOMPLETE


def test_an_index_pack_is_enough_where_the_footer_is_too_long_to_be_seen() -> None:
    long = partition(FOOTER, CLOSED) + klv(METADATA, b"m" * 40_000) * 3
    assert judged(OPEN_START + long + INDEX).whole is Whole.COMPLETE


def test_last_bytes_that_only_look_like_the_length_of_one_do_not_count() -> None:
    assert judged(OPEN_START + (20).to_bytes(4)).whole is Whole.INCOMPLETE


def test_another_partition_where_the_footer_belongs_is_incomplete() -> None:
    assert judged(WITHOUT_FOOTER + partition(BODY, CLOSED)).whole is Whole.INCOMPLETE


def test_a_length_left_open_is_none() -> None:
    endless = METADATA + b"\x80" + bytes(60) + b"end"
    assert judged(UNTIL_FOOTER + endless).whole is Whole.UNKNOWN
