"""Which cut, hollow and live files are taken for whole, by us and by ffprobe, in one run:
`python -m tests.benchmarks.containers`. Needs ffmpeg; prints times as the median of all looks."""

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from lucidlink.completeness import look_into
from lucidlink.containers.judgement import Whole
from tests.lucidlink import clips

SECONDS = 20
LIVE_AFTER = 3.0


class Counted(NamedTuple):
    accepted: int
    waiting_long: int
    of: int
    seconds: list[float]

    def __str__(self) -> str:
        maybe = f" +{self.waiting_long}?" if self.waiting_long else ""
        return f"{self.accepted}{maybe} of {self.of}"


def count(look: Callable[[Path], Whole], paths: Sequence[Path]) -> Counted:
    found, seconds = [], []
    for path in paths:
        began = time.perf_counter()
        found.append(look(path))
        seconds.append(time.perf_counter() - began)
    return Counted(found.count(Whole.COMPLETE), found.count(Whole.UNKNOWN), len(paths), seconds)


def ours(path: Path) -> Whole:
    return look_into(path, path.stat().st_size).whole


def ffprobes(path: Path) -> Whole:
    words = [clips.FFPROBE or "ffprobe", "-loglevel", "quiet", "-show_format", str(path)]
    ended = subprocess.run(words, stdout=subprocess.DEVNULL, check=False)
    return Whole.INCOMPLETE if ended.returncode else Whole.COMPLETE


def killed(form: str, folder: Path) -> Path:
    """What a writer left that was ended in the middle."""
    target = folder / f"killed.{clips.FORMS[form][0]}"
    writer = subprocess.Popen(clips.command(form, target, SECONDS, live=True))
    time.sleep(LIVE_AFTER)
    writer.kill()
    writer.wait()
    return target


def samples(form: str, folder: Path) -> dict[str, list[Path]]:
    whole = clips.make(form, folder, SECONDS)
    return {
        "whole": [whole],
        "cut": [clips.cut(whole, percent, folder) for percent in clips.CUTS],
        "zero end": [clips.without_end(whole, folder)],
        "killed": [killed(form, folder)],
    }


def rows(form: str, folder: Path) -> bool:
    """Prints a line a kind of sample; whether ours took all whole ones and no cut or hollow one."""
    right = True
    for kind, paths in samples(form, folder).items():
        we, they = count(ours, paths), count(ffprobes, paths)
        times = [f"{1000 * statistics.median(who.seconds):10.2f}" for who in (we, they)]
        print(f"{form:16}{kind:10}{we!s:>14}{they!s:>14}{times[0]}{times[1]}")
        if kind != "killed":
            right &= we.accepted + we.waiting_long == (len(paths) if kind == "whole" else 0)
    return right


def main() -> None:
    if clips.FFMPEG is None or clips.FFPROBE is None:
        sys.exit("ffmpeg is needed: apt-get install ffmpeg")
    print("Taken for whole, of so many; +n?: cannot be told, sent after the long quiet time.")
    print(f"{'form':16}{'sample':10}{'ours':>14}{'ffprobe':>14}{'ours ms':>10}{'ffprobe':>10}")
    right = True
    with tempfile.TemporaryDirectory(prefix="postflow-bench-") as where:
        for form in clips.FORMS:
            right &= rows(form, Path(where))
    sys.exit(0 if right else "A whole file was refused, or a part of one taken.")


if __name__ == "__main__":
    main()
