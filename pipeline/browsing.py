"""Looking through the folders of this machine for one to choose: no further than is allowed, and
never long on a mount that does not answer."""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import TypeAlias

from django.conf import settings
from django.utils.translation import gettext as _

from lucidlink.errors import in_words
from pipeline import places, studio
from pipeline.models import WatchedFolder

ENTRIES_AT_MOST = 20_000  # looked at in one folder
FOLDERS_AT_MOST = 500  # shown of it

Listing: TypeAlias = Callable[[Path], AbstractContextManager[Iterator["os.DirEntry[str]"]]]


@dataclass(frozen=True)
class Folders:
    """`path`: the folder that is looked into, as people write it; None: the roots stand in
    `inside`. `above`: from its root down to it. `remark`: what is not shown, or why nothing is.
    """

    path: Path | None
    above: Sequence[Path] = ()
    inside: Sequence[Path] = ()
    remark: str = ""


@dataclass
class _Answer:
    """What the mount said, to be put into words in the language of who asks."""

    outside: bool = False
    error: OSError | None = None
    names: list[str] = field(default_factory=list)
    unseen: bool = False


def watched_and_allowed() -> list[Path]:
    """What may be looked at: the watched folders, and ALLOWED_ROOTS."""
    watched = [Path(folder.path) for folder in WatchedFolder.objects.all()]
    return [*map(Path, settings.ALLOWED_ROOTS), *watched]


def real_roots() -> list[Path]:
    """The same, with no symlinks left, as this machine opens them."""
    watched = [folder.real_root for folder in WatchedFolder.objects.all()]
    return [*watched, *(places.real(studio.here(Path(root))) for root in settings.ALLOWED_ROOTS)]


def browse(
    text: str,
    roots: Sequence[Path],
    allowed: Sequence[Path],
    patience: float = places.PATIENCE,
    listing: Listing = os.scandir,
) -> Folders:
    """The folders in the one that `text` names. `roots` as people write them, `allowed` as this
    machine opens them; where `text` leads out of those, it is not told what is there."""
    if not text:
        return Folders(None, inside=_once(roots), remark=_nothing_allowed(roots))
    path = Path(os.path.normpath(text.replace("\0", "")))
    root = _root_of(path, roots)
    if "\0" in text or root is None:
        return _outside(roots)
    here = studio.here(path)
    answer = places.within(patience, lambda: _looked(here, allowed, listing))
    above = [*reversed(path.parents), path][len(root.parents) :]
    if answer is None:
        silent = _("%(path)s does not answer: the mount is probably away. Check LucidLink.")
        return Folders(path, above, remark=silent % {"path": path})
    if answer.outside:
        return _outside(roots)
    if answer.error:
        text = _("%(path)s cannot be looked into: %(why)s.")
        return Folders(path, above, remark=text % {"path": path, "why": in_words(answer.error)})
    inside = [path / name for name in answer.names[:FOLDERS_AT_MOST]]
    return Folders(path, above, inside, _remark(answer))


def _once(roots: Iterable[Path]) -> list[Path]:
    return list(dict.fromkeys(roots))


def _root_of(path: Path, roots: Iterable[Path]) -> Path | None:
    """The outermost: from there on everything may be looked at."""
    holding = [root for root in roots if path == root or places.below(root, path)]
    return min(holding, key=lambda root: len(root.parts), default=None)


def _outside(roots: Sequence[Path]) -> Folders:
    text = _("That path is in none of the folders that may be looked through. These may:")
    return Folders(None, inside=_once(roots), remark=_nothing_allowed(roots) or text)


def _nothing_allowed(roots: Sequence[Path]) -> str:
    if roots:
        return ""
    return _(
        "No folder may be looked through yet: whoever runs PostFlow lists those that may in its"
        " settings (README, Settings). Type the path instead."
    )


def _looked(
    path: Path,
    allowed: Sequence[Path],
    listing: Listing,
) -> _Answer:
    """Where it leads is found out and listed in one go, so that it cannot change between."""
    real = Path(os.path.realpath(path))
    if not _is_allowed(real, allowed):
        return _Answer(outside=True)
    try:
        with listing(real) as entries:
            seen = list(islice(entries, ENTRIES_AT_MOST + 1))
            names = [each.name for each in seen[:ENTRIES_AT_MOST] if _is_folder(each, allowed)]
    except OSError as error:
        return _Answer(error=error)
    in_order = sorted(names, key=lambda name: places.nfc(name).casefold())
    return _Answer(names=in_order, unseen=len(seen) > ENTRIES_AT_MOST)


def _is_folder(entry: "os.DirEntry[str]", allowed: Sequence[Path]) -> bool:
    """One that may be chosen: hidden ones are never watched, and a name that is no text fits into
    no form."""
    try:
        entry.name.encode()
        if entry.name.startswith(".") or not entry.is_dir():
            return False
    except (OSError, UnicodeEncodeError):
        return False
    return not entry.is_symlink() or _is_allowed(Path(os.path.realpath(entry.path)), allowed)


def _is_allowed(real: Path, allowed: Iterable[Path]) -> bool:
    return any(real == root or places.below(root, real) for root in allowed)


def _remark(answer: _Answer) -> str:
    count = len(answer.names)
    if answer.unseen:
        text = _(
            "There are more than %(entries)d entries in it, and only those were looked at. If the"
            " folder you want is not here, type its path."
        )
        return text % {"entries": ENTRIES_AT_MOST}
    if count > FOLDERS_AT_MOST:
        text = _("The first %(shown)d of %(count)d folders. Type the path of another one.")
        return text % {"shown": FOLDERS_AT_MOST, "count": count}
    return "" if count else _("There are no folders in it.")
