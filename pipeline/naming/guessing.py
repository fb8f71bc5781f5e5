"""What each column of some names says, as far as that can be told, and the templates that follow.

What is sure goes first: each step looks at the columns that are still unknown.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from string import ascii_letters

import regex

from pipeline.naming.columns import DATE, RANGE, Column, Cut, columns, is_mark
from pipeline.naming.vocabulary import MARKS, PLACES, STILLS, TWOFOLD, WORDS

_DIGITS = regex.compile("[0-9]+")
_NUMBER = regex.compile("[0-9]+[A-Za-z]?")
_USUAL = regex.compile(r"[\p{L}\p{M}0-9-]+")
_CODE = regex.compile("[A-Za-z][A-Za-z0-9-]*")
_SHOT = regex.compile("[A-Za-z]+[0-9]{2,}")
_CAPITALS = regex.compile("[A-Z]{2,4}")
_NOTHING = regex.compile("")
_PAIR = regex.compile("([A-Za-z]+)([-_ ]?)([0-9]+)")
_PAIRS = regex.compile("(?:[A-Za-z]+[-_ ]?[0-9]+)+[A-Za-z]?")
_DAY = regex.compile("(?:20[0-9]{2}|[12][0-9])(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])")
_SIZE = regex.compile("[0-9]{3,5}x[0-9]{3,5}")
_SHAPE = regex.compile("[0-9]{1,2}x[0-9]{1,2}")
_SECONDS = regex.compile("[0-9]{1,3}s")
_RATE = regex.compile("[0-9]{2,3}fps")

_TELLING = frozenset({"version", "shot", "scene", "sequence", "episode", "date", "frame"})


@dataclass(frozen=True)
class Marked:
    """`sh0120` of several names: the mark, what stands before the number, and the numbers. The kind
    is said where no separator ends it."""

    mark: str
    lead: str
    numbers: tuple[str, ...]
    kind: str = ""


class Guess:
    """Of names of one shape. `codes` are those of the projects there are."""

    def __init__(self, cuts: Sequence[Cut], codes: Collection[str]) -> None:
        self.columns = columns(cuts)
        self._roles: list[str] = []
        self._sure = False
        self._extensions = {one.extension.lower() for one in cuts}
        self._codes = {code.casefold() for code in codes}
        for step in (
            self._nothing,
            self._known_project,
            self._days,
            self._marked,
            self._formats,
            self._frames,
            self._words_of_the_trade,
            self._leading_project,
            self._numbers,
            self._words,
        ):
            step()

    @property
    def telling(self) -> bool:
        """Something in the names says what it is, and not its place alone."""
        return self._sure and not _TELLING.isdisjoint(self._roles)

    def template(self, missing: Collection[int] = ()) -> str:
        """`missing`: columns that not every name has."""
        text = ""
        for at, column in enumerate(self.columns):
            part = _as_text(column.before) + (column.written or "")
            text += f"<{part}>" if column.optional or at in missing else part
        return text if "" in self._extensions else text + ".{ext}"

    def folders(self, missing: Collection[int] = ()) -> str:
        found = {
            role: f"<{text}>" if column.optional or at in missing else text
            for at, column in enumerate(self.columns)
            for role, text in column.folders.items()
        }
        places = [place for place in PLACES if place in found]
        if "title" not in found:
            places = [place for place in places if place not in {"length", "format"}]
        elif "shot" not in found:
            places.append("date")
        if places:
            return "/".join(found[place] for place in [*places, "task"] if place in found)
        return found.get("date", found.get("task", ""))

    def gaps(self, other: "Guess") -> set[int] | None:
        """The columns that `other` has not; None when it has one that is not here."""
        theirs = [(column.before, column.written) for column in other.columns]
        gaps = set()
        for at, column in enumerate(self.columns):
            if theirs and theirs[0] == (column.before, column.written):
                del theirs[0]
            else:
                gaps.add(at)
        return None if theirs else gaps

    # --- The steps, the surest first --------------------------------------------------------------
    def _nothing(self) -> None:
        """A name may end with a separator."""
        for column in self._unknown(_NOTHING):
            column.written = ""

    def _known_project(self) -> None:
        for column in self._unknown():
            codes = tuple(text.rstrip("0123456789") for text in column.texts)
            if all(text.casefold() in self._codes for text in column.texts):
                self._write(column, "project")
            elif column.all(_SHOT) and all(code.casefold() in self._codes for code in codes):
                shots = [text[len(code) :] for text, code in zip(column.texts, codes, strict=True)]
                self._write(column, "project", kind="a")
                self._write(column, "shot", numbers=shots)
            else:
                continue
            self._sure = True
            return

    def _days(self) -> None:
        for column in [*self._unknown(DATE), *self._unknown(_DAY)]:
            self._write(column, "date")
            self._sure = True

    def _marked(self) -> None:
        """`sh0120`, `sh0120A`, `s01e02`, `sq040sh0120`, `shot_0120`, `v003`."""
        texts = [column.texts[0] for column in self._unknown()]
        marks = {mark.lower() for text in texts for mark, _, _ in _PAIR.findall(text)}
        for column in self._unknown():
            for marked in _pairs(column):
                role = _role(marked, marks, self._roles)
                self._write(column, role, marked.lead, numbers=marked.numbers, kind=marked.kind)
                self._sure |= role in _TELLING

    def _formats(self) -> None:
        for column in self._unknown(_SIZE):
            self._write(column, "resolution")
        for column in self._unknown(_SHAPE):
            self._write(column, "format")
        for column in self._unknown(_SECONDS):
            self._write(column, "length", tail="s", numbers=[one[:-1] for one in column.texts])
        for column in self._unknown(_RATE):
            self._write(column, "fps", tail="fps", numbers=[one[:-3] for one in column.texts])

    def _frames(self) -> None:
        last = self.columns[-1]
        for column in self._unknown(RANGE):
            self._write(column, "frames")
        stills = self._extensions <= STILLS and "version" in self._roles
        numbered = last in self._unknown(_DIGITS) and min(map(len, last.texts)) >= 4
        if numbered and (last.before == "." or stills):
            self._write(last, "frame")
            self._sure = True

    def _words_of_the_trade(self) -> None:
        for role, words in WORDS.items():
            for column in self._unknown():
                heads = {text.lower().split("-")[0] for text in column.texts}
                if any(head in words or head.rstrip("0123456789") in words for head in heads):
                    self._write(column, role)
                    break

    def _leading_project(self) -> None:
        first, *others = self.columns
        more = any("version" not in column.folders for column in others)
        if more and "project" not in self._roles and first in self._unknown(_CODE):
            self._write(first, "project")

    def _numbers(self) -> None:
        numbers = self._unknown(_NUMBER)
        if numbers and self._is_version(numbers[-1]):
            self._write(numbers.pop(), "version")
        for column, role in zip(reversed(self._in_place(numbers)), self._left(), strict=False):
            self._write(column, role)
            padded = (len(text) > 2 or text.startswith("0") for text in column.texts)
            self._sure |= any(padded)
        for column in numbers:
            if column.written is None:
                self._write(column, "part")

    def _words(self) -> None:
        for column in self._unknown():
            role = self._role_by_place(column)
            if role in {"vendor", "name"} and column.same and len(column.texts) > 1:
                column.written = _as_text(column.texts[0])
                continue
            self._write(column, role)
            column.optional = role == "suffix"

    # --- What the steps ask -----------------------------------------------------------------------
    def _unknown(self, pattern: regex.Pattern[str] | None = None) -> list[Column]:
        return [
            column
            for column in self.columns
            if column.written is None and (pattern is None or column.all(pattern))
        ]

    def _at(self, role: str) -> int | None:
        """The column that has it."""
        return next((at for at, one in enumerate(self.columns) if role in one.folders), None)

    def _is_version(self, column: Column) -> bool:
        """A number after the task is one, where none is marked."""
        if "version" in self._roles or not column.all(_DIGITS):
            return False
        places = [self._at("task"), self._at("status")]
        return any(at is not None and at < self.columns.index(column) for at in places)

    def _in_place(self, numbers: list[Column]) -> list[Column]:
        """Those that stand where shots and scenes do."""
        for role in ("shot", "task", "version"):
            if (end := self._at(role)) is not None:
                before = [one for one in numbers if self.columns.index(one) < end]
                if before or role == "shot":
                    return before
        return numbers

    def _left(self) -> list[str]:
        places = ["shot", "scene", "episode", "season"]
        if "sequence" in self._roles:
            places.remove("scene")
        return [place for place in places if place not in self._roles]

    def _role_by_place(self, column: Column) -> str:
        at, version, shot = self.columns.index(column), self._at("version"), self._at("shot")
        if version is not None and at > version:
            return "suffix"
        if shot is None and column.all(_SHOT):
            return "shot"
        if shot is None:
            return "name" if "title" in self._roles else "title"
        if at < shot and not {"scene", "sequence"}.intersection(self._roles):
            return "scene"
        if at > shot and "task" not in self._roles:
            return "task"
        return "vendor" if at > shot and column.all(_CAPITALS) else "name"

    def _write(
        self,
        column: Column,
        role: str,
        lead: str = "",
        tail: str = "",
        numbers: Iterable[str] | None = None,
        kind: str = "",
    ) -> None:
        """Adds a token, once under each name: a second place would want the same text."""
        name, number = role, 1
        while name in self._roles:
            number += 1
            name = f"{role}_{number}"
        self._roles.append(name)
        kind = kind or _kind(role, list(numbers or column.texts), hyphens=column.hyphens)
        token = f"{name}:{kind}" if kind else name
        column.written = (column.written or "") + f"{lead}{{{token}}}{tail}"
        column.folders[name] = f"{lead}{{{name}}}{tail}"


def _kind(role: str, texts: list[str], *, hyphens: bool) -> str:
    widths = {len(text) for text in texts}
    if all(_DIGITS.fullmatch(text) for text in texts):
        if role != "frame" and len(widths) == 1 and max(widths) > 1:
            return f"{max(widths)}d"
        return "" if role in {"frame", "version"} else "d"
    if not all(_USUAL.fullmatch(text) for text in texts):
        return "*"
    return "w" if hyphens else ""


def _pairs(column: Column) -> list[Marked]:
    """Nothing, unless all of the column is made of them, and each name of the same."""
    rows = [_PAIR.findall(text) for text in column.texts if _PAIRS.fullmatch(text)]
    kinds = {tuple(mark.lower() for mark, _, _ in row) for row in rows}
    if len(rows) < len(column.texts) or len(kinds) > 1 or not all(map(is_mark, kinds.pop())):
        return []
    tails = tuple(text[len(text.rstrip(ascii_letters)) :] for text in column.texts)
    pairs = [_pair(pair) for pair in zip(*rows, strict=True)]
    last = pairs.pop()
    if last.mark in {"v", "ver", "version"} and all(tails):
        return [*pairs, last, Marked("letter", "", tails, "a")]
    numbers = map("".join, zip(last.numbers, tails, strict=True))
    return [*pairs, Marked(last.mark, last.lead, tuple(numbers))]


def _pair(found: Sequence[tuple[str, str, str]]) -> Marked:
    """The case of a v is free; that of other marks is read with the number where it differs."""
    mark = found[0][0].lower()
    leads = {mark + between for mark, between, _ in found}
    if len(leads) == 1 or mark == "v":
        return Marked(mark, "".join(found[0][:2]), tuple(number for _, _, number in found))
    return Marked(mark, "", tuple(map("".join, found)))


def _role(marked: Marked, marks: Collection[str], roles: Collection[str]) -> str:
    """`marks` are all in the name, `roles` those that it has by now: a letter may stand for two."""
    mark = marked.mark
    if mark not in TWOFOLD:
        return MARKS.get(mark, mark)
    first, second = TWOFOLD[mark]
    taken = {MARKS.get(other) for other in marks}.union(roles)
    if mark == "s":
        return second if taken & {"episode", "scene", "sequence"} else first
    short = first == "shot" and max(map(len, marked.numbers)) < 3
    return second if first in taken or short else first


def _as_text(text: str) -> str:
    return text.replace("{", "{{").replace("}", "}}")
