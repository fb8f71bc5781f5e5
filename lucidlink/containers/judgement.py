"""What a look into a file says of it, and how it is worded."""

import math
from dataclasses import dataclass
from enum import Enum

from lucidlink.words import gettext as _
from lucidlink.words import gettext_noop


class Whole(Enum):
    COMPLETE = "complete"
    INCOMPLETE = "incomplete"
    UNKNOWN = "unknown"
    UNREADABLE = "unreadable"
    UPLOADING = "uploading"


@dataclass(frozen=True)
class Judgement:
    """`reason`: a sentence, the same for the same content; empty when it is complete.

    UNKNOWN: its kind does not tell; UNREADABLE: it could not be looked into, so not yet;
    UPLOADING: another machine is still sending it, so it was not looked into."""

    whole: Whole
    reason: str = ""


COMPLETE = Judgement(Whole.COMPLETE)
UNITS = ((10**9, gettext_noop("GB")), (10**6, gettext_noop("MB")), (10**3, gettext_noop("kB")))


def incomplete(reason: str) -> Judgement:
    return Judgement(Whole.INCOMPLETE, reason)


def unknown(reason: str) -> Judgement:
    return Judgement(Whole.UNKNOWN, reason)


def cut(part: str, written: int, expected: int) -> Judgement:
    """It ends at `written` bytes, in the middle of a part that goes on to `expected`."""
    unit, name = next(
        (pair for pair in UNITS if expected >= pair[0]),
        (1, gettext_noop("bytes")),
    )
    # Never rounded to each other: "100.0 of 100.0 MB" would explain nothing.
    have = math.floor(written * 10 / unit) / 10
    want = math.ceil(expected * 10 / unit) / 10
    return incomplete(
        _("It ends in the middle of %(part)s (%(have)g of at least %(want)g %(unit)s written).")
        % {"part": part, "have": have, "want": want, "unit": _(name)}
    )


def trailing(count: int) -> Judgement:
    return unknown(
        _("%(count)d bytes follow its last part, and what they are cannot be told.")
        % {"count": count}
    )
