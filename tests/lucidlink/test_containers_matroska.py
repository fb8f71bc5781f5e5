"""Matroska and WebM by their elements."""

import pytest

from lucidlink.containers.judgement import Whole
from lucidlink.containers.matroska import EBML, SEGMENT, VOID
from tests.lucidlink.looking import judged

CLUSTER = b"\x1f\x43\xb6\x75"


def element(kind: bytes, body: bytes) -> bytes:
    """Its length in eight bytes, as ffmpeg writes it."""
    return kind + (1 << 56 | len(body)).to_bytes(8) + body


HEAD = element(EBML, b"matroska")
CLUSTERS = element(CLUSTER, b"frames" * 1000) * 2


def test_a_segment_that_fills_the_file_is_complete() -> None:
    assert judged(HEAD + element(SEGMENT, CLUSTERS)).whole is Whole.COMPLETE


def test_one_that_goes_on_is_not() -> None:
    assert judged((HEAD + element(SEGMENT, CLUSTERS))[:-1]).whole is Whole.INCOMPLETE


@pytest.mark.parametrize("length", [b"\x01" + b"\xff" * 7, b"\xff", b"\x1f\xff\xff\xff"])
def test_an_unknown_length_tells_nothing(length: bytes) -> None:
    assert judged(HEAD + SEGMENT + length + CLUSTERS).whole is Whole.UNKNOWN


@pytest.mark.parametrize("written", [6, len(HEAD), len(HEAD) + 3])
def test_a_first_header_alone_is_not_complete(written: int) -> None:
    assert judged((HEAD + element(SEGMENT, CLUSTERS))[:written]).whole is Whole.INCOMPLETE


def test_bytes_behind_the_segment_hold_nothing_for_ever() -> None:
    assert judged(HEAD + element(SEGMENT, CLUSTERS) + b"\0\0\0").whole is Whole.UNKNOWN


def test_zeros_at_the_end_of_pictures_hold_it() -> None:
    hollow = CLUSTERS + element(CLUSTER, bytes(9000))
    assert judged(HEAD + element(SEGMENT, hollow)).whole is Whole.INCOMPLETE


@pytest.mark.parametrize(
    "content",
    [
        HEAD + element(SEGMENT, CLUSTERS + element(VOID, bytes(9000))),
        HEAD + element(SEGMENT, CLUSTERS) + element(VOID, bytes(9000)),
    ],
)
def test_zeros_in_padding_do_not(content: bytes) -> None:
    assert judged(content).whole is Whole.UNKNOWN


def test_an_id_of_more_than_four_bytes_is_none() -> None:
    found = judged(HEAD + element(SEGMENT, CLUSTERS) + b"\x08" * 20)
    assert found.whole is Whole.UNKNOWN
