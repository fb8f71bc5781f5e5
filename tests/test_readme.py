"""What README says is so."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()
SETTINGS = (ROOT / "postflow_site" / "settings.py").read_text()
READ_IN_SETTINGS = sorted(set(re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', SETTINGS)))
ROWS_IN_README = re.findall(r"^\| `([A-Z_]+)` \|", README, re.MULTILINE)


def test_readme_has_a_row_for_each_setting_and_no_other() -> None:
    assert sorted(ROWS_IN_README) == READ_IN_SETTINGS


@pytest.mark.parametrize("path", re.findall(r"\]\(((?!http)[^)]+)\)", README))
def test_what_readme_links_to_is_there(path: str) -> None:
    assert (ROOT / path).exists()


def test_the_example_environment_names_known_settings() -> None:
    named = re.findall(r"^#?([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE)
    assert named
    assert set(named) <= set(READ_IN_SETTINGS)
