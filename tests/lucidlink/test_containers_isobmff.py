"""QuickTime and MP4 by their boxes."""

from pathlib import Path

import pytest

from lucidlink.containers.excerpts import MOST_READS
from lucidlink.containers.judgement import Whole
from tests.lucidlink.clips import box, tiny_mov
from tests.lucidlink.looking import judged, looked_into

FTYP = box(b"ftyp", b"qt  \0\0\0\0")
FRAMES = b"frames" * 2000
MDAT = box(b"mdat", FRAMES)
MOOV = box(b"moov", box(b"mvhd", b"x" * 100))
FRAGMENT = box(b"moof", b"x" * 50) + MDAT
GB = 1 << 30


def long_box(kind: bytes, length: int) -> bytes:
    """The header of a box whose length takes 64 bits."""
    return (1).to_bytes(4) + kind + length.to_bytes(8)


@pytest.mark.parametrize(
    "parts",
    [
        [FTYP, MDAT, MOOV],
        [FTYP, MOOV, MDAT],
        [MDAT, MOOV],
        [FTYP, box(b"wide"), MDAT, MOOV],
        [box(b"wide"), MDAT, MOOV],
        [FTYP, box(b"free", b"x" * 9), MDAT, box(b"skip", b"y"), MOOV, box(b"uuid", b"z" * 30)],
        [FTYP, long_box(b"mdat", 16 + len(FRAMES)) + FRAMES, MOOV],
        [FTYP, box(b"\xa9xyz", b"?"), MDAT, MDAT, MOOV],
    ],
)
def test_boxes_that_fill_the_file_are_complete(parts: list[bytes]) -> None:
    assert judged(b"".join(parts)).whole is Whole.COMPLETE


def test_picture_data_without_an_index_is_not() -> None:
    found = judged(FTYP + MDAT)
    assert found.whole is Whole.INCOMPLETE
    assert found.reason == "Its index (moov) has not been written yet."


def test_an_index_without_picture_data_is_not() -> None:
    assert judged(FTYP + MOOV).reason == "Its picture data has not been written yet."


def test_an_open_length_before_the_index_means_that_the_writer_is_at_work() -> None:
    found = judged(FTYP + box(b"wide") + b"\0\0\0\0mdat" + FRAMES)
    assert found.whole is Whole.INCOMPLETE
    assert found.reason == "Its writer has not finished: its picture data is still open."


def test_an_open_length_behind_the_index_is_allowed_and_tells_nothing() -> None:
    assert judged(FTYP + MOOV + b"\0\0\0\0mdat" + FRAMES).whole is Whole.UNKNOWN


def test_bytes_behind_the_last_box_hold_nothing_for_ever() -> None:
    found = judged(FTYP + MOOV + MDAT + b"\x01\x02\x03")
    assert found.whole is Whole.UNKNOWN
    assert found.reason.startswith("3 bytes follow")


def test_so_do_zeros_behind_the_last_box() -> None:
    assert judged(FTYP + MOOV + MDAT + bytes(9000)).whole is Whole.UNKNOWN


def test_padding_that_ends_in_zeros_holds_nothing_for_ever() -> None:
    assert judged(FTYP + MDAT + MOOV + box(b"free", bytes(9000))).whole is Whole.UNKNOWN


def test_zeros_in_the_place_of_compressed_pictures_do_hold_it() -> None:
    track = described(b"avc1")
    found = judged(FTYP + track + box(b"mdat", FRAMES + bytes(9000)))
    assert found.whole is Whole.INCOMPLETE
    assert found.reason.startswith("Its last bytes are zeros")


def test_zeros_in_the_place_of_uncompressed_sound_may_be_silence() -> None:
    tracks = described(b"apcn", b"sowt")
    assert judged(FTYP + tracks + box(b"mdat", FRAMES + bytes(9000))).whole is Whole.UNKNOWN


def described(*codecs: bytes) -> bytes:
    """An index with a track of each codec."""
    tracks = b""
    for codec in codecs:
        track = box(b"stsd", bytes(4) + (1).to_bytes(4) + box(codec, b"x" * 20))
        for around in (b"stbl", b"minf", b"mdia", b"trak"):
            track = box(around, track)
        tracks += track
    return box(b"moov", box(b"mvhd", b"x" * 100) + tracks)


def test_fragments_are_complete_when_their_index_is_at_the_end() -> None:
    index = box(b"mfra", b"x" * 40 + box(b"mfro", bytes(4) + (8 + 40 + 16).to_bytes(4)))
    assert judged(FTYP + MOOV + FRAGMENT * 3 + index).whole is Whole.COMPLETE


@pytest.mark.parametrize("length", [0, 3, 64, 0xFFFFFFFF])
def test_an_index_that_points_anywhere_else_does_not_count(length: int) -> None:
    index = box(b"free", b"x" * 48 + box(b"mfro", bytes(4) + length.to_bytes(4)))
    assert judged(FTYP + MOOV + FRAGMENT + index).whole is Whole.UNKNOWN


def test_fragments_without_one_could_go_on() -> None:
    assert judged(FTYP + MOOV + FRAGMENT * 3).whole is Whole.UNKNOWN


@pytest.mark.parametrize("missing", [1, 5000, len(MDAT) - 1])
def test_a_fragment_cut_in_the_middle_is_incomplete(missing: int) -> None:
    found = judged((FTYP + MOOV + FRAGMENT * 3)[:-missing])
    assert found.whole is Whole.INCOMPLETE


def test_thousands_of_fragments_are_not_all_looked_at() -> None:
    found = judged(FTYP + MOOV + (box(b"moof") + box(b"mdat", b"f")) * MOST_READS)
    assert found.whole is Whole.UNKNOWN
    assert found.reason == "It has too many parts to be looked through."


def test_more_than_four_gigabytes_of_pictures_before_the_index(tmp_path: Path) -> None:
    movie = tmp_path / "long.mov"
    with movie.open("wb") as file:
        file.write(FTYP + long_box(b"mdat", 5 * GB))
        file.seek(len(FTYP) + 5 * GB)
        file.write(MOOV)
    assert looked_into(movie).whole is Whole.COMPLETE


def test_and_only_a_part_of_them(tmp_path: Path) -> None:
    movie = tmp_path / "long.mov"
    with movie.open("wb") as file:
        file.write(FTYP + long_box(b"mdat", 5 * GB))
        file.seek(4 * GB)
        file.write(FRAMES)
    found = looked_into(movie)
    assert found.whole is Whole.INCOMPLETE
    assert found.reason == (
        "It ends in the middle of its picture data (4.2 of at least 5.4 GB written)."
    )


def test_almost_all_is_never_shown_as_all() -> None:
    assert "(12.0 of" not in judged(tiny_mov(FRAMES)[:-1]).reason


def test_a_part_of_any_other_kind_is_named() -> None:
    assert "its part 'uuid'" in judged(FTYP + MDAT + MOOV + box(b"uuid", b"x" * 50)[:-1]).reason


def test_zeros_behind_a_fragment_are_those_that_have_not_arrived() -> None:
    assert judged(FTYP + MOOV + FRAGMENT + bytes(9000)).whole is Whole.INCOMPLETE


def test_zeros_behind_more_parts_than_are_looked_through_hold_it() -> None:
    many = (box(b"moof") + box(b"mdat", b"f")) * MOST_READS
    assert judged(FTYP + MOOV + many + bytes(9000)).whole is Whole.INCOMPLETE
