"""The file, the environment and the defaults, as processes of their own see them."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core import checks
from pytest_django.fixtures import Settings

from pipeline.checks import configuration_is_private, numbers_make_sense

ROOT = Path(__file__).parents[2]
SHOW = (
    "from django.conf import settings as s; print([s.FRAMEIO_PATIENCE, s.UPLOAD_RETRIES,"
    " s.FRAMEIO_DEFAULT_PROJECT_ID, s.DISCORD_ENABLED, s.DISCORD_DAILY_SUMMARY])"
)
FROM_OUTSIDE = {"DATABASE_URL", "REDIS_URL", "SECRET_KEY", "FIELD_ENCRYPTION_KEYS"}
PRODUCTION = {
    "BEHIND_HTTPS": "1",
    "ALLOWED_HOSTS": "postflow.example.com",
    "CSRF_TRUSTED_ORIGINS": "https://postflow.example.com",
    "PUBLIC_URL": "https://postflow.example.com",
}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "integrations.json"
    path.write_text(
        json.dumps(
            {
                "frameio": {"upload_timeout": 900, "max_retries": 3, "default_project_id": "p-1"},
                "discord": {"enabled": False, "notifications": {"daily_summary": False}},
            }
        )
    )
    return path


def run(var: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    inherited = {name: value for name, value in os.environ.items() if name not in FROM_OUTSIDE}
    own = {"POSTFLOW_VAR": str(var), "DJANGO_SETTINGS_MODULE": "postflow_site.settings"}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env={**inherited, **own, **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_the_file_goes_before_the_defaults(tmp_path: Path, file: Path) -> None:
    shown = run(tmp_path / "var", "-c", SHOW, POSTFLOW_CONFIG=str(file))
    assert shown.stdout.strip() == "[900, 3, 'p-1', False, False]", shown.stderr


def test_the_environment_goes_before_the_file(tmp_path: Path, file: Path) -> None:
    shown = run(
        tmp_path / "var",
        "-c",
        SHOW,
        POSTFLOW_CONFIG=str(file),
        FRAMEIO_PATIENCE="60",
        UPLOAD_RETRIES="0",
        DISCORD_ENABLED="1",
    )
    assert shown.stdout.strip() == "[60, 0, 'p-1', True, False]", shown.stderr


def test_nothing_starts_on_a_bad_one_and_no_traceback_is_shown(tmp_path: Path, file: Path) -> None:
    file.write_text('{"frameio": {"chunk_size": 1, "max_retries": -1}}')
    started = run(tmp_path / "var", "manage.py", "migrate", POSTFLOW_CONFIG=str(file))
    assert started.returncode != 0
    assert "frameio.chunk_size" in started.stderr
    assert "frameio.max_retries" in started.stderr
    assert "Traceback" not in started.stderr
    assert not (tmp_path / "var" / "postflow.sqlite3").exists()


def test_the_check_for_production_is_content_with_the_documented_settings(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "configuration.md").read_text()
    assert all(f"{name}={value}\n" in page for name, value in PRODUCTION.items())
    checked = run(
        tmp_path / "var",
        "manage.py",
        "check",
        "--deploy",
        "--fail-level=WARNING",
        POSTFLOW_CONFIG="",
        **PRODUCTION,
    )
    assert checked.returncode == 0, checked.stderr
    assert "no issues" in checked.stdout


def test_a_file_with_a_webhook_that_others_can_read_is_warned_about(
    tmp_path: Path, settings: Settings
) -> None:
    path = tmp_path / "integrations.json"
    path.write_text('{"discord": {"webhook_url": "https://discord.com/api/webhooks/1/x"}}')
    settings.POSTFLOW_CONFIG = str(path)
    path.chmod(0o644)
    [warning] = configuration_is_private(None)
    assert warning.id == "postflow.W003"
    path.chmod(0o600)
    assert configuration_is_private(None) == []


def test_numbers_in_the_environment_are_bounded_too(settings: Settings) -> None:
    settings.FRAMEIO_PATIENCE = 0
    settings.UPLOAD_RETRIES = -1
    found = numbers_make_sense(None)
    assert [problem.msg.split(":")[0] for problem in found] == [
        "FRAMEIO_PATIENCE",
        "UPLOAD_RETRIES",
    ]
    assert {problem.level for problem in found} == {checks.ERROR}
