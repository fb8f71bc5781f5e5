"""Every text has its French, and what is committed is what is shown. See docs/translating.md."""

import ast
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

CATALOGUE = Path("locale/fr/LC_MESSAGES")
SOURCES = ["frameio", "lucidlink", "notifications", "pipeline", "postflow_site", "templates"]
MARKS = {"_", "_now", "gettext", "ngettext", "pgettext", "gettext_lazy", "ngettext_lazy"}
NO_BREAK = "\N{NO-BREAK SPACE}"

pytestmark = pytest.mark.skipif(
    shutil.which("msgcmp") is None, reason="gettext is not installed (apt-get install gettext)"
)


def run(*command: str | Path, cwd: Path = settings.BASE_DIR) -> str:
    """What it printed, errors and all; a failure of the test if it failed."""
    environment = {**os.environ, "LC_ALL": "C.UTF-8"}
    done = subprocess.run(
        command,
        cwd=cwd,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        timeout=60,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


def messages() -> str:
    """The catalogue with each text on a line of its own."""
    return run("msgcat", "--no-wrap", CATALOGUE / "django.po")


def test_nothing_is_left_untranslated_or_unsure() -> None:
    told = run("msgfmt", "--check", "--statistics", "-o", os.devnull, CATALOGUE / "django.po")
    assert re.fullmatch(r"\d+ translated messages\.", told.splitlines()[-1])


def test_the_compiled_file_is_that_of_the_text(tmp_path: Path) -> None:
    run("msgfmt", "-o", tmp_path / "django.mo", CATALOGUE / "django.po")
    committed = run("msgunfmt", CATALOGUE / "django.mo")
    assert committed == run("msgunfmt", tmp_path / "django.mo")


def test_every_text_in_the_sources_is_in_the_catalogue(tmp_path: Path) -> None:
    for part in [*SOURCES, "locale"]:
        shutil.copytree(settings.BASE_DIR / part, tmp_path / part)
    for file in ["manage.py", "pyproject.toml"]:
        shutil.copy(settings.BASE_DIR / file, tmp_path)
    command = ["makemessages", "--locale=fr", "--keep-pot", "--settings=postflow_site.settings"]
    run(sys.executable, "manage.py", *command, cwd=tmp_path)
    run("msgcmp", settings.BASE_DIR / CATALOGUE / "django.po", tmp_path / "locale/django.pot")


def test_the_catalogue_changes_only_when_a_message_does() -> None:
    assert not re.search(r"POT-Creation-Date|PO-Revision-Date|@[a-z]+\.", messages())


def test_marks_that_stand_apart_in_french_do_not_begin_a_line() -> None:
    french = re.findall(r'^msgstr.*? "(.*)"$', messages(), re.MULTILINE)
    assert [text for text in french if re.search(r" [:;!?»]|« |\w'", text)] == []
    assert any(f"{NO_BREAK}:" in text for text in french)


def test_no_text_stands_in_an_f_string_where_it_is_not_found() -> None:
    hidden = [
        f"{path}:{call.lineno}"
        for folder in SOURCES
        for path in (settings.BASE_DIR / folder).rglob("*.py")
        for text in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(text, ast.JoinedStr)
        for call in ast.walk(text)
        if isinstance(call, ast.Call) and ast.unparse(call.func) in MARKS
    ]
    assert hidden == []
