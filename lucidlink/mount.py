"""Is the folder there, and alive? An unreadable mount is never an empty one."""

import os
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from lucidlink.errors import in_words
from lucidlink.threads import Start, in_thread


@dataclass(frozen=True)
class MountState:
    """`reason` says in words why it is not online; nothing when it is."""

    online: bool
    reason: str = ""


def has_entries(root: Path) -> bool:
    with os.scandir(root) as entries:
        return any(True for _ in entries)


def look_at(
    root: Path, *, had_files: bool = False, peek: Callable[[Path], bool] = has_entries
) -> MountState:
    """Hangs as long as the mount does: see `check`.

    A mount that went away leaves its empty mount point behind, so an empty root that `had_files`
    is taken to be offline. It is asked by listing it: exists() and isdir() are False for a mount
    whose program died, and then all its files would look deleted.
    """
    try:
        filled = peek(root)
    except OSError as error:
        return MountState(online=False, reason=f"The folder cannot be read: {in_words(error)}.")
    if had_files and not filled:
        return MountState(
            online=False,
            reason="The folder is empty though files were in it: is the mount there?"
            " It is watched again as soon as anything is in it.",
        )
    return MountState(online=True)


def check(
    root: Path,
    *,
    had_files: bool = False,
    seconds: float = 10,
    peek: Callable[[Path], bool] = has_entries,
    start: Start = in_thread,
) -> MountState:
    """`look_at`, waited for no longer than `seconds`.

    The thread of a question that is never answered stays behind, so whoever asks again and again
    must not ask anew before the last answer: see `lucidlink.watcher`.
    """
    answers: list[MountState] = []
    answered = threading.Event()

    def ask() -> None:
        answers.append(look_at(root, had_files=had_files, peek=peek))
        answered.set()

    start(ask)
    return answers[0] if answered.wait(seconds) else no_answer(seconds)


def no_answer(seconds: float) -> MountState:
    return MountState(online=False, reason=f"The mount has not answered for {seconds:.0f} s.")
