"""What a name that a template does not take was probably meant to say."""

from dataclasses import dataclass, replace
from difflib import get_close_matches

import regex

from pipeline.naming.errors import NamingError
from pipeline.naming.kinds import kind_of
from pipeline.naming.matching import fullmatch
from pipeline.naming.mismatch import stop_of
from pipeline.naming.parts import Literal, Optional, Parts, Token, expression, tokens_of

ALIKE = 0.5  # as difflib counts it: "amin" and "anim" are 0.75 alike


@dataclass(frozen=True)
class Slip:
    """A token's text that its kind does not take, and the choice that is like it ("" for none)."""

    token: str
    text: str
    meant: str = ""


@dataclass(frozen=True)
class Near:
    """`whole`: with what the slips mean instead, the name would fit from end to end. `fields` has
    what could be read, the slips already mended."""

    fields: dict[str, str]
    slips: tuple[Slip, ...] = ()
    whole: bool = False

    @property
    def sure(self) -> int:
        """How many tokens were read without a doubt, or with one choice that is like the text."""
        return len(self.fields) - sum(not slip.meant for slip in self.slips)

    def closeness(self) -> tuple[bool, int, int]:
        """The nearer of two is the greater."""
        return self.whole, self.sure, -len(self.slips)


def near(parts: Parts, name: str, template: str) -> Near:
    try:
        found = fullmatch(regex.compile(expression(_loose(parts))), name, template)
        if found is None:
            return Near(_known(stop_of(parts, name, template).taken, parts))
    except NamingError:
        return Near({})
    fields = _known(found.groupdict(), parts)
    slips = tuple(_slips(parts, fields))
    mended = {slip.token: slip.meant for slip in slips if slip.meant}
    return Near(fields | mended, slips, whole=bool(slips) and len(mended) == len(slips))


def _loose(parts: Parts) -> Parts:
    """Each token takes what a token of no kind takes."""
    return tuple(map(_loose_part, parts))


def _loose_part(part: Literal | Token | Optional) -> Literal | Token | Optional:
    match part:
        case Optional(inner):
            return Optional(_loose(inner))
        case Token(name, _, kind) if not kind.free:
            return replace(part, kind=kind_of(name, ""))
    return part


def _known(taken: dict[str, str], parts: Parts) -> dict[str, str]:
    return {token.name: taken[token.name] for token in tokens_of(parts) if taken.get(token.name)}


def _slips(parts: Parts, fields: dict[str, str]) -> list[Slip]:
    wrong = {token.name: token for token in reversed([*tokens_of(parts)])}
    return [
        Slip(name, fields[name], _meant(token, fields[name]))
        for name, token in reversed(wrong.items())
        if name in fields and not token.kind.fits(fields[name])
    ]


def _meant(token: Token, text: str) -> str:
    choices = {choice.lower(): choice for choice in token.kind.choices}
    alike = get_close_matches(text.lower(), choices, n=1, cutoff=ALIKE)
    return choices[alike[0]] if alike else ""
