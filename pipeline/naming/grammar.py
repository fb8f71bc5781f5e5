"""What makes a template one for names: whose case is free, and where a token may stand."""

import regex
from django.utils.translation import gettext as _

from pipeline.naming.errors import TemplateError
from pipeline.naming.language import read
from pipeline.naming.parts import (
    EXTENSION,
    VERSION_PREFIX,
    Literal,
    Optional,
    Part,
    Parts,
    Token,
    literals_of,
    tokens_of,
)
from pipeline.naming.text import printable

_EXTENSION = regex.compile(r"(.*\.)([A-Za-z0-9]+)")


def name_parts(text: str) -> Parts:
    """Raises `TemplateError`."""
    parts = read(text, "template")
    _check(parts, text)
    return _with_free_case(parts)


def _with_free_case(parts: Parts) -> Parts:
    """Marks the v of the version, and an extension written out at the end."""
    parts = _with_free_prefix(parts, set())
    match parts:
        case (*before, Literal(text, "")) if found := _EXTENSION.fullmatch(text):
            return (*before, Literal(found[1]), Literal(found[2], EXTENSION))
    return parts


def _with_free_prefix(parts: Parts, done: set[str]) -> Parts:
    marked: list[Part] = []
    for part in parts:
        match part, marked:
            case Token("version"), [*_, Literal(text, "")] if text[-1] in "vV" and not done:
                marked[-1:] = [Literal(text[:-1])] if text[:-1] else []
                marked += [Literal(text[-1], VERSION_PREFIX), part]
                done.add(VERSION_PREFIX)
            case Optional(inner), _:
                marked.append(Optional(_with_free_prefix(inner, done)))
            case _:
                marked.append(part)
    return tuple(marked)


def _check(parts: Parts, text: str) -> None:
    if not any(tokens_of(parts)):
        said = _(
            '"%(text)s" has no token, so it says nothing of a name. For example:'
            " {project}_{scene}_{shot}_{task}_v{version}.{ext}"
        )
        raise TemplateError(said % {"text": printable(text)})
    if any("/" in part.text or "\\" in part.text for part in literals_of(parts)):
        said = _(
            '"%(text)s" holds a "/" or "\\": it describes the file\'s own name. Folders have their'
            " own template."
        )
        raise TemplateError(said % {"text": printable(text)})
    _check_repeated(parts)


def _check_repeated(parts: Parts) -> None:
    """A second place copies the first, so the first has to be there whenever the second is."""
    first: dict[str, Token] = {}
    fleeting: set[str] = set()
    for part in parts:
        before = set(first)
        names = [token.name for token in tokens_of((part,))]
        for token in tokens_of((part,)):
            if token.name in fleeting:
                said = _(
                    "{%(token)s} stands in an optional part <…> and then again. Its first place has"
                    " to be outside of <…>."
                )
                raise TemplateError(said % {"token": token.name})
            if token.spec not in ("", first.setdefault(token.name, token).spec):
                said = _("{%(token)s} has two different kinds. Say it at its first place only.")
                raise TemplateError(said % {"token": token.name})
        if isinstance(part, Optional):
            if before.issuperset(names):
                said = _(
                    "An optional part <…> needs a token that stands nowhere before it; {%(token)s}"
                    " does."
                )
                raise TemplateError(said % {"token": names[0]})
            fleeting |= set(names) - before
