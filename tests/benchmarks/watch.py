"""One pass over many small files beside `find`, in one run: `python -m tests.benchmarks.watch`.

Prints wall and processor seconds, the best of several interleaved rounds; needs GNU find.
"""

import argparse
import resource
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from lucidlink.filter import Filter
from lucidlink.scanner import scan

PER_FOLDER = 50
WANTED_OF_TEN = 3
IGNORE = [".*", "*.part", "*.partial", "*.tmp", "*.crdownload", "*~", "._*", "*_conflicted*"]


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


def measured(work: Callable[[], None]) -> tuple[float, float]:
    wall, cpu = time.perf_counter(), processor()
    work()
    return time.perf_counter() - wall, processor() - cpu


def contestants(root: Path) -> dict[str, Callable[[], None]]:
    def find() -> None:
        words = ["find", str(root), "-type", "f", "-printf", "%s %T@ %p\n"]
        subprocess.run(words, stdout=subprocess.DEVNULL, check=True)

    def passes(extensions: list[str], threads: int) -> Callable[[], None]:
        def work() -> None:
            scan(root, Filter(extensions, IGNORE), threads=threads)

        return work

    return {
        "find -printf '%s %T@ %p'": find,
        "pass, all names wanted, 1 thread": passes(["mov", "exr"], 1),
        "pass, 30 % wanted, 1 thread": passes(["mov"], 1),
        "pass, all names wanted, 8 threads": passes(["mov", "exr"], 8),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=5)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="postflow-bench-") as where:
        make_tree(Path(where), asked.files)
        runs = contestants(Path(where))
        rounds = [
            {name: measured(work) for name, work in runs.items()} for _ in range(asked.rounds)
        ]
    best = {name: tuple(map(min, zip(*(r[name] for r in rounds), strict=True))) for name in runs}
    find_wall, find_cpu = next(iter(best.values()))
    print(f"{asked.files} files, best of {asked.rounds}")
    print(f"{'':36}{'wall s':>8}{'cpu s':>8}{'wall/find':>11}{'cpu/find':>10}")
    for name, (wall, cpu) in best.items():
        shares = f"{wall / find_wall:11.2f}{cpu / find_cpu:10.2f}"
        print(f"{name:36}{wall:8.3f}{cpu:8.3f}{shares}")
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak memory of this process: {grown:.0f} MiB")


if __name__ == "__main__":
    main()
