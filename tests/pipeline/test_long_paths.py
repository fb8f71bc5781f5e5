"""Paths of any length are rows of the ledger, on either database, also those from before."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.long_form import of_which
from tests.postgresql import postgresql, why_impossible

ROOT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.processes

EARLIER = """
from django.db import connection
with connection.cursor() as cursor:
    cursor.executemany(
        "insert into pipeline_sourcefile"
        " (key, raw_path, size, mtime_ns, state, quick_hash, reason, first_seen, changed_at)"
        " values (%s, '', 1, 1, 'taken', '', '', '2026-01-01', '2026-01-01')",
        [[f"/A/{number}.mov"] for number in range(1500)],
    )
"""

LATER = """
import json, random
from django.db import IntegrityError, transaction
from pipeline.models import SourceFile, WatchedFolder
from pipeline.path_digests import digest

def refused(**columns):
    try:
        with transaction.atomic():
            SourceFile.objects.create(raw_path=b"", size=1, mtime_ns=1, state="taken", **columns)
    except IntegrityError:
        return True
    return False

folder = WatchedFolder.objects.create(path="/mnt/studio")
long = "".join(random.choices("abcdefghijklmnopqrstuvwxyzäöü/", k=4096))
print(json.dumps({
    "of_before": SourceFile.objects.filter(digest=digest("/A/1499.mov")).count(),
    "in_their_folder": SourceFile.objects.filter(directory=digest("/A")).count(),
    "refused_as_there_before": refused(key="/A/7.mov"),
    "long_refused": refused(key=long, folder=folder),
    "long_refused_twice": refused(key=long, folder=folder),
    "long_by_hand_refused": refused(key=long),
    "long_by_hand_refused_twice": refused(key=long),
}))
"""


@pytest.fixture(params=of_which(["postgresql"], ["sqlite"]))
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/postflow.sqlite3"
        return
    if why := why_impossible():
        pytest.skip(why)
    with postgresql() as url:
        yield url


def test_a_path_of_4096_characters_is_one_row_and_so_are_those_from_before(
    database_url: str, tmp_path: Path
) -> None:
    env = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "postflow_site.settings",
        "POSTFLOW_VAR": str(tmp_path),
        "DATABASE_URL": database_url,
    }

    def manage(*words: str) -> str:
        command = [sys.executable, "manage.py", *words, "-v0"]
        return subprocess.run(command, cwd=ROOT, env=env, check=True, stdout=-1, text=True).stdout

    manage("migrate", "pipeline", "0002")
    manage("shell", "-c", EARLIER)
    manage("migrate")
    told = manage("shell", "-c", LATER).splitlines()[-1]
    assert json.loads(told) == {
        "of_before": 1,
        "in_their_folder": 1500,
        "refused_as_there_before": True,
        "long_refused": False,
        "long_refused_twice": True,
        "long_by_hand_refused": False,
        "long_by_hand_refused_twice": True,
    }
