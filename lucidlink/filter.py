"""Which names are worth a look: decided by the name alone, before the mount is asked anything."""

import fnmatch
import re
import unicodedata
from collections.abc import Iterable

NEVER_ENTERED = "lost+found"
TEMPORARY = ("~", ".tmp", ".part", ".partial", ".crdownload", ".download")


def nfc(text: str) -> str:
    """LucidLink hands names out in NFD, people type NFC: we compare in NFC."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)


class Filter:
    """Wanted file types and ignored names, without regard to upper and lower case.

    A pattern without a slash is held against the name of the file and of each folder above it;
    one with a slash against the whole path below the root. Names that begin with a dot, and
    those of files still being copied, are ignored always. Paths have `/` between their parts.
    """

    def __init__(self, extensions: Iterable[str], ignore: Iterable[str] = ()) -> None:
        self._extensions = frozenset(nfc(end).lower().lstrip("*.") for end in extensions)
        patterns = [nfc(pattern).lower() for pattern in ignore]
        self._of_names = [pattern.rstrip("/") for pattern in patterns if _is_of_name(pattern)]
        self._of_paths = [pattern for pattern in patterns if not _is_of_name(pattern)]
        # Most patterns are "*.tmp" or "._*", and there are as many tests as files: those two forms
        # are ten times quicker without a regular expression.
        ends = {p for p in self._of_names if p[:1] == "*" and _is_plain(p[1:])}
        starts = {p for p in self._of_names if p[-1:] == "*" and _is_plain(p[:-1])}
        self._ends = (*TEMPORARY, *(pattern[1:] for pattern in ends))
        self._starts = (".", *(pattern[:-1] for pattern in starts))
        self._names = _any_of([p for p in self._of_names if p not in ends | starts])
        self._paths = _any_of(self._of_paths)

    def is_of_wanted_type(self, name: str) -> bool:
        return name[name.rfind(".") + 1 :].lower() in self._extensions

    def ignores(self, name: str, path: str) -> bool:
        """The file or folder itself; those above it are thought to be entered. Both in NFC."""
        name = name.lower()
        return (
            name.startswith(self._starts)
            or name.endswith(self._ends)
            or name == NEVER_ENTERED
            or (self._names is not None and self._names.match(name) is not None)
            or (self._paths is not None and self._paths.match(path.lower()) is not None)
        )

    def why_not(self, path: str) -> str | None:
        """Why the file at this path, relative to the root, is not watched; None when it is."""
        parts = nfc(path).split("/")
        for depth, name in enumerate(parts, start=1):
            upto = "/".join(parts[:depth])
            if self.ignores(name, upto):
                return self._why_ignored(name, upto)
        if self.is_of_wanted_type(parts[-1]):
            return None
        return f"its type is not one of those watched for: {' '.join(sorted(self._extensions))}"

    def _why_ignored(self, name: str, path: str) -> str:
        if name.startswith("."):
            return f"names that begin with a dot are ignored: {name}"
        for pattern in self._of_names:
            if fnmatch.fnmatchcase(name.lower(), pattern):
                return f"{name} is ignored by the pattern {pattern}"
        for pattern in self._of_paths:
            if fnmatch.fnmatchcase(path.lower(), pattern):
                return f"{path} is ignored by the pattern {pattern}"
        return f"{name} is a temporary or system name"


def _is_of_name(pattern: str) -> bool:
    return "/" not in pattern.rstrip("/")


def _is_plain(text: str) -> bool:
    return bool(text) and not set(text) & set("*?[")


def _any_of(patterns: list[str]) -> re.Pattern[str] | None:
    return re.compile("|".join(map(fnmatch.translate, patterns))) if patterns else None
