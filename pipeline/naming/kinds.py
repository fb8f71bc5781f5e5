"""What a token takes: its expression, and the words to say so."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

import regex
from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from pipeline.naming.errors import TemplateError, TooSlow
from pipeline.naming.matching import Match, compile_expression, fullmatch
from postflow_site.said import said

Reading = Literal["eager", "shy"]
Words: TypeAlias = str | Promise

_LETTERS = r"\p{L}\p{M}"
_CAPITALS = r"\p{Lu}\p{M}"
_CLASSES = {
    "d": ("[0-9]", _("digits")),
    "a": (f"[{_LETTERS}]", _("letters")),
    "A": (f"[{_CAPITALS}]", _("capital letters")),
    "w": (f"[{_LETTERS}0-9]", _("letters and digits")),
    "W": (f"[{_CAPITALS}0-9]", _("capital letters and digits")),
}
_NUMBER = regex.compile("[A-Za-z]*([0-9]+)")  # perhaps with its "sh" or "v"
_WIDTH_AND_CLASS = regex.compile(r"(?:([0-9]{1,4})(?:-([0-9]{1,4}))?)?([daAwW])")

HELP = _(
    "Write {shot}, {shot:d} (digits), {shot:5d} (exactly 5), {shot:3-5d} (3 to 5), {shot:a}"
    " (letters), {shot:A} (capitals), {shot:w} (letters and digits), {shot:W} (capitals and"
    " digits), {task:anim|comp} (one of these), {shot:*} (anything) or"
    " {shot:/sh\\d+/} (an expression)."
)


@dataclass(frozen=True)
class Kind:
    """`eager` takes as much as it can, `shy` as little; `blank` stands for it in a drawn name.
    `words` are in the language of whoever reads them: a rule is kept, and explained to many."""

    eager: str
    shy: str
    words: Words
    blank: str
    least: int = 1
    choices: tuple[str, ...] = ()
    free: bool = False

    def expression(self, reading: Reading) -> str:
        return self.eager if reading == "eager" else self.shy

    def fits(self, text: str) -> bool:
        try:
            return fullmatch(regex.compile(self.eager), text, self.eager) is not None
        except TooSlow:
            return False

    def mended(self, text: str) -> str:
        """What was probably meant: another count of zeros, or other capitals. The text itself where
        it fits, or where nothing like it does."""
        number = _NUMBER.fullmatch(text)
        alike = [choice for choice in self.choices if choice.casefold() == text.casefold()]
        tries = [text, *alike, text.lower(), text.upper()]
        if number:
            tries.append(number[1].lstrip("0").zfill(self.least))
        return next((one for one in tries if self.fits(one)), text)


def kind_of(name: str, spec: str) -> Kind:
    """Raises `TemplateError` when the spec behind the colon says nothing known."""
    if not spec:
        return _usual(name)
    if spec == "*":
        return _free(name)
    if spec.startswith("/"):
        return _expression(name, spec)
    if "|" in spec:
        return _choice(name, spec)
    if found := _WIDTH_AND_CLASS.fullmatch(spec):
        return _characters(name, spec, found)
    fault = _now(
        '{%(token)s:%(kind)s}: "%(kind)s" is no kind of token. %(help)s A single fixed word is'
        " plain text, or {%(token)s:/%(kind)s/}."
    )
    raise TemplateError(fault % {"token": name, "kind": spec, "help": HELP})


def _usual(name: str) -> Kind:
    match name:
        case "version":
            return _repeated("[0-9]", "{1,9}", _("digits"), "###")
        case "frame":
            return _repeated("-?[0-9]", "{1,9}", _("digits"), "####")
        case "ext":
            return _repeated("[A-Za-z0-9]", "+", _("letters and digits"), "[ext]")
    return _repeated(f"[{_LETTERS}0-9-]", "+", _("letters, digits and hyphens"), f"[{name}]")


def _repeated(one: str, times: str, words: Words, blank: str) -> Kind:
    return Kind(one + times, f"{one}{times}?", words, blank)


def _free(name: str) -> Kind:
    if name == "ext":
        return Kind("[^.]+", "[^.]+?", _("anything without a dot"), "[ext]")
    # Both readings are shy, so that what it takes is settled: as little as lets the rest fit.
    return Kind(".+?", ".+?", _("anything"), f"[{name}]", free=True)


def _expression(name: str, spec: str) -> Kind:
    if len(spec) < 3 or not spec.endswith("/"):
        fault = _now(
            "{%(token)s:%(kind)s}: an expression stands between two slashes: {%(token)s:/sh\\d+/}."
        )
        raise TemplateError(fault % {"token": name, "kind": spec})
    inner = spec[1:-1]
    token = f"{{{name}:{spec}}}"
    pattern = compile_expression(inner, token)
    if pattern.groups:
        fault = _now("%(token)s: write (?:…) for (…); the token itself is the group.")
        raise TemplateError(fault % {"token": token})
    if pattern.flags != regex.compile("").flags:
        fault = _now("%(token)s: write (?i:…) for (?i), which would reach the whole rule.")
        raise TemplateError(fault % {"token": token})
    if fullmatch(pattern, "", inner):
        fault = _now("%(token)s: it fits nothing at all; put the token in <…> instead.")
        raise TemplateError(fault % {"token": token})
    words = said(_("what fits %(expression)s"), expression=inner)
    return Kind(f"(?:{inner})", f"(?:{inner})", words, f"[{name}]")


def _choice(name: str, spec: str) -> Kind:
    choices = tuple(choice.strip() for choice in spec.split("|"))
    if not all(choices):
        fault = _now("{%(token)s:%(kind)s}: one of the choices between the | is empty.")
        raise TemplateError(fault % {"token": name, "kind": spec})
    longest_first = [regex.escape(choice) for choice in sorted(choices, key=len, reverse=True)]
    # Cameras and editors write .MOV as they please.
    group = "(?i:" if name == "ext" else "(?:"
    return Kind(
        f"{group}{'|'.join(longest_first)})",
        f"{group}{'|'.join(reversed(longest_first))})",
        said(_("one of %(choices)s"), choices=", ".join(choices)),
        f"[{name}]",
        choices=choices,
    )


def _characters(name: str, spec: str, found: Match) -> Kind:
    low, high, letter = found.groups()
    one, words = _CLASSES[letter]
    sign = "-?" if (name, letter) == ("frame", "d") else ""
    blank = "#" * min(int(low or 3), 9) if letter == "d" else f"[{name}]"
    if low is None:
        return Kind(f"{sign}{one}+", f"{sign}{one}+?", words, blank)
    least, most = int(low), int(high or low)
    if not 1 <= least <= most <= 255:
        fault = _now("{%(token)s:%(kind)s}: a width goes from 1 to 255, the smaller first.")
        raise TemplateError(fault % {"token": name, "kind": spec})
    width = (
        _("exactly %(least)d %(words)s") if least == most else _("%(least)d to %(most)d %(words)s")
    )
    shown = said(width, words=words, least=least, most=most)
    times = f"{{{least},{most}}}"
    return Kind(f"{sign}{one}{times}", f"{sign}{one}{times}?", shown, blank, least)
