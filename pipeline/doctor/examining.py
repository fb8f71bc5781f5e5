"""Looks at everything side by side, and at nothing for longer than it may take."""

import logging
import queue
import time
from collections.abc import Callable, Iterator, Mapping
from threading import Thread
from typing import TypeAlias

from django.db import DatabaseError, connections
from django.utils.translation import get_language, override
from django.utils.translation import gettext_lazy as _

from pipeline.doctor.finding import Finding, Look, fault
from postflow_site.said import said

log = logging.getLogger(__name__)

UNEXAMINED = "unexamined"
PATIENCE = 15.0  # seconds: more than any of them takes when what it looks at is slow


def examine(
    looks: Mapping[str, Look],
    *,
    patience: float = PATIENCE,
    clock: Callable[[], float] = time.monotonic,
) -> list[Finding]:
    """In the order of `looks`; one that has not answered after `patience` seconds is a fault."""
    give_up_at = clock() + patience
    answers = {name: _begun(name, look) for name, look in looks.items()}
    findings: list[Finding] = []
    blind: list[str] = []
    for name, answer in answers.items():
        try:
            found = answer.get(timeout=max(0.0, give_up_at - clock()))
        except queue.Empty:
            found = [_no_answer(name, patience)]
        if found is None:
            blind.append(name)
        else:
            findings += found
    return [*findings, *_unexamined(blind)]


Answer: TypeAlias = list[Finding] | None
"""None: without the database it cannot be told."""


def _begun(name: str, look: Look) -> "queue.SimpleQueue[Answer]":
    answer: queue.SimpleQueue[Answer] = queue.SimpleQueue()
    language = get_language()  # the person's; a thread of its own begins with the server's

    def work() -> None:
        try:
            with override(language):
                answer.put(_looked(name, look))
        finally:
            connections.close_all()  # this thread's own

    # A daemon thread: one that hangs in a dead mount must not keep the process from ending.
    Thread(target=work, name=f"doctor-{name}", daemon=True).start()
    return answer


def _looked(name: str, look: Look) -> Answer:
    try:
        return list(look())
    except DatabaseError as error:
        log.info("The check %s needs the database: %s", name, error)
        return None
    except Exception as error:
        log.exception("The check %s failed", name)
        text = said(_("It could not be examined (%(kind)s)."), kind=type(error).__name__)
        advice = _("The log has the details; if another fault is shown, mend that first.")
        return [fault(name, name, text, advice)]


def _no_answer(name: str, patience: float) -> Finding:
    text = said(_("No answer within %(seconds)d s."), seconds=patience)
    advice = _("Whatever it asks stands still: see whether it runs, and the network to it.")
    return fault(name, name, text, advice)


def _unexamined(blind: list[str]) -> Iterator[Finding]:
    if blind:
        text = _("Without the database, nothing can be said of: %(checks)s.")
        advice = _("Mend the database and its tables first.")
        title = _("Not examined")
        yield fault(UNEXAMINED, title, said(text, checks=", ".join(blind)), advice)
