import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from django.conf import settings

from lucidlink.clients import Clients, Options, Standing
from lucidlink.completeness import LookInto, look_into, unless_uploading
from lucidlink.hints import Hints
from lucidlink.mount import FindCarrier, carrier_of
from lucidlink.threads import Start, in_thread
from lucidlink.watcher import MakeHints
from pipeline.watching.examination import Examine, examine

StandingOf: TypeAlias = Callable[[Path], Standing]


def without_client(_folder: Path) -> Standing:
    return Standing()


@dataclass(frozen=True)
class Surroundings:
    """What a watch needs of the process it runs in.

    `wake` is called when a round has something to do. `clock` measures time, and `cpu` that of the
    processor; `wall` (seconds since 1970) is only ever held against the dates of files, and may be
    wrong. `standing_of` asks LucidLink's client.
    """

    say: Callable[[str], None]
    wake: Callable[[], None]
    stopping: Callable[[], bool]
    clock: Callable[[], float] = time.monotonic
    cpu: Callable[[], float] = time.process_time
    wall: Callable[[], float] = time.time
    start: Start = in_thread
    hints: MakeHints = Hints
    find_carrier: FindCarrier = carrier_of
    look_into: LookInto = look_into
    examine: Examine = examine
    standing_of: StandingOf = without_client


def with_lucidlink(
    say: Callable[[str], None], wake: Callable[[], None], stopping: Callable[[], bool]
) -> Surroundings:
    """Of a watcher that asks LucidLink's client too, where the settings say it may be found."""
    clients = Clients(
        Options(
            programs=settings.LUCIDLINK_COMMAND,
            address=settings.LUCIDLINK_ADDRESS,
            filespace=settings.LUCIDLINK_FILESPACE,
            files_route=settings.LUCIDLINK_FILES_ROUTE,
            queue_route=settings.LUCIDLINK_QUEUE_ROUTE,
        )
    )
    return Surroundings(
        say,
        wake,
        stopping,
        look_into=unless_uploading(clients.why_not_whole),
        standing_of=clients.standing_of,
    )
