"""`manage.py doctor` as a stranger reads it, and as a program does."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import call_command

from pipeline import doctor
from pipeline.doctor.finding import Finding, fault, warning, well
from pipeline.models import HealthFinding

ROOT = Path(__file__).parents[2]
BROKEN = fault("discord", "Discord", "The webhook is gone.", "Make a new one.")
OLD = warning("sqlite", "SQLite", "Version 3.40.1 is old.", "Take a newer one.")
FINE = well("disk", "Disk", "80 GB free.")

pytestmark = pytest.mark.django_db


def run(monkeypatch: pytest.MonkeyPatch, found: Finding, *words: str) -> int:
    monkeypatch.setattr(doctor, "CHECKS", {"a": lambda: [FINE, found]})
    try:
        call_command("doctor", *words)
    except SystemExit as end:
        return int(end.code or 0)
    return 0


def test_it_says_what_is_broken_since_when_and_what_to_do(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, BROKEN) == 1
    since = HealthFinding.objects.get(name="discord").since
    lines = capsys.readouterr().out.splitlines()
    assert lines[1:] == [
        "✓ Disk: 80 GB free.",
        "✗ Discord: The webhook is gone.",
        f"  Since {since:%Y-%m-%d %H:%M}.",
        "  → Make a new one.",
        "",
        "1 fault",
    ]


def test_a_warning_breaks_nothing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, OLD) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "1 warning"


def test_all_is_well(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(monkeypatch, well("b", "B", "")) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "All is well."


def test_json_has_all_of_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, BROKEN, "--json") == 1
    told = json.loads(capsys.readouterr().out)
    assert told["state"] == "fault"
    assert [found["state"] for found in told["findings"]] == ["ok", "fault"]
    assert told["findings"][1] == {
        "name": "discord",
        "title": "Discord",
        "state": "fault",
        "text": "The webhook is gone.",
        "advice": "Make a new one.",
        "since": told["findings"][1]["since"],
    }


@pytest.mark.processes
def test_a_fresh_place_is_told_to_make_its_tables_first(tmp_path: Path) -> None:
    environment = {"POSTFLOW_VAR": str(tmp_path), "PATH": "", "LANGUAGE_CODE": "en"}

    def doctor_says(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "manage.py", "doctor", *words],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            timeout=120,
        )

    done = doctor_says()
    assert done.returncode == 1
    assert "→ Stop PostFlow and run: manage.py migrate" in done.stdout
    assert "✗ Not examined: Without the database" in done.stdout
    assert (done.stderr, "Traceback" in done.stdout) == ("", False)
    assert doctor_says("--what").returncode == 2
