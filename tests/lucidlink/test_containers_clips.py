"""Real clips of seven container forms: whole, cut, with their end missing, and being written."""

import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from lucidlink.containers.judgement import Whole
from tests.lucidlink import clips
from tests.lucidlink.conftest import Clip
from tests.lucidlink.looking import looked_into

every_form = pytest.mark.parametrize("form", clips.FORMS)


@every_form
def test_a_whole_clip_is_complete(clip: Clip, form: str) -> None:
    assert looked_into(clip(form)).whole is Whole.COMPLETE


@every_form
@pytest.mark.parametrize("percent", clips.CUTS)
def test_a_cut_one_is_held(clip: Clip, tmp_path: Path, form: str, percent: float) -> None:
    found = looked_into(clips.cut(clip(form), percent, tmp_path))
    assert found.whole is Whole.INCOMPLETE
    assert "written" in found.reason


@every_form
def test_one_byte_missing_is_enough(clip: Clip, tmp_path: Path, form: str) -> None:
    short = tmp_path / "short"
    short.write_bytes(clip(form).read_bytes()[:-1])
    assert looked_into(short).whole is Whole.INCOMPLETE


@every_form
@pytest.mark.parametrize("missing", [5_000, 100_000])
def test_full_length_with_zeros_for_an_end_is_held(
    clip: Clip, tmp_path: Path, form: str, missing: int
) -> None:
    found = looked_into(clips.without_end(clip(form), tmp_path, missing))
    assert found.whole is Whole.INCOMPLETE


@every_form
def test_full_length_with_nothing_in_it_is_held(clip: Clip, tmp_path: Path, form: str) -> None:
    hollow = clips.without_end(clip(form), tmp_path, clip(form).stat().st_size)
    assert looked_into(hollow).whole is Whole.INCOMPLETE


@every_form
def test_the_name_does_not_matter(clip: Clip, tmp_path: Path, form: str) -> None:
    renamed = tmp_path / "renamed.mxf.avi.mov.txt"
    shutil.copy(clip(form), renamed)
    assert looked_into(renamed).whole is Whole.COMPLETE


@pytest.mark.parametrize("form", ["mov", "mp4", "mp4 faststart", "avi", "mxf"])
def test_a_clip_is_not_complete_while_it_is_made_nor_when_its_writer_was_killed(
    clip: Clip, tmp_path: Path, form: str
) -> None:
    target = tmp_path / f"live.{clips.FORMS[form][0]}"
    writer = subprocess.Popen(clips.command(form, target, seconds=60, live=True))
    wait_for(lambda: target.exists() and target.stat().st_size > 40_000)
    under_way = looked_into(target)
    writer.kill()
    writer.wait(10)
    assert under_way.whole in {Whole.INCOMPLETE, Whole.UNREADABLE}  # it may grow meanwhile
    assert looked_into(target).whole is Whole.INCOMPLETE


@pytest.mark.parametrize("form", ["mkv", "mp4 fragmented"])
def test_where_the_form_cannot_tell_that_more_is_to_come_it_is_not_taken_for_complete(
    clip: Clip, tmp_path: Path, form: str
) -> None:
    target = tmp_path / f"live.{clips.FORMS[form][0]}"
    writer = subprocess.Popen(clips.command(form, target, seconds=60, live=True))
    wait_for(lambda: target.exists() and target.stat().st_size > 140_000)
    writer.kill()
    writer.wait(10)
    assert looked_into(target).whole is not Whole.COMPLETE


def test_silence_at_the_end_of_uncompressed_sound_is_no_reason_to_hold(
    clip: Clip, tmp_path: Path
) -> None:
    target = tmp_path / "silence.mov"
    sources = ["-f", "lavfi", "-i", clips.PICTURE, "-f", "lavfi", "-i", "anullsrc=r=48000"]
    codecs = ["-c:v", "prores", "-c:a", "pcm_s16le", "-movflags", "+faststart"]
    words = ["ffmpeg", "-loglevel", "error", *sources, "-t", "1", *codecs, str(target)]
    subprocess.run(words, check=True, timeout=60)
    with target.open("r+b") as file:  # the last piece of sound, as a longer film would have it
        file.seek(-4096, 2)
        file.write(bytes(4096))
    found = looked_into(target)
    assert found.whole is Whole.UNKNOWN
    assert "zeros" in found.reason


def wait_for(holds: Callable[[], bool], seconds: float = 30) -> None:
    """For another process; polled, with an end."""
    until = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < until, "it did not come about"
        time.sleep(0.05)
