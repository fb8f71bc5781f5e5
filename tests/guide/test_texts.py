"""The guide says what the product says, in both languages alike."""

import re

import pytest
from django.conf import settings

from pipeline import guide
from tests.guide import texts

NO_BREAK = "\N{NO-BREAK SPACE}"


def test_there_is_a_guide_in_every_language_and_it_has_the_same_chapters() -> None:
    assert [code for code, _name in settings.LANGUAGES] == texts.LANGUAGES
    for language in texts.LANGUAGES:
        files = {path.stem for path in (guide.FOLDER / language).glob("*.md")}
        assert files == set(guide.CHAPTERS)


@pytest.mark.parametrize(("language", "name"), texts.PAGES)
def test_what_is_bold_stands_on_a_page_of_the_product(language: str, name: str) -> None:
    quoted = texts.bold(language, name)
    assert quoted
    shown = texts.shown(language)
    assert [each for each in quoted if texts.capitalised(each) not in shown] == []


@pytest.mark.parametrize("name", guide.CHAPTERS)
def test_both_languages_have_the_same_headings_and_pictures(name: str) -> None:
    assert texts.headings("en", name) == texts.headings("fr", name)
    assert texts.pictures("en", name) == texts.pictures("fr", name)


@pytest.mark.parametrize(("language", "name"), texts.PAGES)
def test_every_link_leads_to_a_chapter(language: str, name: str) -> None:
    links = re.findall(r"(?<!!)\[[^]]+\]\(([^)]+)\)", texts.text(language, name))
    assert set(links) <= {f"{chapter}.md" for chapter in guide.CHAPTERS}


@pytest.mark.parametrize(("language", "name"), texts.PAGES)
def test_a_chapter_is_short_and_begins_with_its_title(language: str, name: str) -> None:
    lines = texts.text(language, name).splitlines()
    assert len(lines) <= 120
    assert texts.headings(language, name)[0] == "#"
    assert lines[0].startswith("# ")


@pytest.mark.parametrize("name", guide.CHAPTERS)
def test_marks_that_stand_apart_in_french_do_not_begin_a_line(name: str) -> None:
    written = re.sub(r"```.*?```|`[^`]*`", "", texts.text("fr", name), flags=re.DOTALL)
    assert re.findall(r"[ \n][:;!?»] |« |\w'", written.replace("![", "[")) == []
    assert f"{NO_BREAK}:" in written
