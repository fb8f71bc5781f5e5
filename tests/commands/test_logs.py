"""What a real upload leaves in the log."""

import re
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.commands.conftest import Studio
from tests.sandbox.running import Sandbox

pytestmark = pytest.mark.processes

LINE = re.compile(r"^\S+ \S+ (?P<level>\w+) \[\d+\] (?P<logger>[\w.]+): (?P<said>.*)$")


def lines(file: Path) -> list[re.Match[str]]:
    found = [LINE.match(line) for line in file.read_text().splitlines()]
    return [line for line in found if line]


def test_each_line_of_an_upload_has_its_job_and_none_has_a_secret(
    studio: Studio, sandbox: Sandbox, render: Callable[..., Path]
) -> None:
    studio.environment |= {"LOG_LEVEL": "DEBUG", "DISCORD_WEBHOOK_URL": ""}
    studio.run("connect", "--sandbox", sandbox.url)
    studio.run("upload", "--json", "--project", "DEMO", render(content=b"f" * 6_000_000))

    logs = studio.var / "logs"
    calls = [line["said"] for line in lines(logs / "frameio.log") if "connect" not in line[0]]
    of_upload = [said for said in calls if "local_upload" in said or "PUT part" in said]
    assert len(of_upload) >= 2  # the second in a thread of its own
    assert all(said.startswith("job 1: ") for said in of_upload)
    whole = (logs / "postflow.log").read_text()
    assert "pipeline.orchestrator: job 1: DEMO_010_0040_comp_v001.mov, attempt 1" in whole
    assert "was connected" in (logs / "auth.log").read_text()
    assert not re.search(r"eyJ[\w-]{6}|[?&][Xx]-|Bearer (?!\[hidden)", whole)
    assert {stat.S_IMODE(file.stat().st_mode) for file in logs.iterdir()} == {0o600}
