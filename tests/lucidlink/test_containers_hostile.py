"""Whatever the bytes: no error, no endless walk, no more reading than the bound."""

from hypothesis import example, given, settings
from hypothesis import strategies as st

from lucidlink.containers import isobmff, matroska, mxf, riff
from lucidlink.containers.excerpts import MOST_READS, Excerpts
from lucidlink.containers.judgement import Judgement, Whole
from lucidlink.containers.judging import judge
from tests.lucidlink.looking import judged

MAGIC = st.sampled_from(
    [
        b"\0\0\0\x08ftyp",
        b"\0\0\0\x01mdat",
        b"\0\0\0\0moov",
        b"\0\0\0\x08moov\0\0\0\x08mdat",
        b"RIFF\x04\0\0\0AVI ",
        b"RIFF\0\0\0\0",
        b"RIFF\xff\xff\xff\xffWAVE",
        matroska.EBML + b"\x80" + matroska.SEGMENT,
        matroska.EBML + b"\x01\xff\xff\xff\xff\xff\xff\xff",
        mxf.PARTITION + b"\x02\x01\0\x20",
        mxf.PARTITION + b"\x02\x04\0\x88",
        mxf.PARTITION + b"\x04\x04\0\x10",
        b"\0\0\0\x10mfro",
        mxf.INDEX_PACK,
        b"",
    ]
)
NUMBER = st.sampled_from([0, 1, 7, 8, 16, 0x7FFFFFFF, 0xFFFFFFFF, 1 << 63, (1 << 64) - 1])
PIECE = st.one_of(
    MAGIC, st.binary(max_size=40), NUMBER.map(lambda number: number.to_bytes(8)), st.just(bytes(99))
)
FILE = st.tuples(MAGIC, st.lists(PIECE, max_size=12)).map(
    lambda parts: parts[0] + b"".join(parts[1])
)
SIZE = st.one_of(st.integers(0, 1 << 63), st.integers(0, 3000))


# The first reason reads the catalogue, and one processor serves many tests: no deadline.
AT_LEISURE = settings(deadline=None)


class Told:
    """A file that may say it is longer than what is there; the rest of it repeats."""

    def __init__(self, content: bytes, size: int) -> None:
        self.content, self.size = content or b"?", size
        self.reads = self.bytes = 0

    def read(self, start: int, length: int) -> bytes:
        assert 0 <= start <= start + length <= self.size
        self.reads += 1
        self.bytes += length
        turn = start % len(self.content)
        return (self.content * (length // len(self.content) + 2))[turn : turn + length]


@AT_LEISURE
@given(FILE)
@example(b"\0\0\0\x08ftyp\0\0\0\x07moov")
def test_any_bytes_get_a_judgement(content: bytes) -> None:
    assert isinstance(judged(content), Judgement)


@AT_LEISURE
@given(FILE, SIZE)
@example(b"\0\0\0\x08moov", 1 << 40)
@example(b"RIFF\0\0\0\0JUNK\0\0\0\0", 1 << 40)
def test_reading_has_a_bound_however_long_the_file_says_it_is(content: bytes, size: int) -> None:
    told = Told(content, size)
    judge(Excerpts(told.read, size))
    assert told.reads <= 2 * MOST_READS
    assert told.bytes <= 1 << 20


@AT_LEISURE
@given(FILE)
def test_every_walker_stands_the_bytes_of_all_others(content: bytes) -> None:
    told = Told(content, len(content))
    found = [
        kind.judge(Excerpts(told.read, len(content))) for kind in (isobmff, riff, matroska, mxf)
    ]
    assert all(isinstance(one, Judgement) for one in found)


def test_bytes_of_no_known_kind_tell_nothing() -> None:
    assert judged(b"SDPX" + b"pixels" * 2000).whole is Whole.UNKNOWN


def test_zeros_at_their_end_hold_nothing_for_ever() -> None:
    assert judged(b"SDPX" + b"pixels" + bytes(9000)).whole is Whole.UNKNOWN


def test_zeros_at_their_beginning_mean_that_nothing_has_arrived() -> None:
    assert judged(bytes(9000) + b"pixels").whole is Whole.INCOMPLETE


def test_a_file_without_a_byte_is_not_complete() -> None:
    assert judged(b"").whole is Whole.INCOMPLETE
