"""What the real `runwatcher` makes of files that arrive: how soon, and how many at once."""

import random
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from statistics import quantiles

from lucidlink.pace import HOT_EVERY
from tests.watching.installation import Installation

QUIET = 2  # seconds
MIB = 1024 * 1024
PER_FOLDER = 150
GIVE_UP = 3600.0  # seconds


def whole_film(number: int) -> bytes:
    """The smallest QuickTime file that is complete by its boxes; each has its own content."""
    ftyp = b"\0\0\0\x14ftypqt  \0\0\0\0qt  "
    return ftyp + b"\0\0\0\x08moov" + b"\0\0\0\x10mdat" + number.to_bytes(8, "big")


def name(number: int) -> str:
    return f"UNDLM_010_{number:05}_comp_v001.mov"


def latency(where: Path, files: int) -> None:
    """From the last byte written to the job that is due, files coming one by one."""
    tree = where / "arriving"
    tree.mkdir()
    site = Installation(where / "site-arriving", tree, quiet=QUIET)
    written: dict[str, float] = {}
    with site.runwatcher():
        for number in range(files):
            time.sleep(random.uniform(0.1, 0.7))
            (tree / name(number)).write_bytes(whole_film(number))
            written[name(number)] = time.time()
        for _round in until_taken(site, files):
            pass
    made = made_at(site)
    waits = sorted(made[one] - at for one, at in written.items())
    allowed = QUIET + HOT_EVERY + 1
    p95 = quantiles(waits, n=20)[-1]
    print(f"\n{files} files one by one, quiet time {QUIET} s: job pending after", end=" ")
    print(f"{waits[len(waits) // 2]:.1f} s (median), {p95:.1f} s (p95 <= {allowed:.0f})")


def burst(where: Path, files: int) -> None:
    """And meanwhile one more, and others that want to write to the database."""
    tree = where / "burst"
    tree.mkdir()
    site = Installation(where / "site-burst", tree, quiet=QUIET)
    with site.runwatcher() as process:
        time.sleep(5)
        before, cpu = process.memory_info().rss, process.cpu_times()
        for number in range(files):
            here = tree / f"shot{number // PER_FOLDER:04}"
            here.mkdir(exist_ok=True)
            (here / name(number)).write_bytes(whole_film(number))
        began = time.monotonic()
        time.sleep(QUIET)
        last, last_at = tree / name(files), time.time()
        last.write_bytes(whole_film(files))
        peak, waits = 0, []
        for _round in until_taken(site, files + 1):
            peak = max(peak, process.memory_info().rss)
            waits.append(wait_to_write(site))
        seconds = time.monotonic() - began
        used = process.cpu_times()
    spent = used.user + used.system - cpu.user - cpu.system
    made = made_at(site)
    print(f"\n{files} files at once: {len(made)} jobs {seconds:.0f} s after the last one,")
    print(f"{spent:.0f} s of the processor, {(peak - before) / MIB:.0f} MiB at the most;")
    print(f"one that came {QUIET} s later: its job {made[last.name] - last_at:.0f} s after it")
    print(
        f"others waited to write {quantiles(waits, n=20)[-1]:.2f} s (p95), {max(waits):.2f} s (max)"
    )


def wait_to_write(site: Installation) -> float:
    """Seconds until another process has the database's write lock."""
    began = time.monotonic()
    with closing(sqlite3.connect(site.database, timeout=60, isolation_level=None)) as database:
        database.execute("begin immediate")
        database.execute("rollback")
    return time.monotonic() - began


def until_taken(site: Installation, files: int) -> Iterator[None]:
    """Every second until all have their jobs, and once more."""
    end = time.monotonic() + GIVE_UP
    while (taken := pending(site)) < files:
        if time.monotonic() > end:
            raise TimeoutError(f"{taken} of {files} taken")
        yield
        time.sleep(1)
    yield


def pending(site: Installation) -> int:
    words = "select count(*) from pipeline_uploadjob where state = 'pending'"
    with closing(sqlite3.connect(site.database)) as database:
        return int(database.execute(words).fetchone()[0])


def made_at(site: Installation) -> dict[str, float]:
    """When each queued job was made, in seconds since 1970."""
    with closing(sqlite3.connect(site.database)) as database:
        rows = database.execute(
            "select name, created_at from pipeline_uploadjob where state = 'pending'"
        ).fetchall()
    return {name: datetime.fromisoformat(at).replace(tzinfo=UTC).timestamp() for name, at in rows}
