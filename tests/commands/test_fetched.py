"""Uploads of a project whose renders Frame.io fetches from here."""

import hashlib
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import override_settings
from django.utils import timezone

from frameio.models import ServedFile, TunnelAddress
from pipeline import jobs, orchestrator
from pipeline.models import JobEvent, Project, UploadJob
from tests.commands.conftest import Upload
from tests.frameio.serving import Serving, serving
from tests.sandbox.running import Sandbox

Render = Callable[..., Path]

pytestmark = pytest.mark.processes


@pytest.fixture
def fetched(upload: Upload) -> None:
    """The demo project, set to be fetched."""
    Project.objects.update(transfer=Project.Transfer.REMOTE)


@pytest.fixture
def server(fetched: None) -> Iterator[Serving]:
    with serving() as server, override_settings(PUBLIC_FILE_URL=server.url):
        yield server


def calls(sandbox: Sandbox) -> list[str]:
    return [f"{call['method']} {call['path']}" for call in sandbox.requests()]


def test_a_render_is_fetched_byte_for_byte(
    server: Serving, upload: Upload, sandbox: Sandbox, render: Render
) -> None:
    path = render(content=b"frames" * 50_000)
    [told] = upload(path)
    [there] = sandbox.tree()
    assert told["success"], told["error"]
    assert there["id"] == told["remote_file_id"]
    assert there["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
    assert there["folder"] == "010/0040/comp"
    assert [call for call in calls(sandbox) if "local_upload" in call] == []
    assert not ServedFile.objects.exists()


def test_a_tunnels_allowance_is_told_in_the_jobs_history(
    server: Serving, upload: Upload, render: Render
) -> None:
    until = timezone.now() + timedelta(minutes=5)
    TunnelAddress.objects.create(url=server.url, until=until)
    with override_settings(PUBLIC_FILE_URL=""):
        [told] = upload(render())
    assert told["success"], told["error"]
    assert JobEvent.objects.filter(state="running", why__contains="1 GB a month").count() == 1


def test_without_a_file_server_the_job_says_what_is_missing(
    fetched: None, upload: Upload, sandbox: Sandbox, render: Render
) -> None:
    upload("--no-wait", render())
    lease = jobs.claim()
    assert lease is not None
    orchestrator.process(lease)
    job = UploadJob.objects.get()
    assert job.state == "pending"
    assert "Set PUBLIC_FILE_URL or NGROK_AUTHTOKEN" in job.reason
    assert sandbox.tree() == []
