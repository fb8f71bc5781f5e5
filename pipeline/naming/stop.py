"""How far a name fits a template."""

from bisect import bisect_left
from dataclasses import dataclass

import regex

from pipeline.naming.matching import Match, match_start
from pipeline.naming.parts import Literal, Optional, Parts, Token, expression, write


@dataclass(frozen=True)
class Stop:
    """How far a name fits: the tokens of `parts[:at]` took `taken`, `parts[at]` met `rest`."""

    at: int
    taken: dict[str, str]
    rest: str


def stop_of(parts: Parts, name: str, template: str) -> Stop:
    """Raises `TooSlow`."""

    def fails(length: int) -> bool:
        return _match(parts, length, name, template) is None

    at = bisect_left(range(1, len(parts) + 1), 1, key=fails)
    match = _match(parts, at, name, template)
    taken = {token: text for token, text in match.groupdict().items() if text} if match else {}
    start = match.end() if match else 0
    while is_literal(parts, at) and is_literal(parts, at - 1):
        at -= 1
        start -= len(write(parts[at : at + 1], {}))
    match parts[:at]:
        case (*_, Token(free, _, kind)) if kind.free and is_literal(parts, at):
            start -= len(taken.pop(free))
    return Stop(at, taken, name[start:])


def _match(parts: Parts, length: int, name: str, template: str) -> Match | None:
    pattern = expression(parts[:length])
    match parts[:length]:
        # Of 004125 the first five digits won't do: a token takes all up to the next separator.
        case (*_, Token()) if _separator_follows(parts[length:]):
            pattern += r"(?=[_.]|\Z)"
    return match_start(regex.compile(pattern), name, template)


def is_literal(parts: Parts, at: int) -> bool:
    return 0 <= at < len(parts) and isinstance(parts[at], Literal)


def _separator_follows(parts: Parts) -> bool:
    match parts:
        case ():
            return True
        case (Literal(text), *_):
            return text[0] in "_."
        case (Optional(inner), *rest):
            return _separator_follows(inner) and _separator_follows(tuple(rest))
    return False
