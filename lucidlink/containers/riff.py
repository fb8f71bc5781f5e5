"""AVI and WAVE: chunks that fill the file; an AVI of more than a gigabyte is a row of several RIFF
chunks (OpenDML AVI File Format Extensions 1.02). A writer fills in their length when it is done."""

from collections.abc import Iterator
from typing import NamedTuple

from lucidlink.containers.excerpts import Excerpts
from lucidlink.containers.judgement import COMPLETE, Judgement, cut, incomplete, trailing, unknown
from lucidlink.words import gettext as _

NOT_FILLED_IN = frozenset({0, 0xFFFFFFFF})
PADDING = b"JUNK"


class Chunk(NamedTuple):
    """`form`: of a RIFF or LIST chunk, what it holds."""

    kind: bytes
    form: bytes
    body: int
    length: int

    @property
    def end(self) -> int:
        return self.body + self.length


def recognises(head: bytes) -> bool:
    return head[:4] == b"RIFF"


def chunks(file: Excerpts, start: int, end: int) -> Iterator[Chunk]:
    while start + 8 <= end:
        header = file.read(start, 12)
        length = int.from_bytes(header[4:8], "little")
        yield Chunk(header[:4], header[8:], start + 8, length)
        start += 8 + length + length % 2


def judge(file: Excerpts) -> Judgement:
    end = 0
    for chunk in chunks(file, 0, file.size):
        if chunk.kind != b"RIFF":
            break
        if chunk.length in NOT_FILLED_IN:
            return _left_open(chunk)
        if chunk.end > file.size:
            return cut(_("its data"), file.size, chunk.end)
        end = chunk.end + chunk.length % 2
    return trailing(file.size - end) if end < file.size else COMPLETE


def _left_open(chunk: Chunk) -> Judgement:
    """Sound that came through a pipe stays so for ever, and all players take it."""
    if chunk.form == b"WAVE":
        return unknown(_("The length of its sound is not written into it."))
    return incomplete(_("Its writer has not finished: its length is not written into it yet."))


def may_end_in_zeros(file: Excerpts) -> bool:
    last = [riff for riff in chunks(file, 0, file.size) if riff.kind == b"RIFF"][-1]
    inner = list(chunks(file, last.body + 4, min(last.end, file.size)))
    return last.form == b"WAVE" or (bool(inner) and inner[-1].kind == PADDING)
