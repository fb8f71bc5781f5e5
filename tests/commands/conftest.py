"""A PostFlow that is connected to a sandbox, in this process or as a stranger would run it."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from django.core.management import call_command

from tests.fresh import fresh_database
from tests.sandbox.running import Sandbox

ROOT = Path(__file__).parents[2]
Outcome = dict[str, object]


@pytest.fixture
def connected(transactional_db: None, sandbox: Sandbox) -> Sandbox:
    call_command("connect", "--sandbox", sandbox.url, verbosity=0)
    return sandbox


@dataclass
class Upload:
    """Runs `upload --json` in this process; gives the objects it printed, and its exit code."""

    capsys: pytest.CaptureFixture[str]
    code: int = 0
    err: str = ""

    def __call__(self, *arguments: str | Path) -> list[Outcome]:
        self.code = 0
        try:
            call_command("upload", "--json", *map(str, arguments))
        except SystemExit as stop:
            self.code = int(str(stop.code))
        printed = self.capsys.readouterr()
        self.err = printed.err
        return [json.loads(line) for line in printed.out.splitlines()]


@pytest.fixture
def upload(connected: Sandbox, capsys: pytest.CaptureFixture[str]) -> Upload:
    return Upload(capsys)


@pytest.fixture
def render(tmp_path: Path) -> Callable[..., Path]:
    def make(name: str = "DEMO_010_0040_comp_v001.mov", content: bytes = b"frames") -> Path:
        path = tmp_path / name
        path.write_bytes(content)
        return path

    return make


@dataclass
class Studio:
    """A whole installation of its own: `manage.py` in processes, over one `var`."""

    var: Path
    environment: dict[str, str] = field(default_factory=dict)

    def start(self, *arguments: str | Path) -> subprocess.Popen[str]:
        inherited = {
            name: value
            for name, value in os.environ.items()
            if name not in {"DATABASE_URL", "REDIS_URL", "SECRET_KEY", "FIELD_ENCRYPTION_KEYS"}
        }
        return subprocess.Popen(
            [sys.executable, str(ROOT / "manage.py"), *map(str, arguments)],
            env={
                **inherited,
                "DJANGO_SETTINGS_MODULE": "postflow_site.settings",
                "POSTFLOW_VAR": str(self.var),
                **self.environment,
            },
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *arguments: str | Path) -> str:
        process = self.start(*arguments)
        out, err = process.communicate(timeout=240)
        assert process.returncode == 0, err
        return out


@pytest.fixture
def studio(tmp_path: Path) -> Studio:
    made = Studio(tmp_path / "var")
    fresh_database(made.var)
    return made
