"""The examples of docs/api.md, run by a shell against a server."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from pytest_django.live_server_helper import LiveServer

from pipeline import tokens
from pipeline.models import ApiToken, UploadJob

PAGE = (Path(__file__).parents[2] / "docs" / "api.md").read_text()
EXAMPLES = re.findall(r"```sh example\n(.+?)```", PAGE, re.DOTALL)

pytestmark = [
    pytest.mark.processes,
    pytest.mark.skipif(shutil.which("curl") is None, reason="there is no curl on this machine"),
]


def test_every_example_works(
    transactional_db: None, live_server: LiveServer, nora: User, renders: Path
) -> None:
    """In the order of the page, as a reader would try them."""
    _token, secret = tokens.issue(nora, "docs", ApiToken.Scope.values, None)
    answers = [run(example, live_server.url, secret, renders) for example in EXAMPLES]
    assert len(answers) == PAGE.count("curl -sS")
    assert answers[0]["state"] == "pending"
    assert answers[1]["folder"] == "Dailies/Monday"
    assert answers[4]["priority"] == 1


def run(example: str, url: str, token: str, renders: Path) -> dict[str, object]:
    first = UploadJob.objects.order_by("pk").first()
    environment = {
        "POSTFLOW": url,
        "TOKEN": token,
        "RENDERS": str(renders),
        "JOB": str(first.pk if first else 0),
        "PATH": "/usr/bin:/bin",
    }
    done = subprocess.run(
        ["/bin/bash", "-euc", example],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, f"{example}\n{done.stdout}\n{done.stderr}"
    found: dict[str, object] = json.loads(done.stdout)
    return found


def test_the_table_names_every_error() -> None:
    """All that the code can answer, and no other."""
    folder = Path(__file__).parents[2] / "pipeline" / "api"
    code = "\n".join(path.read_text() for path in folder.glob("*.py"))
    given = set(re.findall(r'(?:Refusal|answer)\(\s*\d+,\s*"([a-z_]+)"', code))
    given |= set(re.findall(r'error\.status_code,\s*"([a-z_]+)"', code))
    table = PAGE.split("| status | code |")[1]
    assert set(re.findall(r"`([a-z_]+)`", table)) == given
