"""The files under docs/deploy are what systemd and launchd take."""

import plistlib
import shutil
import subprocess
from pathlib import Path

import pytest
from django.core.management import get_commands

from pipeline.supervisor.supervisor import GRACE

ROOT = Path(__file__).parents[1]
DEPLOY = ROOT / "docs" / "deploy"
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
PLISTS = sorted((DEPLOY / "launchd").glob("*.plist"))
SYSTEMD = shutil.which("systemd-analyze")
PLACE = "/opt/postflow"


@pytest.mark.skipif(SYSTEMD is None, reason="needs systemd")
def test_systemd_takes_the_units(tmp_path: Path) -> None:
    for unit in UNITS:
        (tmp_path / unit.name).write_text(unit.read_text().replace(PLACE, str(ROOT)))

    found = sorted(tmp_path.iterdir())
    verified = subprocess.run(
        [str(SYSTEMD), "verify", *found], capture_output=True, text=True, timeout=60
    )
    assert (verified.returncode, verified.stderr) == (0, "")
    assert len(found) == 4


def test_systemd_and_launchd_run_the_same() -> None:
    of_systemd = [_line(unit, "ExecStart").split() for unit in UNITS]

    assert [plistlib.loads(p.read_bytes())["ProgramArguments"] for p in PLISTS] == of_systemd


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)
def test_a_stop_signals_the_first_process_alone(unit: Path) -> None:
    assert _line(unit, "KillMode") == "mixed"


@pytest.mark.parametrize("plist", PLISTS, ids=lambda plist: plist.stem)
def test_a_property_list_is_called_what_its_file_is(plist: Path) -> None:
    assert plistlib.loads(plist.read_bytes())["Label"] == plist.stem


def test_uploads_have_their_time_to_stop() -> None:
    plist = plistlib.loads((DEPLOY / "launchd" / "studio.postflow.cluster.plist").read_bytes())

    assert float(_line(DEPLOY / "systemd" / "postflow-cluster.service", "TimeoutStopSec")) > GRACE
    assert plist["ExitTimeOut"] > GRACE


def test_the_command_they_run_is_our_own_and_not_that_of_django_q2() -> None:
    assert get_commands()["qcluster"] == "pipeline"


def _line(unit: Path, key: str) -> str:
    [value] = [
        line.partition("=")[2] for line in unit.read_text().splitlines() if line.startswith(key)
    ]
    return value
