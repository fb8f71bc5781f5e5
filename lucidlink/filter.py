"""Which names are worth a look: decided by the name alone, before the mount is asked anything."""

import fnmatch
import re
import unicodedata
from collections.abc import Iterable

from lucidlink.words import gettext as _

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
        # Most patterns are "*.tmp", "._*" or "*_draft*", and there are as many tests as files:
        # those forms are ten times quicker without a regular expression.
        ends = {p for p in self._of_names if p[:1] == "*" and _is_plain(p[1:])}
        starts = {p for p in self._of_names if p[-1:] == "*" and _is_plain(p[:-1])}
        middles = {p for p in self._of_names if p[:1] == p[-1:] == "*" and _is_plain(p[1:-1])}
        self._ends = (*TEMPORARY, *(pattern[1:] for pattern in ends))
        self._starts = (".", *(pattern[:-1] for pattern in starts))
        self._middles = tuple(pattern[1:-1] for pattern in middles)
        self._names = _any_of([p for p in self._of_names if p not in ends | starts | middles])
        self._paths = _any_of(self._of_paths)
        self.suffixes = tuple(f".{end}" for end in self._extensions)
        ends_of_wanted = [end for end in self._ends if _may_meet(end, self.suffixes)]
        self._suspects = (
            *_without_longer(f"/{start}" for start in self._starts),
            *(f"{end}/" for end in ends_of_wanted),
            *self._middles,
        )

    def is_of_wanted_type(self, name: str) -> bool:
        return nfc(name).lower().endswith(self.suffixes)

    def may_ignore_one_of(self, names: str) -> bool:
        """Of the names of wanted type among many, which have a slash between, before and after
        them, in lower case and NFC: False for nearly all folders, and saves asking for each name.
        """
        if self._names is not None or self._paths is not None:
            return True
        return any(suspect in names for suspect in self._suspects)

    def ignores(self, name: str, above: str = "") -> bool:
        """The file or folder itself; those `above` it ("A/B/") are thought to be entered."""
        lower = name.lower() if name.isascii() else nfc(name).lower()
        if lower.startswith(self._starts) or lower.endswith(self._ends) or lower == NEVER_ENTERED:
            return True
        for middle in self._middles:
            if middle in lower:
                return True
        if self._names is not None and self._names.match(lower) is not None:
            return True
        return self._paths is not None and self._paths.match(nfc(above + name).lower()) is not None

    def why_not(self, path: str) -> str | None:
        """Why the file at this path, relative to the root, is not watched; None when it is."""
        parts = nfc(path).split("/")
        for depth, name in enumerate(parts, start=1):
            upto = "/".join(parts[:depth])
            if self.ignores(name, upto.removesuffix(name)):
                return self._why_ignored(name, upto)
        if self.is_of_wanted_type(parts[-1]):
            return None
        return _("its type is not one of those watched for: %(types)s") % {
            "types": " ".join(sorted(self._extensions))
        }

    def _why_ignored(self, name: str, path: str) -> str:
        if name.startswith("."):
            return _("names that begin with a dot are ignored: %(name)s") % {"name": name}
        for pattern in self._of_names:
            if fnmatch.fnmatchcase(name.lower(), pattern):
                return _ignored_by(pattern, name)
        for pattern in self._of_paths:
            if fnmatch.fnmatchcase(path.lower(), pattern):
                return _ignored_by(pattern, path)
        return _("%(name)s is a temporary or system name") % {"name": name}


def _ignored_by(pattern: str, name: str) -> str:
    told = {"name": name, "pattern": pattern}
    return _("%(name)s is ignored by the pattern %(pattern)s") % told


def _is_of_name(pattern: str) -> bool:
    return "/" not in pattern.rstrip("/")


def _is_plain(text: str) -> bool:
    return bool(text) and not set(text) & set("*?[")


def _may_meet(end: str, suffixes: Iterable[str]) -> bool:
    return any(suffix.endswith(end) or end.endswith(suffix) for suffix in suffixes)


def _without_longer(starts: Iterable[str]) -> list[str]:
    """Without those that begin with another one."""
    ordered = sorted(starts)
    return [s for s in ordered if not any(s != o and s.startswith(o) for o in ordered)]


def _any_of(patterns: list[str]) -> re.Pattern[str] | None:
    return re.compile("|".join(map(fnmatch.translate, patterns))) if patterns else None
