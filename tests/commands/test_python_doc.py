"""docs/python.md does what it says, against the sandbox."""

import dataclasses
import inspect
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.models import UploadJob
from pipeline.uploads import UploadResult, upload_file
from tests.sandbox.running import Sandbox

DOC = (Path(__file__).parents[2] / "docs" / "python.md").read_text()
START, SEND, LOOK, MANY = re.findall(r"^```python\n(.*?)^```$", DOC, re.MULTILINE | re.DOTALL)
NAME = "DEMO_010_0040_comp_v003.mov"
Render = Callable[..., Path]


def run(example: str, directory: Path) -> None:
    """As it stands there, but for the studio's mount and project."""
    here = example.replace("/mnt/studio/out", str(directory)).replace("/mnt/studio", str(directory))
    exec(compile(here.replace("UNDLM", "DEMO"), "docs/python.md", "exec"), {})  # noqa: S102  our own page


def test_a_file_is_sent(
    connected: Sandbox, render: Render, capsys: pytest.CaptureFixture[str]
) -> None:
    run(SEND, render(NAME).parent)
    [there] = connected.tree()
    assert capsys.readouterr().out.splitlines()[-1] == there["view_url"]


def test_why_it_was_not_is_a_sentence(
    connected: Sandbox, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(SEND, tmp_path)
    assert "is not there. Check the path" in capsys.readouterr().out.splitlines()[-1]


def test_looking_changes_nothing(
    connected: Sandbox, render: Render, capsys: pytest.CaptureFixture[str]
) -> None:
    run(LOOK, render(NAME).parent)
    assert capsys.readouterr().out.splitlines()[-1] == "('010', '0040', 'comp')"
    run(LOOK, Path("/nowhere"))
    assert "is not there" in capsys.readouterr().out
    assert not UploadJob.objects.exists()


def test_many_are_queued(
    connected: Sandbox, render: Render, capsys: pytest.CaptureFixture[str]
) -> None:
    render(NAME)
    run(MANY, render("teaser.mov").parent)
    assert capsys.readouterr().out.splitlines()[-1] == "0 of 1"
    assert UploadJob.objects.get().state == "pending"


def test_every_argument_and_every_part_of_the_result_has_its_row() -> None:
    rows = re.findall(r"^\| (`.+?) \|", DOC, re.MULTILINE)
    named = {name.rstrip("=") for row in rows for name in re.findall(r"`([a-z_]+=?)`", row)}
    arguments = set(inspect.signature(upload_file).parameters) - {"clock"}
    assert named == arguments | {field.name for field in dataclasses.fields(UploadResult)}


def test_it_begins_as_django_wants_it() -> None:
    assert "django.setup()" in START
