import pytest

from frameio.errors import Invalid
from frameio.names import remote_name, same_name


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("sc010", "sc010"),
        ("a/b\\c", "a_b_c"),
        ("tab\tand\x00nul\x85next", "tab_and_nul_next"),
        ("line\u2028paragraph\u2029", "line_paragraph_"),
        ("plate\u202egpj.exe", "plategpj.exe"),
        ("\u2066left\u2069\u200f\ufeff", "left"),
        ("  spaces  ", "spaces"),
        ("cafe\u0301", "caf\u00e9"),
        ("雪_👩\u200d🎨", "雪_👩\u200d🎨"),
    ],
)
def test_a_name_is_cleaned(name: str, clean: str) -> None:
    assert remote_name(name) == clean


def test_the_longest_name_has_255_characters_after_composing() -> None:
    assert len(remote_name("e\u0301" * 255)) == 255
    with pytest.raises(Invalid, match="256 characters"):
        remote_name("é" * 256)


@pytest.mark.parametrize("name", ["", "  ", "\u202e", "\ufeff "])
def test_what_shows_nothing_is_no_name(name: str) -> None:
    with pytest.raises(Invalid, match="is empty"):
        remote_name(name)


def test_bytes_that_are_no_text_are_no_name() -> None:
    with pytest.raises(Invalid, match="not valid UTF-8"):
        remote_name("plate\udcff.mov")


def test_names_are_compared_as_people_see_them() -> None:
    assert same_name("cafe\u0301", "caf\u00e9")
    assert not same_name("sc010", "SC010")
