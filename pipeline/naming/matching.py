"""Expressions that people wrote, compiled and run within bounds of time and memory."""

from math import prod

import regex
from django.utils.translation import gettext as _

from pipeline.naming.errors import TemplateError, TooSlow
from pipeline.naming.text import printable, unseemly

Pattern = regex.Pattern[str]
Match = regex.Match[str]

# Processor time, not the wall's: a busy machine makes no rule slow.
SECONDS = 0.2
LONGEST_TEMPLATE = 1000

# `regex` writes (...){100} out a hundred times over, so nested counts fill any memory.
_LARGEST = 100_000
_COUNTS = regex.compile(r"\{([^{}]*)\}")
_COUNTS_OF_GROUPS = regex.compile(r"\)\s*\{([^{}]*)\}")
_NUMBER = regex.compile("[0-9]+")


def compile_expression(text: str, written: str) -> Pattern:
    """`written` is what the producer wrote. Raises `TemplateError`."""
    if _size(text) > _LARGEST:
        said = _("%(rule)s repeats too much: the counts in {…} multiply one another.")
        raise TemplateError(said % {"rule": printable(written)})
    try:
        return regex.compile(text)
    except RecursionError:
        said = _("%(rule)s is nested too deep.")
        raise TemplateError(said % {"rule": printable(written)}) from None
    except (regex.error, ValueError, LookupError, TypeError, OverflowError) as error:
        # Over some broken texts, x{1d<} for one, the library's own parser stumbles.
        said = _("%(rule)s is not a regular expression: %(why)s.")
        raise TemplateError(said % {"rule": printable(written), "why": error}) from error


def check_template(text: str, where: str) -> None:
    if len(text) > LONGEST_TEMPLATE:
        said = _("The template has %(count)d characters, more than %(most)d.")
        raise TemplateError(said % {"count": len(text), "most": LONGEST_TEMPLATE}, where)
    if fault := unseemly(text):
        said = _("The template %(template)s holds %(fault)s.")
        raise TemplateError(said % {"template": printable(text), "fault": fault}, where)


def _size(text: str) -> int:
    atoms = len(text) + sum(_largest(counts) for counts in _COUNTS.findall(text))
    return atoms * prod(_largest(counts) for counts in _COUNTS_OF_GROUPS.findall(text))


def _largest(counts: str) -> int:
    return (
        max((min(int(number[:7]), _LARGEST) for number in _NUMBER.findall(counts)), default=1) or 1
    )


def fullmatch(pattern: Pattern, name: str, template: str, *, partial: bool = False) -> Match | None:
    try:
        return pattern.fullmatch(name, partial=partial, timeout=SECONDS)
    except (TimeoutError, MemoryError):
        raise _too_slow(name, template) from None


def match_start(pattern: Pattern, name: str, template: str) -> Match | None:
    try:
        return pattern.match(name, timeout=SECONDS)
    except (TimeoutError, MemoryError):
        raise _too_slow(name, template) from None


def search(pattern: Pattern, text: str, template: str) -> Match | None:
    try:
        return pattern.search(text, timeout=SECONDS)
    except (TimeoutError, MemoryError):
        raise _too_slow(text, template) from None


def _too_slow(name: str, template: str) -> TooSlow:
    said = _(
        "%(name)s: the rule takes too long on this name and was stopped. A producer has to simplify"
        " it: %(rule)s"
    )
    return TooSlow(said % {"name": printable(name), "rule": printable(template, 200)})
