"""Shots in four versions each, of all sizes, and what Frame.io has to have of them."""

import hashlib
import random
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from tests.lucidlink.clips import tiny_mov
from tests.sandbox.running import Entry

VERSIONS = 4
SMALLEST, LARGEST = 1_000, 4_000_000  # bytes; half of them below 64 000


@dataclass(frozen=True)
class Shot:
    project: str
    scene: str
    number: str

    @property
    def folder(self) -> str:
        return f"{self.scene}/{self.number}/comp"

    @property
    def names(self) -> list[str]:
        """The oldest version first."""
        stem = f"{self.project}_{self.scene}_{self.number}_comp"
        return [f"{stem}_v{version:03d}.mov" for version in range(1, VERSIONS + 1)]


@dataclass(frozen=True)
class There:
    """A file at the other end; `complete` when Frame.io has every byte and has joined them."""

    folder: str
    name: str
    sha256: str
    complete: bool


def shots(count: int, *, fetched: int) -> list[Shot]:
    """Ten a scene; of the last `fetched` the project is another."""
    sent = count - fetched
    return [
        Shot(
            "UNDLM" if place < sent else "FETCH",
            f"{'0' if place < sent else '1'}{place // 10 + 1:02d}",
            f"{place % 10 + 1:03d}0",
        )
        for place in range(count)
    ]


def save(wanted: Iterable[Shot], mount: Path, *, seed: int) -> list[There]:
    dice = random.Random(seed)
    return [_saved(mount / name, shot.folder, dice) for shot in wanted for name in shot.names]


def _saved(path: Path, folder: str, dice: random.Random) -> There:
    size = round(SMALLEST * (LARGEST / SMALLEST) ** dice.random())
    content = tiny_mov(dice.randbytes(size))
    path.write_bytes(content)
    return There(folder, path.name, hashlib.sha256(content).hexdigest(), complete=True)


def arrived(tree: Iterable[Entry]) -> list[There]:
    return [
        There(
            str(file["folder"]),
            str(file["name"]),
            str(file["sha256"]),
            complete=file["status"] != "created",
        )
        for file in tree
    ]


def stacks(tree: Iterable[Entry]) -> list[list[str]]:
    """The names in each stack, the oldest version first; a loose file stands alone."""
    found: dict[str, list[tuple[int, str]]] = {}
    for file in tree:
        place = int(str(file["stack_position"] or 0))
        key = str(file["stack_id"] or file["id"])
        found.setdefault(key, []).append((place, str(file["name"])))
    return sorted([name for _place, name in sorted(stack)] for stack in found.values())
