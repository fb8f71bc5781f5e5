"""Matroska and WebM: elements with an id and a length (RFC 8794; RFC 9559, section 4.5).

All of the film is one element, the Segment. A writer leaves its length unknown until it is done;
one that writes into a pipe leaves it so for ever.
"""

from collections.abc import Iterator
from typing import NamedTuple

from lucidlink.containers.excerpts import Excerpts
from lucidlink.containers.judgement import COMPLETE, Judgement, cut, incomplete, trailing, unknown
from lucidlink.words import gettext as _

EBML = b"\x1a\x45\xdf\xa3"
SEGMENT = b"\x18\x53\x80\x67"
VOID = b"\xec"
HEADER = 12  # four bytes of id and eight of length


class Element(NamedTuple):
    """`end` is None when its length is unknown."""

    kind: bytes
    body: int
    end: int | None


def recognises(head: bytes) -> bool:
    return head[:4] == EBML


def elements(file: Excerpts, start: int, end: int) -> Iterator[Element]:
    """Until `end`, an element of unknown length, or something that is no element."""
    while start < end:
        element = _element(file.read(start, HEADER), start)
        if element is None:
            return
        yield element
        if element.end is None:
            return
        start = element.end


def _element(header: bytes, start: int) -> Element | None:
    kind = _width(header)
    size = _width(header[kind:])
    if not 1 <= kind <= 4 or not size or len(header) < kind + size:
        return None
    body = start + kind + size
    mark = 1 << (7 * size)
    length = int.from_bytes(header[kind : kind + size]) - mark
    return Element(header[:kind], body, None if length == mark - 1 else body + length)


def _width(octets: bytes) -> int:
    """How many bytes a number takes: the place of the first bit set. 0: it is none."""
    return 9 - octets[0].bit_length() if octets and octets[0] else 0


def judge(file: Excerpts) -> Judgement:
    has_segment = False
    end = 0
    for element in elements(file, 0, file.size):
        if element.end is None:
            return unknown(_("Its length is not written into it, as in a recording under way."))
        if element.end > file.size:
            return cut(_("its data"), file.size, element.end)
        has_segment |= element.kind == SEGMENT
        end = element.end
    if not has_segment:
        return incomplete(_("Nothing but its first header has been written yet."))
    return trailing(file.size - end) if end < file.size else COMPLETE


def may_end_in_zeros(file: Excerpts) -> bool:
    last = list(elements(file, 0, file.size))[-1]
    if last.kind == SEGMENT:
        inner = list(elements(file, last.body, last.end or file.size))
        last = inner[-1] if inner else last
    return last.kind == VOID
