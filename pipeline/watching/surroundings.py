import time
from collections.abc import Callable
from dataclasses import dataclass

from lucidlink.completeness import LookInto, look_into
from lucidlink.hints import Hints
from lucidlink.mount import FindCarrier, carrier_of
from lucidlink.threads import Start, in_thread
from lucidlink.watcher import MakeHints
from pipeline.watching.examination import Examine, examine


@dataclass(frozen=True)
class Surroundings:
    """What a watch needs of the process it runs in.

    `wake` is called when a round has something to do. `clock` measures time; `wall` (seconds since
    1970) is only ever held against the dates of files, and may be wrong.
    """

    say: Callable[[str], None]
    wake: Callable[[], None]
    stopping: Callable[[], bool]
    clock: Callable[[], float] = time.monotonic
    wall: Callable[[], float] = time.time
    start: Start = in_thread
    hints: MakeHints = Hints
    find_carrier: FindCarrier = carrier_of
    look_into: LookInto = look_into
    examine: Examine = examine
