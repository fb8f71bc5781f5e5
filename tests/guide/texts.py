"""The guide's files, and what the product's own texts are."""

import re
import shutil
import subprocess
from functools import cache
from pathlib import Path

import pytest
from django.conf import settings

from pipeline import guide

LANGUAGES = ["en", "fr"]
PAGES = [(language, name) for language in LANGUAGES for name in guide.CHAPTERS]
CATALOGUE = Path(settings.BASE_DIR) / "locale/fr/LC_MESSAGES/django.po"
ENTRY = re.compile(r'^(msgid|msgid_plural|msgstr(?:\[\d\])?) "(.+)"$', re.MULTILINE)


def text(language: str, name: str) -> str:
    return (guide.FOLDER / language / f"{name}.md").read_text("utf-8")


def bold(language: str, name: str) -> list[str]:
    """What the guide quotes from the pages, in one line each."""
    found = re.findall(r"\*\*(.+?)\*\*", text(language, name), re.DOTALL)
    return [re.sub(r"[ \n]+", " ", quoted) for quoted in found]


def pictures(language: str, name: str) -> list[str]:
    return re.findall(r"!\[[^]]+\]\(pictures/([a-z-]+)\.png\)", text(language, name))


def headings(language: str, name: str) -> list[str]:
    """Only how deep each is."""
    return re.findall(r"^(#+) \S", text(language, name), re.MULTILINE)


@cache
def shown(language: str) -> set[str]:
    """Every text of the product, each as it stands at the beginning of a line."""
    msgcat = shutil.which("msgcat")
    if msgcat is None:
        pytest.skip("gettext is not installed (apt-get install gettext)")
    done = subprocess.run(
        [msgcat, "--no-wrap", CATALOGUE],
        capture_output=True,
        check=True,
        encoding="utf-8",
        timeout=60,
    )
    wanted = "msgid" if language == "en" else "msgstr"
    return {
        capitalised(said) for kind, said in ENTRY.findall(done.stdout) if kind.startswith(wanted)
    }


def capitalised(said: str) -> str:
    """Django writes the names of fields and tables so, whatever the catalogue says."""
    return said[:1].upper() + said[1:]
