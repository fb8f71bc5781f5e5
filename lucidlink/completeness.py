"""A look into a file on the mount: is all of it there? Costs some hundred bytes of reading."""

import logging
import os
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

from lucidlink.containers.excerpts import from_descriptor
from lucidlink.containers.judgement import Judgement, Whole, unknown
from lucidlink.containers.judging import judge
from lucidlink.errors import in_words
from lucidlink.threads import Start, in_thread, within
from lucidlink.words import gettext as _

log = logging.getLogger(__name__)

LookInto: TypeAlias = Callable[[Path, int], Judgement]

LIMIT = 10.0  # seconds


def look_into(path: Path, size: int) -> Judgement:
    """`size`: as it was last seen. Hangs as long as the mount does: see `completeness`."""
    try:
        with path.open("rb", buffering=0) as file:
            if os.fstat(file.fileno()).st_size != size:
                return _unreadable(_("Its size changed while it was looked into."))
            return judge(from_descriptor(file.fileno(), size))
    except OSError as error:
        return _unreadable(_("It cannot be read yet: %(why)s.") % {"why": in_words(error)})
    except Exception:
        log.exception("%s has a content that was not thought of", path)
        return unknown(_("PostFlow could not make sense of its content."))


def unless_uploading(why_not_whole: Callable[[Path], str], look: LookInto = look_into) -> LookInto:
    """`look`, but into nothing that another machine is still uploading: what such a read gives,
    zeros, an error or nothing for minutes, is documented nowhere."""

    def asked_first(path: Path, size: int) -> Judgement:
        if why := why_not_whole(path):
            return Judgement(Whole.UPLOADING, why)
        return look(path, size)

    return asked_first


def completeness(
    path: Path,
    size: int,
    *,
    limit_seconds: float = LIMIT,
    start: Start = in_thread,
    look: LookInto = look_into,
) -> Judgement:
    """`look_into`, waited for no longer than `limit_seconds`. For a single question: who asks again
    and again leaves it to `lucidlink.inspector`, which does not pile up threads that hang."""
    try:
        return within(limit_seconds, lambda: look(path, size), start)
    except TimeoutError:
        return no_answer(limit_seconds)


def no_answer(seconds: float) -> Judgement:
    return _unreadable(
        _("The mount has not given its content for %(seconds)g s.") % {"seconds": seconds}
    )


def _unreadable(reason: str) -> Judgement:
    return Judgement(Whole.UNREADABLE, reason)
