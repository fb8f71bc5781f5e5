"""Names cut where their parts end, so that the same part of each stands in one column."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import regex

from pipeline.naming.vocabulary import MARKS, TWOFOLD

DATE = regex.compile(r"(?:19|20)[0-9]{2}-[01][0-9]-[0-3][0-9]")
RANGE = regex.compile(r"[1-9][0-9]{3,}-[1-9][0-9]{3,}")

_SEPARATORS = regex.compile(r"([_. ]+(?:-[_. ]+)?)")
_EXTENSION = regex.compile(r"(?=.*[A-Za-z])(?!v[0-9]+$)[A-Za-z0-9]{1,8}", regex.IGNORECASE)
_MARKED = regex.compile(r"([A-Za-z]+)[-_ ]?[0-9]+[A-Za-z]?")


@dataclass(frozen=True)
class Cut:
    """A name: its parts, what stands before each, and the extension."""

    before: tuple[str, ...]
    texts: tuple[str, ...]
    extension: str

    @property
    def shape(self) -> tuple[object, ...]:
        """Names that have it in common can stand in the same columns."""
        return self.before, tuple(map(mark_of, self.texts)), bool(self.extension)


@dataclass(eq=False)
class Column:
    """The same part of several names. `written` is what stands for it in a template, None while
    nobody knows what it is; `folders` is what each of its tokens makes of a folder's name."""

    before: str
    texts: tuple[str, ...]
    hyphens: bool
    written: str | None = None
    folders: dict[str, str] = field(default_factory=dict)
    optional: bool = False

    @property
    def same(self) -> bool:
        return len(set(self.texts)) == 1

    def all(self, pattern: regex.Pattern[str]) -> bool:
        return all(pattern.fullmatch(text) for text in self.texts)


def cut(name: str) -> Cut:
    stem, dot, extension = name.rpartition(".")
    if not (stem and dot and _EXTENSION.fullmatch(extension)):
        stem, extension = name, ""
    found = _SEPARATORS.split(stem)
    chunks = list(zip(["", *found[1::2]], found[::2], strict=True))
    if chunks[0] == ("", "") and len(chunks) > 1:
        chunks = chunks[1:]
    alone = len(chunks) == 1
    pieces = [piece for chunk in chunks for piece in _at_hyphens(*chunk, alone=alone)]
    before, texts = zip(*_marks_joined(pieces), strict=True)
    return Cut(before, texts, extension)


def columns(cuts: Sequence[Cut]) -> list[Column]:
    """Of names of one shape."""
    before = cuts[0].before
    texts = zip(*(one.texts for one in cuts), strict=True)
    return [
        Column(mark, column, hyphens="-" in (mark, after))
        for mark, after, column in zip(before, (*before[1:], ""), texts, strict=True)
    ]


def is_mark(text: str) -> bool:
    return text.lower() in MARKS or text.lower() in TWOFOLD


def mark_of(text: str) -> str:
    """`sh` of `SH0120`; empty where no such word stands before the number."""
    found = _MARKED.fullmatch(text)
    return found[1].lower() if found and is_mark(found[1]) else ""


def _at_hyphens(before: str, text: str, *, alone: bool) -> list[tuple[str, str]]:
    """A hyphen parts what says by itself what it is; in `comp-main` it is one more letter."""
    parts = text.split("-")
    if not all(parts) or DATE.fullmatch(text) or RANGE.fullmatch(text):
        return [(before, text)]
    if alone or any(map(mark_of, parts)) or all(part.isdecimal() for part in parts):
        return [(before, parts[0]), *(("-", part) for part in parts[1:])]
    return [(before, text)]


def _marks_joined(pieces: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """`shot_0120` is one part."""
    joined: list[tuple[str, str]] = []
    for before, text in pieces:
        mark = joined[-1][1] if joined else ""
        if before in {"_", "-", " "} and text[:1].isdecimal() and is_mark(mark) and len(mark) > 1:
            joined[-1] = (joined[-1][0], f"{mark}{before}{text}")
        else:
            joined.append((before, text))
    return joined
