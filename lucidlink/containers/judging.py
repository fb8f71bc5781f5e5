"""Is all of the file there? Asked of the walker that knows its kind, and of its first and last
bytes: a copy may have its full length at once and its content later, until then zeros."""

from collections.abc import Callable
from typing import NamedTuple

from lucidlink.containers import isobmff, matroska, mxf, riff
from lucidlink.containers.excerpts import Excerpts, TooMuch
from lucidlink.containers.judgement import Judgement, Whole, incomplete, unknown
from lucidlink.words import gettext as _

EDGE = 4096  # bytes at either end
MAGIC = 16  # bytes that show the kind


class Walker(NamedTuple):
    """`may_end_in_zeros` is asked only about files that `judge` has nothing against."""

    recognises: Callable[[bytes], bool]
    judge: Callable[[Excerpts], Judgement]
    may_end_in_zeros: Callable[[Excerpts], bool]


def _of_no_kind(_file: Excerpts) -> Judgement:
    return unknown(_("It is of a kind that does not tell how long it is."))


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
        return incomplete(_("Its first bytes are zeros: its content has not arrived yet."))
    walker = next(walker for walker in WALKERS if walker.recognises(head))
    try:
        found = walker.judge(file)
    except TooMuch:
        found = unknown(_("It has too many parts to be looked through."))
    again = file.afresh()
    if found.whole is Whole.INCOMPLETE or any(again.tail(EDGE)):
        return found
    if _may_end_in_zeros(walker, again):
        return unknown(
            _("Its last bytes are zeros, which may be meant so or not have arrived yet.")
        )
    return incomplete(_("Its last bytes are zeros: the end of its content has not arrived yet."))


def _may_end_in_zeros(walker: Walker, file: Excerpts) -> bool:
    try:
        return walker.may_end_in_zeros(file)
    except TooMuch:
        return False
