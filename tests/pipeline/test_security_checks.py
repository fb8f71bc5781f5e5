"""Who may read what PostFlow keeps on the disk."""

import os
from pathlib import Path

import pytest
from django.core.checks import run_checks
from pytest_django import Settings

from postflow_site.first_start import make_secrets

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows has no such bits")


@pytest.fixture
def var(tmp_path: Path, settings: Settings) -> Path:
    var = tmp_path / "var"
    var.mkdir(mode=0o700)
    make_secrets(var / "secrets.env")
    settings.POSTFLOW_VAR = var
    settings.BASE_DIR = tmp_path
    return var


def complaints() -> list[tuple[str | None, str | None]]:
    return [(message.id, message.hint) for message in run_checks()]


def test_what_the_first_start_makes_is_private(var: Path) -> None:
    assert complaints() == []


@pytest.mark.parametrize("mode", [0o755, 0o711, 0o703])
def test_a_var_that_others_may_enter_is_said_so(var: Path, mode: int) -> None:
    var.chmod(mode)
    assert complaints() == [("postflow.W007", f"chmod 0700 {var}")]


def test_secrets_that_others_may_read_are_an_error(var: Path) -> None:
    secrets, environment = var / "secrets.env", var.parent / ".env"
    secrets.chmod(0o644)
    environment.touch()
    environment.chmod(0o604)
    assert complaints() == [
        ("postflow.E006", f"chmod 0600 {secrets}"),
        ("postflow.W007", f"chmod 0600 {environment}"),
    ]


def test_a_group_that_somebody_chose_may_read_them(var: Path) -> None:
    (var / "secrets.env").chmod(0o640)
    var.chmod(0o750)
    assert complaints() == []
