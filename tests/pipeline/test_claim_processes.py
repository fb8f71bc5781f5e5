"""Eight real processes claim from one queue: no job twice, and never more at once than allowed."""

import json
import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.db import connection

from pipeline.models import Project, SourceFile, UploadJob
from pipeline.studio import THE_ONE, Studio

ROOT = Path(__file__).parents[2]
PROCESSES = 8

pytestmark = [pytest.mark.processes, pytest.mark.django_db(transaction=True)]


def _start(var: Path) -> subprocess.Popen[str]:
    given = urlsplit(os.environ["DATABASE_URL"])
    place = f"{given.scheme}://{given.netloc}/{connection.settings_dict['NAME']}"
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "postflow_site.settings",
        "DATABASE_URL": f"{place}?{given.query}" if given.query else place,
        "POSTFLOW_VAR": str(var),
        "SECRET_KEY": settings.SECRET_KEY,
        "FIELD_ENCRYPTION_KEYS": ",".join(settings.FIELD_ENCRYPTION_KEYS),
    }
    return subprocess.Popen(
        [sys.executable, "-m", "tests.pipeline.claiming"],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    )


def _queue(project: Project, count: int) -> None:
    sources = [
        SourceFile(key=f"/{project.code}/{n}", raw_path=b"x", size=1, mtime_ns=1, state="taken")
        for n in range(count)
    ]
    UploadJob.objects.bulk_create(
        UploadJob(source=source, size=1, mtime_ns=1, name="x", project=project, state="pending")
        for source in SourceFile.objects.bulk_create(sources)
    )


def test_eight_processes_keep_to_the_limits(tmp_path: Path) -> None:
    """Two at a time of A, three through the account of A and B; C goes through another."""
    a = Project.objects.create(code="A", name="a", uploads_at_once=2, frameio_account=1)
    b = Project.objects.create(code="B", name="b", frameio_account=1)
    c = Project.objects.create(code="C", name="c", frameio_account=2)
    Studio.objects.create(pk=THE_ONE, uploads_per_account=3)
    for project in (a, b, c):
        _queue(project, 60)

    processes = [_start(tmp_path / f"var-{number}") for number in range(PROCESSES)]
    try:
        told = [json.loads(process.communicate(timeout=120)[0]) for process in processes]
    finally:
        for process in processes:
            process.kill()

    claimed = [job for one in told for job in one["claimed"]]
    assert len(claimed) == len(set(claimed)) == 180
    allowed = {"A": 2, "account 1": 3, "account 2": 3}
    most = {name: max(one["most"].get(name, 0) for one in told) for name in allowed}
    assert [name for name, limit in allowed.items() if most[name] > limit] == [], most
    assert sum(1 for one in told if one["claimed"]) > 1
