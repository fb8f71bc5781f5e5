"""The process that is asked about films: one for many, and none that hangs or falls is missed."""

import contextlib
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from lucidlink.mediainfo import MediaInfoProcess, NotTold
from lucidlink.probe import probe

Answering = Callable[[str], MediaInfoProcess]

HEAD = """
import json, os, sys, time
def tell(said): print(json.dumps({"told": said}), flush=True)
for line in sys.stdin:
    name = json.loads(line)
"""


@pytest.fixture
def answering() -> Iterator[Answering]:
    """A MediaInfo of which each file is answered by this code: `name`, `tell(text)`."""
    made: list[MediaInfoProcess] = []

    def start(code: str) -> MediaInfoProcess:
        made.append(MediaInfoProcess([sys.executable, "-c", f"{HEAD}    {code}"]))
        return made[-1]

    yield start
    for mediainfo in made:
        mediainfo.close()


def test_one_process_is_asked_about_many_files(answering: Answering) -> None:
    mediainfo = answering("tell(f'{os.getpid()} {name}')")
    names = ["a.mov", "Pläne 日本.mov", "two\nlines.mov", "not \udcff unicode.mov"]
    told = [mediainfo.ask(Path(name), 20).partition(" ") for name in names]
    assert [name for _pid, _space, name in told] == names
    assert len({pid for pid, _space, _name in told}) == 1


def test_one_that_hangs_is_ended_in_time_and_the_next_file_is_told_of(
    answering: Answering,
) -> None:
    mediainfo = answering("tell(str(os.getpid())) if name == 'good' else time.sleep(60)")
    first = int(mediainfo.ask(Path("good"), 20))
    began = time.monotonic()
    found = probe(Path("bad"), seconds=0.3, ask=mediainfo.ask)
    assert time.monotonic() - began < 10
    assert found.reason == (
        "Its technical data could not be read: MediaInfo has not answered for 0.3 s."
    )
    assert not psutil.pid_exists(first)
    assert int(mediainfo.ask(Path("good"), 20)) != first


def test_one_that_crashes_takes_nothing_along(answering: Answering) -> None:
    mediainfo = answering("tell('well') if name == 'good' else os._exit(7)")
    with pytest.raises(NotTold, match="MediaInfo ended with code 7"):
        mediainfo.ask(Path("bad"), 20)
    assert mediainfo.ask(Path("good"), 20) == "well"


def test_one_that_was_killed_between_two_files_is_not_missed(answering: Answering) -> None:
    mediainfo = answering("tell(str(os.getpid()))")
    process = psutil.Process(int(mediainfo.ask(Path("a.mov"), 20)))
    process.kill()
    while process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
        time.sleep(0.01)
    assert int(mediainfo.ask(Path("b.mov"), 20)) != process.pid


def test_it_ends_with_whoever_started_it(answering: Answering) -> None:
    """Also with one that was killed: its end of the pipe is closed."""
    code = HEAD + "    tell(str(os.getpid()))"
    asks = (
        "import os, sys\n"
        "from pathlib import Path\n"
        "from lucidlink.mediainfo import MediaInfoProcess\n"
        f"asked = MediaInfoProcess([sys.executable, '-c', {code!r}])\n"
        "print(asked.ask(Path('a.mov'), 20), flush=True)\n"
        "os.kill(os.getpid(), 9)\n"
    )
    outer = [sys.executable, "-c", asks]
    said = subprocess.run(outer, capture_output=True, text=True, timeout=60, check=False).stdout
    with contextlib.suppress(psutil.NoSuchProcess):
        psutil.Process(int(said)).wait(timeout=60)
    assert not psutil.pid_exists(int(said))


@pytest.mark.parametrize("said", ["nonsense", "[]", "{}", '{"told": 5}', '{"reason": []}'])
def test_an_answer_that_makes_no_sense(answering: Answering, said: str) -> None:
    with pytest.raises(NotTold, match="MediaInfo's answer makes no sense"):
        answering(f"print({said!r}, flush=True)").ask(Path("any.mov"), 20)


def test_a_library_that_is_not_there(answering: Answering) -> None:
    reason = "OSError: Failed to load library libmediainfo.so.0"
    says = f"print(json.dumps({{'reason': {reason!r}}}), flush=True)"
    found = probe(Path("any.mov"), ask=answering(says).ask)
    assert found.reason == f"Its technical data could not be read: {reason}."


def test_a_program_that_is_not_there() -> None:
    with pytest.raises(NotTold, match="it is not there"):
        MediaInfoProcess(["no-such-mediainfo"]).ask(Path("any.mov"), 20)
