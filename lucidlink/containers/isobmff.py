"""QuickTime and MP4: boxes that lie behind one another and fill the file (ISO/IEC 14496-12, 4.2).

A writer leaves the length of its picture data open, or the index (moov) unwritten, until it is
done.
"""

from collections.abc import Iterator
from typing import NamedTuple

from lucidlink.containers.excerpts import Excerpts
from lucidlink.containers.judgement import COMPLETE, Judgement, cut, incomplete, trailing, unknown
from lucidlink.words import gettext as _
from lucidlink.words import gettext_noop

HEADER = 16  # with a length of 64 bits
FIRST = frozenset(
    {b"ftyp", b"styp", b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot", b"uuid", b"moof"}
)
PADDING = frozenset({b"free", b"skip", b"wide"})
PARTS = {b"mdat": gettext_noop("its picture data"), b"moov": gettext_noop("its index (moov)")}

# Sound and pictures that are all zeros when they are silent or black.
# https://developer.apple.com/documentation/quicktime-file-format/sound_sample_descriptions
SOUND = (b"raw ", b"twos", b"sowt", b"lpcm", b"ipcm", b"fpcm", b"NONE")
MORE_SOUND = (b"in24", b"in32", b"fl32", b"fl64")
PICTURES = (b"b48r", b"b64a", b"r210")
UNCOMPRESSED = frozenset({*SOUND, *MORE_SOUND, *PICTURES})


class Box(NamedTuple):
    """`end` may lie beyond the file's; where the length was left open it is the file's own."""

    kind: bytes
    body: int
    end: int
    open_ended: bool = False


def recognises(head: bytes) -> bool:
    return head[4:8] in FIRST


def boxes(file: Excerpts, start: int, end: int) -> Iterator[Box]:
    """Until `end`, or until something that is no box."""
    while start + 8 <= end:
        box = _box(file, start, end)
        if box is None:
            return
        yield box
        start = box.end


def _box(file: Excerpts, start: int, end: int) -> Box | None:
    header = file.read(start, HEADER)
    length, kind, body = int.from_bytes(header[:4]), header[4:8], start + 8
    if len(kind) < 4 or not all(0x20 <= byte < 0x7F or byte == 0xA9 for byte in kind):
        return None
    if length == 0:
        return Box(kind, body, end, open_ended=True)
    if length == 1:
        length, body = int.from_bytes(header[8:]), start + HEADER
    return Box(kind, body, start + length) if start + length >= body else None


def judge(file: Excerpts) -> Judgement:
    seen: set[bytes] = set()
    end = 0
    for box in boxes(file, 0, file.size):
        if box.open_ended:
            return _left_open(box, seen)
        if box.end > file.size:
            return cut(_in_words(box.kind), file.size, box.end)
        if box.kind == b"moof" and _ends_in_index(file):
            return COMPLETE
        seen.add(box.kind)
        end = box.end
    return _ended(seen, file.size - end)


def _left_open(box: Box, seen: set[bytes]) -> Judgement:
    if b"moov" in seen:
        return unknown(_("The length of its picture data is not written into it."))
    return incomplete(
        _("Its writer has not finished: %(part)s is still open.") % {"part": _in_words(box.kind)}
    )


def _ended(seen: set[bytes], rest: int) -> Judgement:
    """All boxes lie within the file; `rest`: bytes behind the last one."""
    if b"moov" not in seen:
        return incomplete(_("Its index (moov) has not been written yet."))
    if b"moof" in seen:
        return _fragments_ended(rest)
    if b"mdat" not in seen:
        return incomplete(_("Its picture data has not been written yet."))
    return trailing(rest) if rest else COMPLETE


def _fragments_ended(rest: int) -> Judgement:
    if 0 < rest < HEADER:
        return incomplete(_("It ends in the middle of one of its fragments."))
    return unknown(
        _("It is fragmented, with no index at its end that shows which one is the last.")
    )


def _ends_in_index(file: Excerpts) -> bool:
    """The last 16 bytes give the length of the index of all fragments (mfro, 8.8.11): no need to
    step over thousands of them."""
    last = file.read(file.size - 16, 16)
    length = int.from_bytes(last[12:])
    return last[4:8] == b"mfro" and file.read(file.size - length, 8)[4:] == b"mfra"


def may_end_in_zeros(file: Excerpts) -> bool:
    """Padding at the end, or sound and pictures that are zeros when there is nothing in them."""
    top = list(boxes(file, 0, file.size))
    kinds = {box.kind for box in top}
    if top[-1].kind in PADDING or (b"moof" not in kinds and top[-1].end < file.size):
        return True
    return any(kind in UNCOMPRESSED for kind in _samples(file, top))


def _samples(file: Excerpts, level: list[Box]) -> list[bytes]:
    """The codec of each track, in the first entry of its sample description (8.5.2)."""
    for kind in (b"moov", b"trak", b"mdia", b"minf", b"stbl", b"stsd"):
        inside = level if kind == b"moov" else _children(file, level)
        level = [box for box in inside if box.kind == kind]
    return [file.read(box.body + 8, 8)[4:] for box in level]


def _children(file: Excerpts, parents: list[Box]) -> list[Box]:
    return [box for parent in parents for box in boxes(file, parent.body, parent.end)]


def _in_words(kind: bytes) -> str:
    if kind in PARTS:
        return _(PARTS[kind])
    return _("its part '%(kind)s'") % {"kind": kind.decode("latin-1")}
