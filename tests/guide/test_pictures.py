"""The pictures of the guide can be made afresh at any time. `make pictures` writes them down."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline import guide
from tests.admin.browsing import chromium
from tests.desk.studio import Studio
from tests.desk.visiting import Visits
from tests.guide import pictures, texts
from tests.long_form import of_which

PNG = b"\x89PNG\r\n\x1a\n"
LOCALES = {"en": "en-GB", "fr": "fr-FR"}
WRITTEN = [
    guide.picture(name, language) for language in texts.LANGUAGES for name in pictures.PICTURES
]


@pytest.mark.parametrize("path", WRITTEN, ids=lambda path: f"{path.parts[-3]}-{path.stem}")
def test_each_is_there_and_small(path: Path) -> None:
    assert path.read_bytes().startswith(PNG)
    assert path.stat().st_size <= pictures.MOST_BYTES


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_the_guide_shows_each_of_them_and_no_other(language: str) -> None:
    shown = [name for chapter in guide.CHAPTERS for name in texts.pictures(language, chapter)]
    assert sorted(shown) == sorted(pictures.PICTURES)
    there = {path.stem for path in guide.picture("any", language).parent.iterdir()}
    assert there == set(pictures.PICTURES)


@pytest.fixture(params=of_which(["en"], ["fr"]))
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def studio(language: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Studio]:
    """What its machines write down is in its language, too."""
    monkeypatch.setenv("LANGUAGE_CODE", language)
    with Studio(tmp_path) as studio:
        studio.furnish("studio")
        yield studio


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.processes
def test_they_are_made(studio: Studio, language: str, tmp_path: Path) -> None:
    folder = Path(os.environ.get("GUIDE_PICTURES", tmp_path)).absolute() / language / "pictures"
    with (
        chromium() as browser,
        Visits(browser, studio).by("nora", pictures.SIZE, language=LOCALES[language]) as page,
    ):
        pictures.make(page, studio, folder)
    assert {path.stem for path in folder.iterdir()} == set(pictures.PICTURES)
    assert [path for path in folder.iterdir() if path.stat().st_size > pictures.MOST_BYTES] == []
