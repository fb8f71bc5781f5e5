"""What a token takes: its expression, and the words to say so."""

from dataclasses import dataclass
from typing import Literal

import regex

from pipeline.naming.errors import TemplateError, TooSlow
from pipeline.naming.matching import Match, compile_expression, fullmatch

Reading = Literal["eager", "shy"]

_LETTERS = r"\p{L}\p{M}"
_CAPITALS = r"\p{Lu}\p{M}"
_CLASSES = {
    "d": ("[0-9]", "digits"),
    "a": (f"[{_LETTERS}]", "letters"),
    "A": (f"[{_CAPITALS}]", "capital letters"),
    "w": (f"[{_LETTERS}0-9]", "letters and digits"),
    "W": (f"[{_CAPITALS}0-9]", "capital letters and digits"),
}
_WIDTH_AND_CLASS = regex.compile(r"(?:([0-9]{1,4})(?:-([0-9]{1,4}))?)?([daAwW])")

HELP = (
    "Write {shot}, {shot:d} (digits), {shot:5d} (exactly 5), {shot:3-5d} (3 to 5), {shot:a}"
    " (letters), {shot:A} (capitals), {shot:w} (letters and digits), {shot:W} (capitals and"
    " digits), {task:anim|comp} (one of these), {shot:*} (anything) or"
    " {shot:/sh\\d+/} (an expression)."
)


@dataclass(frozen=True)
class Kind:
    """`eager` takes as much as it can, `shy` as little; `blank` stands for it in a drawn name."""

    eager: str
    shy: str
    words: str
    blank: str
    least: int = 1
    choices: tuple[str, ...] = ()
    free: bool = False

    def expression(self, reading: Reading) -> str:
        return self.eager if reading == "eager" else self.shy

    def fits(self, text: str) -> bool:
        try:
            return fullmatch(regex.compile(self.eager), text, self.words) is not None
        except TooSlow:
            return False


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
    raise TemplateError(
        f'{{{name}:{spec}}}: "{spec}" is no kind of token. {HELP}'
        f" A single fixed word is plain text, or {{{name}:/{spec}/}}."
    )


def _usual(name: str) -> Kind:
    match name:
        case "version":
            return _repeated("[0-9]", "{1,9}", "digits", "###")
        case "frame":
            return _repeated("-?[0-9]", "{1,9}", "digits", "####")
        case "ext":
            return _repeated("[A-Za-z0-9]", "+", "letters and digits", "[ext]")
    return _repeated(f"[{_LETTERS}0-9-]", "+", "letters, digits and hyphens", f"[{name}]")


def _repeated(one: str, times: str, words: str, blank: str) -> Kind:
    return Kind(one + times, f"{one}{times}?", words, blank)


def _free(name: str) -> Kind:
    if name == "ext":
        return Kind("[^.]+", "[^.]+?", "anything without a dot", "[ext]")
    # Both readings are shy, so that what it takes is settled: as little as lets the rest fit.
    return Kind(".+?", ".+?", "anything", f"[{name}]", free=True)


def _expression(name: str, spec: str) -> Kind:
    if len(spec) < 3 or not spec.endswith("/"):
        raise TemplateError(
            f"{{{name}:{spec}}}: an expression stands between two slashes: {{{name}:/sh\\d+/}}."
        )
    inner = spec[1:-1]
    token = f"{{{name}:{spec}}}"
    pattern = compile_expression(inner, token)
    if pattern.groups:
        raise TemplateError(f"{token}: write (?:…) for (…); the token itself is the group.")
    if pattern.flags != regex.compile("").flags:
        raise TemplateError(f"{token}: write (?i:…) for (?i), which would reach the whole rule.")
    if fullmatch(pattern, "", inner):
        raise TemplateError(f"{token}: it fits nothing at all; put the token in <…> instead.")
    return Kind(f"(?:{inner})", f"(?:{inner})", f"what fits {inner}", f"[{name}]")


def _choice(name: str, spec: str) -> Kind:
    choices = tuple(choice.strip() for choice in spec.split("|"))
    if not all(choices):
        raise TemplateError(f"{{{name}:{spec}}}: one of the choices between the | is empty.")
    longest_first = [regex.escape(choice) for choice in sorted(choices, key=len, reverse=True)]
    # Cameras and editors write .MOV as they please.
    group = "(?i:" if name == "ext" else "(?:"
    return Kind(
        f"{group}{'|'.join(longest_first)})",
        f"{group}{'|'.join(reversed(longest_first))})",
        f"one of {', '.join(choices)}",
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
        raise TemplateError(f"{{{name}:{spec}}}: a width goes from 1 to 255, the smaller first.")
    width = f"exactly {least}" if least == most else f"{least} to {most}"
    times = f"{{{least},{most}}}"
    return Kind(f"{sign}{one}{times}", f"{sign}{one}{times}?", f"{words}, {width}", blank, least)
