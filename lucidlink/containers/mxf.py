"""MXF: partitions, the last of which is the footer; behind it a list of them all, the random index
pack (SMPTE ST 377-1, sections 7 and 12). Both are written when all else is."""

from collections.abc import Iterator
from typing import NamedTuple

from lucidlink.containers.excerpts import Excerpts
from lucidlink.containers.judgement import COMPLETE, Judgement, cut, incomplete, trailing, unknown
from lucidlink.words import gettext as _

PARTITION = bytes.fromhex("060e2b34020501010d01020101")
HEADER_PARTITION, FOOTER_PARTITION = 2, 4
INDEX_PACK = bytes.fromhex("060e2b34020501010d01020101110100")
FILL = bytes.fromhex("060e2b34010101")  # the next byte is the version of the registry
FILL_END = bytes.fromhex("03010210010000")
SETS = (bytes.fromhex("060e2b34025301010d0101"), bytes.fromhex("060e2b34025301010d0102"))
"""Local sets of metadata and of index tables, which a long footer is made of."""

TAIL = 1 << 16


class Partition(NamedTuple):
    """`footer`: where the footer is, 0 while the writer does not know. `closed`: its metadata will
    not be written anew."""

    kind: int
    closed: bool
    footer: int


class Klv(NamedTuple):
    key: bytes
    body: int
    end: int


def recognises(head: bytes) -> bool:
    return head.startswith(PARTITION) and head[13:14] == bytes([HEADER_PARTITION])


def klvs(file: Excerpts, start: int, end: int) -> Iterator[Klv]:
    """Until `end`, or until something that is none."""
    while start < end:
        klv = _klv(file.read(start, 25), start)
        if klv is None:
            return
        yield klv
        start = klv.end


def _klv(header: bytes, start: int) -> Klv | None:
    """Its length: one byte, or the number of bytes that hold it (BER)."""
    if header[:4] != PARTITION[:4] or len(header) < 17:
        return None
    more = header[16] - 0x80
    if more < 0:
        return Klv(header[:16], start + 17, start + 17 + header[16])
    if not 1 <= more <= 8 or len(header) < 17 + more:
        return None
    body = start + 17 + more
    return Klv(header[:16], body, body + int.from_bytes(header[17 : 17 + more]))


def _partition(file: Excerpts, start: int) -> Partition | None:
    klv = next(klvs(file, start, file.size), None)
    if klv is None or not klv.key.startswith(PARTITION):
        return None
    footer = int.from_bytes(file.read(klv.body + 24, 8))
    return Partition(klv.key[13], closed=klv.key[14] in {2, 4}, footer=footer)


def judge(file: Excerpts) -> Judgement:
    if _ends_in_index_pack(file):
        return COMPLETE
    header = _partition(file, 0)
    if header is None:
        return incomplete(_("Its header has not been written yet."))
    if header.footer >= file.size:
        return cut(_("its picture data"), file.size, header.footer)
    return _without_index_pack(file, header)


def _without_index_pack(file: Excerpts, header: Partition) -> Judgement:
    """It need not have one, nor tell in its header where the footer is."""
    if header.footer:
        return _footer(file, header.footer)
    tail = file.tail(TAIL)
    found = tail.rfind(PARTITION + bytes([FOOTER_PARTITION]))
    if found >= 0:
        return _footer(file, file.size - len(tail) + found)
    if header.closed or any(key in tail for key in SETS):
        return unknown(_("It has no footer that would show its end."))
    return incomplete(_("Its writer has not finished: its header is open and it has no footer."))


def _ends_in_index_pack(file: Excerpts) -> bool:
    """Its last four bytes are its whole length."""
    length = int.from_bytes(file.read(file.size - 4, 4))
    return 0 < length <= file.size and file.read(file.size - length, 16) == INDEX_PACK


def _footer(file: Excerpts, start: int) -> Judgement:
    """The footer begins at `start`; does what follows fill the file?"""
    partition = _partition(file, start)
    if partition is None or partition.kind != FOOTER_PARTITION:
        return incomplete(_("Its footer has not been written yet."))
    end = start
    for klv in klvs(file, start, file.size):
        if klv.end > file.size:
            return cut(_("its footer"), file.size, klv.end)
        end = klv.end
    return trailing(file.size - end) if end < file.size else COMPLETE


def may_end_in_zeros(file: Excerpts) -> bool:
    header = _partition(file, 0)
    found = list(klvs(file, header.footer, file.size)) if header and header.footer else []
    return bool(found) and _is_fill(found[-1].key)


def _is_fill(key: bytes) -> bool:
    return key.startswith(FILL) and key[8:15] == FILL_END
