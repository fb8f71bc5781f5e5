"""Is all of the file there? Asked of the walker that knows its kind, and of its first and last
bytes: a copy may have its full length at once and its content later, until then zeros."""

from collections.abc import Callable
from typing import NamedTuple

from lucidlink.containers import isobmff, matroska, mxf, riff
from lucidlink.containers.excerpts import Excerpts, TooMuch
from lucidlink.containers.judgement import Judgement, Whole, incomplete, unknown

EDGE = 4096  # bytes at either end
MAGIC = 16  # bytes that show the kind

NO_BEGINNING = "Its first bytes are zeros: its content has not arrived yet."
NO_END = "Its last bytes are zeros: the end of its content has not arrived yet."
MAY_BE_ZEROS = "Its last bytes are zeros, which may be meant so or not have arrived yet."
NO_WALKER = "It is of a kind that does not tell how long it is."
TOO_LONG = "It has too many parts to be looked through."


class Walker(NamedTuple):
    """`may_end_in_zeros` is asked only about files that `judge` has nothing against."""

    recognises: Callable[[bytes], bool]
    judge: Callable[[Excerpts], Judgement]
    may_end_in_zeros: Callable[[Excerpts], bool]


def _of_no_kind(_file: Excerpts) -> Judgement:
    return unknown(NO_WALKER)


ANY_OTHER = Walker(lambda _head: True, _of_no_kind, lambda _file: True)
WALKERS = (
    *(
        Walker(kind.recognises, kind.judge, kind.may_end_in_zeros)
        for kind in (isobmff, riff, matroska, mxf)
    ),
    ANY_OTHER,
)


def judge(file: Excerpts) -> Judgement:
    """Raises OSError when it cannot be read."""
    head = file.read(0, MAGIC)
    if not any(head) and not any(file.read(0, EDGE)):
        return incomplete(NO_BEGINNING)
    walker = next(walker for walker in WALKERS if walker.recognises(head))
    try:
        found = walker.judge(file)
    except TooMuch:
        found = unknown(TOO_LONG)
    again = file.afresh()
    if found.whole is Whole.INCOMPLETE or any(again.tail(EDGE)):
        return found
    return unknown(MAY_BE_ZEROS) if _may_end_in_zeros(walker, again) else incomplete(NO_END)


def _may_end_in_zeros(walker: Walker, file: Excerpts) -> bool:
    try:
        return walker.may_end_in_zeros(file)
    except TooMuch:
        return False
