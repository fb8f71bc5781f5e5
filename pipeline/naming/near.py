"""What a name that a template does not take was probably meant to say."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from itertools import chain, islice, product

import regex

from pipeline.naming.errors import NamingError
from pipeline.naming.kinds import kind_of
from pipeline.naming.matching import fullmatch
from pipeline.naming.parts import Optional, Parts, Token, expression, tokens_of
from pipeline.naming.stop import stop_of

SHAPES_AT_MOST = 16  # of four optional parts each may be there or not
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

    @property
    def fitting(self) -> dict[str, str]:
        """The fields without those that are misspelt beyond guessing."""
        unknown = {slip.token for slip in self.slips if not slip.meant}
        return {token: text for token, text in self.fields.items() if token not in unknown}

    def closeness(self) -> tuple[bool, int, int]:
        """The nearer of two is the greater."""
        return self.whole, self.sure, -len(self.slips)


@dataclass(frozen=True)
class LaidOut:
    """The template's parts with each optional one either there or gone, and what is read so."""

    parts: Parts
    near: Near


def near(parts: Parts, name: str, template: str) -> Near:
    try:
        if laid := laid_out(parts, name, template):
            return laid.near
        return Near(_known(stop_of(parts, name, template).taken, parts))
    except NamingError:
        return Near({})


def laid_out(parts: Parts, name: str, template: str) -> LaidOut | None:
    """As a name would fit best that has all its pieces, some of them misspelt; None when pieces are
    missing, or too many. Raises `TooSlow`.

    Of `<_{scene}>_{shot}_{task:anim|comp}` and 00412_amin the scene has to be left out: read from
    the left, 00412 is a scene, amin a shot, and what is wrong is said of what comes next.
    """
    found = [
        LaidOut(shape, _near(shape, match.groupdict()))
        for shape in islice(_shapes(parts), SHAPES_AT_MOST)
        if (match := fullmatch(regex.compile(expression(_loose(shape))), name, template))
    ]
    return max(found, key=lambda laid: laid.near.closeness(), default=None)


def _shapes(parts: Parts) -> Iterator[Parts]:
    """Those with most of the optional parts come first."""
    choices = [(part.parts, ()) if isinstance(part, Optional) else ((part,),) for part in parts]
    for chosen in product(*choices):
        yield tuple(chain.from_iterable(chosen))


def _near(shape: Parts, read: Mapping[str, str]) -> Near:
    fields = _known(read, shape)
    slips = tuple(_slips(shape, fields))
    mended = {slip.token: slip.meant for slip in slips if slip.meant}
    return Near(fields | mended, slips, whole=bool(slips) and len(mended) == len(slips))


def _loose(shape: Parts) -> Parts:
    """Each token takes what a token of no kind takes."""
    return tuple(
        replace(part, kind=kind_of(part.name, ""))
        if isinstance(part, Token) and not part.kind.free
        else part
        for part in shape
    )


def _known(taken: Mapping[str, str], parts: Parts) -> dict[str, str]:
    return {token.name: taken[token.name] for token in tokens_of(parts) if taken.get(token.name)}


def _slips(parts: Parts, fields: dict[str, str]) -> list[Slip]:
    wrong = {token.name: token for token in reversed([*tokens_of(parts)])}
    return [
        Slip(name, fields[name], meant(token, fields[name]))
        for name, token in reversed(wrong.items())
        if name in fields and not token.kind.fits(fields[name])
    ]


def meant(token: Token, text: str) -> str:
    """The choice that is like it; empty for none."""
    choices = {choice.lower(): choice for choice in token.kind.choices}
    alike = get_close_matches(text.lower(), choices, n=1, cutoff=ALIKE)
    return choices[alike[0]] if alike else ""
