"""Where paths lead, asked in a way that a dead mount cannot hold up."""

import os
import threading
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

Answer = TypeVar("Answer")

PATIENCE = 2.0  # seconds: a dead network mount answers neither yes nor no, ever


def within(patience: float, ask: Callable[[], Answer]) -> Answer | None:
    """What `ask` finds on a mount; None when it has not answered by then."""
    found: list[Answer] = []
    # A daemon thread: one that hangs in a dead mount must not keep the process from ending.
    asking = threading.Thread(target=lambda: found.append(ask()), daemon=True)
    asking.start()
    asking.join(patience)
    return found[0] if found else None


def real(path: Path, resolve: Callable[[Path], str] = os.path.realpath) -> Path:
    """Without symlinks; as it is written when its mount does not answer."""
    found = within(PATIENCE, lambda: Path(resolve(path)))
    return path if found is None else found


def below(root: Path, path: Path) -> Path | None:
    """The rest of a path that lies in `root`; None of another. LucidLink hands names out in NFD;
    people type them in NFC."""
    if Path(nfc(str(root))) not in Path(nfc(str(path))).parents:
        return None
    return Path(*path.parts[len(root.parts) :])


def nfc(text: str) -> str:
    return unicodedata.normalize("NFC", text)
