"""Real clips, each made once."""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TypeAlias

import pytest

from tests.lucidlink import clips

Clip: TypeAlias = Callable[[str], Path]


@pytest.fixture(scope="session")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Clip:
    """`clip("mp4 faststart")`: a whole one; not to be changed."""
    if clips.FFMPEG is None:
        pytest.skip("ffmpeg is not installed (apt-get install ffmpeg)")
    folder = tmp_path_factory.mktemp("clips")
    return cache(lambda form: clips.make(form, folder))
