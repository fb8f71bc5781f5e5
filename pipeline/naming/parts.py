"""What a template is made of, and what can be made of it: an expression, or a name."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

import regex

from pipeline.naming.kinds import Kind, Reading

VERSION_PREFIX = "version_prefix"
EXTENSION = "extension"
RESERVED = (VERSION_PREFIX, EXTENSION)
_TOKEN_NAME = regex.compile("[a-z][a-z0-9_]{0,39}")


def is_token_name(name: str) -> bool:
    return _TOKEN_NAME.fullmatch(name) is not None and name not in RESERVED


@dataclass(frozen=True)
class Literal:
    """Plain text. Where case is free, `key` names the field that keeps the case found."""

    text: str
    key: str = ""


@dataclass(frozen=True)
class Token:
    name: str
    spec: str
    kind: Kind


@dataclass(frozen=True)
class Optional:
    parts: "Parts"


Part: TypeAlias = Literal | Token | Optional
Parts: TypeAlias = tuple[Part, ...]


def tokens_of(parts: Parts) -> Iterator[Token]:
    for part in parts:
        match part:
            case Token():
                yield part
            case Optional(inner):
                yield from tokens_of(inner)


def literals_of(parts: Parts) -> Iterator[Literal]:
    for part in parts:
        match part:
            case Literal():
                yield part
            case Optional(inner):
                yield from literals_of(inner)


def required_tokens_of(parts: Parts) -> Iterator[Token]:
    return (part for part in parts if isinstance(part, Token))


def expression(parts: Parts, reading: Reading = "eager") -> str:
    """Unanchored, with a group for each token; its second place takes what the first took."""
    return _expression(parts, reading, set())


def _expression(parts: Parts, reading: Reading, seen: set[str]) -> str:
    text = ""
    for part in parts:
        match part:
            case Literal(literal, ""):
                text += regex.escape(literal, special_only=True)
            case Literal(literal, key):
                text += f"(?P<{key}>(?i:{regex.escape(literal, special_only=True)}))"
            case Token(name) if name in seen:
                text += f"(?P={name})"
            case Token(name, _, kind):
                seen.add(name)
                text += f"(?P<{name}>{kind.expression(reading)})"
            case Optional(inner):
                mark = "?" if reading == "eager" else "??"
                text += f"(?:{_expression(inner, reading, seen)}){mark}"
    return text


def write(parts: Parts, fields: Mapping[str, str]) -> str:
    """An optional part stands when all its tokens do. Raises `KeyError` with a token not given."""
    text = ""
    for part in parts:
        match part:
            case Literal(literal, key):
                text += fields.get(key, literal)
            case Token(name):
                text += fields[name]
            case Optional(inner):
                if all(token.name in fields for token in tokens_of(inner)):
                    text += write(inner, fields)
    return text
