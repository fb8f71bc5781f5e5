from pathlib import Path

import pytest

from pipeline.media import in_words, technical_data
from tests.lucidlink import clips


def test_all_that_is_known_is_said() -> None:
    media = {
        "width": 1920,
        "height": 1080,
        "fps": 23.976,
        "duration": 3725.2,
        "codec": "ProRes 422 LT",
        "start_timecode": "01:00:00:00",
    }
    said = "1920 x 1080, 23.976 fps, 1:02:05, ProRes 422 LT, from 01:00:00:00"
    assert in_words(media) == said


@pytest.mark.parametrize("media", [{}, {"reason": "MediaInfo has not answered for 20 s."}])
def test_of_what_is_not_known_nothing_is_said(media: dict[str, object]) -> None:
    assert in_words(media) == ""


def test_a_file_that_cannot_be_read_has_a_reason(tmp_path: Path) -> None:
    assert "reason" in technical_data(tmp_path / "gone.mov")


@pytest.mark.skipif(clips.FFMPEG is None, reason="ffmpeg is not installed (apt-get install ffmpeg)")
def test_a_real_film_is_described(tmp_path: Path) -> None:
    told = in_words(technical_data(clips.make("mov", tmp_path)))
    assert told == "320 x 180, 24 fps, 0:00:02, ProRes 422 LT, from 01:00:00:00"
