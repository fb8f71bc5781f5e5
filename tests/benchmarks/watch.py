"""The watching beside `find`, in one run: `python -m tests.benchmarks.watch`.

Wall and processor seconds of an unchanged pass, on this disk and on a mount of ours where each call
takes a millisecond, the best of several interleaved rounds; then the real `runwatcher` with nothing
to do, with files that come one by one, and with very many at once. Needs GNU find; without
/dev/fuse the mount is left out, and said so.
"""

import argparse
import gc
import resource
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import psutil

from lucidlink.filter import Filter
from lucidlink.scanner import scan
from tests.benchmarks import arrivals
from tests.fuse.mounts import FaultyMount, why_impossible
from tests.watching.installation import Installation

PER_FOLDER = 50
WANTED_OF_TEN = 3
IGNORE = [".*", "*.part", "*.partial", "*.tmp", "*.crdownload", "*~", "._*", "*_conflicted*"]
ALL, SOME = Filter(["mov", "exr"], IGNORE), Filter(["mov"], IGNORE)
MIB = 1024 * 1024
REST = 15.0  # seconds after the first pass, which is not what is measured

Runs = dict[str, Callable[[], None]]
Seconds = tuple[float, float]
"""By the wall's clock, and of the processor."""


def make_tree(root: Path, files: int) -> None:
    for folder in range(files // PER_FOLDER):
        here = root / f"seq{folder % 20:02}" / f"shot{folder // 20:04}"
        here.mkdir(parents=True)
        for number in range(PER_FOLDER):
            ending = "mov" if number % 10 < WANTED_OF_TEN else "exr"
            (here / f"UNDLM_010_{folder:04}_comp_v{number:03}.{ending}").touch()


def processor() -> float:
    """User and system seconds of this process and of those it waited for."""
    kinds = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return sum(use.ru_utime + use.ru_stime for use in map(resource.getrusage, kinds))


def measured(work: Callable[[], None]) -> Seconds:
    wall, cpu = time.perf_counter(), processor()
    work()
    return time.perf_counter() - wall, processor() - cpu


def find(root: Path) -> Callable[[], None]:
    words = ["find", str(root), "-type", "f", "-printf", "%s %T@ %p\n"]
    return lambda: void(subprocess.run(words, stdout=subprocess.DEVNULL, check=True))


def unchanged(root: Path, wanted: Filter, threads: int) -> Callable[[], None]:
    before = scan(root, wanted).digests
    return lambda: void(scan(root, wanted, before=before, threads=threads))


def void(_result: object) -> None:
    """What comes of it does not matter here."""


def compare(title: str, runs: Runs, rounds: int) -> None:
    """Each run against the first."""
    taken = [{name: measured(work) for name, work in runs.items()} for _ in range(rounds)]
    best = {
        name: [min(row) for row in zip(*(t[name] for t in taken), strict=True)] for name in runs
    }
    find_wall, find_cpu = next(iter(best.values()))
    print(f"\n{title}, best of {rounds}")
    print(f"{'':46}{'wall s':>8}{'cpu s':>8}{'wall/find':>11}{'cpu/find':>10}")
    for name, (wall, cpu) in best.items():
        shares = f"{wall / find_wall:11.2f}{cpu / find_cpu:10.2f}"
        print(f"{name:46}{wall:8.3f}{cpu:8.3f}{shares}")


def on_disk(root: Path, files: int, rounds: int) -> None:
    runs = {
        "find -printf '%s %T@ %p'": find(root),
        "pass, all names wanted (CPU <= 1.5)": unchanged(root, ALL, 1),
        "pass, 30 % wanted (CPU <= 1.1)": unchanged(root, SOME, 1),
        "first pass, all names wanted": lambda: void(scan(root, ALL, threads=1)),
    }
    compare(f"{files} files on this disk", runs, rounds)


def many_on_disk(root: Path, files: int) -> None:
    runs = {
        "find -printf '%s %T@ %p'": find(root),
        "pass, all names wanted (wall <= 3)": unchanged(root, ALL, 1),
        "first pass, all names wanted (wall <= 3)": lambda: void(scan(root, ALL, threads=1)),
    }
    compare(f"{files} files on this disk", runs, 3)


def on_a_slow_mount(where: Path, files: int) -> None:
    if why := why_impossible():
        print(f"\nNo slow mount: {why}")
        return
    mount = FaultyMount(where)
    make_tree(mount.far, files)
    mount.mount()
    try:
        mount.fail(delay=0.001)
        time.sleep(0.1)
        runs = {
            "find -printf '%s %T@ %p'": find(mount.near),
            "pass, all names wanted, 8 threads (<= 0.2)": unchanged(mount.near, ALL, 8),
            "pass, 30 % wanted, 8 threads (<= 0.2)": unchanged(mount.near, SOME, 8),
        }
        compare(f"{files} files on a mount of 1 ms a call, no kinds told", runs, 1)
    finally:
        mount.unmount()


def idle(where: Path, tree: Path, files: int, seconds: float) -> None:
    """The real command over an empty folder and over the tree: what it keeps, and what it costs."""
    (where / "empty").mkdir()
    print()
    memory = [
        idle_over(Installation(where / f"site-{watched.name}", watched), watched.name, seconds)
        for watched in (where / "empty", tree)
    ]
    growth = (memory[1] - memory[0]) * 100_000 / files
    print(f"growth for 100,000 tracked files {growth:.0f} MiB (<= 20); idle CPU (<= 3 %)")


def idle_over(site: Installation, name: str, seconds: float) -> float:
    """MiB of memory it has in the end."""
    with site.runwatcher() as process:
        time.sleep(REST)
        before = process.cpu_times()
        time.sleep(seconds)
        after = process.cpu_times()
        memory = process.memory_info().rss / MIB
    cpu = 100 * (after.user + after.system - before.user - before.system) / seconds
    print(f"runwatcher over {name}: {cpu:.1f} % of a core, {memory:.0f} MiB")
    return memory


def growth_of_scanning(tree: Path, files: int) -> None:
    """Before anything else has used memory in this process."""
    gc.collect()
    process = psutil.Process()
    before = process.memory_info().rss
    seen = scan(tree, ALL, threads=8)
    peak = process.memory_info().rss
    digests = seen.digests
    del seen
    for _ in range(3):
        scan(tree, ALL, before=digests, threads=1)
    after = process.memory_info().rss
    print(f"growth by the passes alone over {files} files, all wanted:", end=" ")
    print(f"{(peak - before) / MIB:.0f} MiB at the first, {(after - before) / MIB:.0f} MiB kept")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=100_000)
    parser.add_argument("--many", type=int, default=500_000, help="0 leaves it out")
    parser.add_argument("--slow", type=int, default=2_000, help="files on the slow mount")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--arriving", type=int, default=60, help="files one by one; 0: none")
    parser.add_argument("--burst", type=int, default=60_000, help="files at once; 0: none")
    parser.add_argument("--idle", type=float, default=30, help="seconds; 0 leaves it out")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="postflow-bench-") as place:
        where = Path(place)
        make_tree(where / "tree", asked.files)
        growth_of_scanning(where / "tree", asked.files)
        on_disk(where / "tree", asked.files, asked.rounds)
        on_a_slow_mount(where / "slow", asked.slow)
        if asked.idle:
            idle(where, where / "tree", asked.files, asked.idle)
        if asked.arriving:
            arrivals.latency(where, asked.arriving)
        if asked.burst:
            arrivals.burst(where, asked.burst)
        if asked.many:
            make_tree(where / "many", asked.many)
            many_on_disk(where / "many", asked.many)


if __name__ == "__main__":
    main()
