"""Which names are worth a look."""

import unicodedata

import pytest

from lucidlink.filter import Filter

PATTERNS = [".*", "*.part", "*~", "._*", "*_conflicted*", "old/*", "trash", "v??_draft.mov"]
MOVIES = Filter(["mov", ".MP4"], PATTERNS)


@pytest.mark.parametrize("path", ["a.mov", "A/B/a.MOV", "a.b.mp4", "scene.v1/a.mov", "older/a.mov"])
def test_it_wants_files_of_its_types(path: str) -> None:
    assert MOVIES.why_not(path) is None


@pytest.mark.parametrize(
    ("path", "word"),
    [
        ("a.exr", "type"),
        ("noextension", "type"),
        (".a.mov", "dot"),
        ("._a.mov", "dot"),
        (".lucid_audit/a.mov", "dot"),
        ("a.mov.part", "*.part"),
        ("a.mov~", "*~"),
        ("a.mov.crdownload", "temporary"),
        ("A/lost+found/a.mov", "system"),
        ("A/a_conflicted_2.mov", "*_conflicted*"),
        ("old/a.mov", "old/*"),
        ("old/deeper/a.mov", "old/*"),
        ("A/Trash/a.mov", "trash"),
        ("v01_draft.mov", "v??_draft.mov"),
        ("V01_DRAFT.mov", "v??_draft.mov"),
    ],
)
def test_it_says_why_it_does_not_want_the_others(path: str, word: str) -> None:
    assert word in (MOVIES.why_not(path) or "")


def test_patterns_and_names_meet_in_whatever_unicode_form() -> None:
    typed = unicodedata.normalize("NFC", "brouillé*")
    as_lucidlink_gives_it = unicodedata.normalize("NFD", "brouillé_1.mov")
    assert Filter(["mov"], [typed]).why_not(as_lucidlink_gives_it) is not None
