r"""The language of templates.

    {project}_{scene:5d}_{task:anim|comp}_v{version}<_{suffix}>.{ext}

Text stands for itself. `{token}` takes a part of the name, `{token:kind}` a part of that kind:

    {shot}          letters, digits and hyphens; {version} and {frame} digits; {ext} no dot
    {shot:d}        digits; `a` letters, `A` capitals, `w` letters or digits, `W` capitals or digits
    {shot:5d}       exactly five of them
    {shot:3-5d}     three to five of them
    {task:anim|comp}  one of these
    {name:*}        anything, `_` and `.` too, but as little as lets the rest fit
    {shot:/sh\d+/}  a regular expression

A token holds no `_` and no `.` unless its kind says so. `<...>` may be left out as a whole. A token
written twice takes the same text twice. `{{` and `}}` are braces. Upper and lower case differ,
save for the v before {version} and an extension written out at the end.
"""

import unicodedata
from collections.abc import Callable
from typing import TypeAlias

import regex
from django.utils.translation import gettext as _

from pipeline.naming.errors import TemplateError
from pipeline.naming.kinds import HELP, Kind, kind_of
from pipeline.naming.matching import check_template
from pipeline.naming.parts import Literal, Optional, Part, Parts, Token, is_token_name
from pipeline.naming.text import printable

Kinds: TypeAlias = Callable[[str, str], Kind]
Piece: TypeAlias = regex.Match[str]

_PIECES = regex.compile(
    r"(?P<brace>\{\{|\}\})"
    r"|\{(?P<token>[^{}:]*)(?::(?P<spec>/.*?/(?=\})|[^{}]*))?\}"
    r"|(?P<mark>[<>{}])"
    r"|(?P<text>[^{}<>]+)"
)


def read(template: str, where: str, kinds: Kinds = kind_of) -> Parts:
    """The parts of a template. Raises `TemplateError`."""
    check_template(template, where)
    template = unicodedata.normalize("NFC", template)
    return _Reader(template, where, kinds).parts()


class _Reader:
    def __init__(self, template: str, where: str, kinds: Kinds) -> None:
        self.template = template
        self.where = where
        self.kinds = kinds
        self.pieces = _PIECES.finditer(template)

    def parts(self, opened: Piece | None = None) -> Parts:
        parts: list[Part] = []
        for piece in self.pieces:
            if piece["mark"] == ">" and opened:
                return self.closed(parts, opened)
            part = self.part(piece, opened)
            match parts, part:
                case [*_, Literal(before)], Literal(text):
                    parts[-1] = Literal(before + text)
                case _:
                    parts.append(part)
        if opened:
            raise self.error(_('There is a "<" without its ">"'), opened)
        return tuple(parts)

    def part(self, piece: Piece, opened: Piece | None) -> Part:
        match piece["mark"]:
            case None:
                return self.token(piece) if piece["token"] is not None else self.literal(piece)
            case "<" if opened:
                raise self.error(_("Optional parts <…> do not nest: a second one opens"), piece)
            case "<":
                return Optional(self.parts(piece))
            case ">":
                raise self.error(_('There is a ">" without its "<"'), piece)
            case mark:
                advice = _("A token is {shot}; a brace as such is written twice.")
                fault = _('There is a lone "%(mark)s"') % {"mark": mark}
                raise self.error(fault, piece, f"{advice} {HELP}")

    def closed(self, parts: list[Part], opened: Piece) -> Parts:
        if not any(isinstance(part, Token) for part in parts):
            raise self.error(_("There is no token in the optional part <…>"), opened)
        return tuple(parts)

    def literal(self, piece: Piece) -> Literal:
        return Literal(piece["brace"][0] if piece["brace"] else piece["text"])

    def token(self, piece: Piece) -> Token:
        name, spec = piece["token"].strip(), (piece["spec"] or "").strip()
        if not is_token_name(name):
            advice = _("Names are small letters, digits and _, as in {shot} or {reel_2}.")
            fault = _('"%(name)s" cannot be the name of a token') % {"name": printable(name)}
            raise self.error(fault, piece, f"{advice} {HELP}")
        return Token(name, spec, self.kinds(name, spec))

    def error(self, fault: str, piece: Piece, advice: str = "") -> TemplateError:
        said = _('%(fault)s at character %(number)d of "%(template)s".') % {
            "fault": fault,
            "number": piece.start() + 1,
            "template": printable(self.template),
        }
        return TemplateError(" ".join(filter(None, [said, advice])), self.where)
