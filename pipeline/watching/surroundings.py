import time
from collections.abc import Callable
from dataclasses import dataclass

from lucidlink.hints import Hints
from lucidlink.threads import Start, in_thread
from lucidlink.watcher import MakeHints


@dataclass(frozen=True)
class Surroundings:
    """What a watch needs of the process it runs in. `wake`: a round has something to do."""

    say: Callable[[str], None]
    wake: Callable[[], None]
    stopping: Callable[[], bool]
    clock: Callable[[], float] = time.monotonic
    start: Start = in_thread
    hints: MakeHints = Hints
