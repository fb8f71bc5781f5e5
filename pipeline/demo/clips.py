"""The sample renders, and saving them as a render does."""

import hashlib
import shutil
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent / "clips"
PROJECT = "UNDLM"
PIECES = 8
BETWEEN_PIECES = 0.15  # seconds
BETWEEN_CLIPS = 1.0


@dataclass(frozen=True)
class Clip:
    name: str
    size: int
    sha256: str
    path: Path


def clips() -> list[Clip]:
    """In the order of their names: a version before its successor."""
    return [_clip(path) for path in sorted(FOLDER.glob("[!.]*"))]


def _clip(path: Path) -> Clip:
    content = path.read_bytes()
    return Clip(path.name, len(content), hashlib.sha256(content).hexdigest(), path)


def save_all(
    renders: Iterable[Clip], mount: Path, sleep: Callable[[float], None] = time.sleep
) -> None:
    """One after another: the first and every other grows in place, the rest appear whole."""
    for number, clip in enumerate(renders):
        save = _in_place if number % 2 == 0 else _at_once
        save(clip, mount, sleep)
        sleep(BETWEEN_CLIPS)


def _in_place(clip: Clip, mount: Path, sleep: Callable[[float], None]) -> None:
    """Piece by piece under its own name, as most renderers write."""
    piece = clip.size // PIECES + 1
    with clip.path.open("rb") as source, (mount / clip.name).open("wb", buffering=0) as target:
        while block := source.read(piece):
            target.write(block)
            sleep(BETWEEN_PIECES)


def _at_once(clip: Clip, mount: Path, sleep: Callable[[float], None]) -> None:
    """Under another name first, as careful ones do."""
    draft = mount / f".{clip.name}.part"
    shutil.copyfile(clip.path, draft)
    sleep(BETWEEN_PIECES)
    draft.rename(mount / clip.name)
