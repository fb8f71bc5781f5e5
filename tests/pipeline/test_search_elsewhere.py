"""Searching on PostgreSQL, and in a database from before there was an index of words."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.long_form import of_which
from tests.postgresql import USER, postgresql, why_impossible

ROOT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.processes

EARLIER = """
from django.db import connection
with connection.cursor() as cursor:
    cursor.executemany(
        "insert into pipeline_sourcefile"
        " (key, digest, directory, raw_path, size, mtime_ns, state, quick_hash, reason,"
        " first_seen, changed_at)"
        " values (%s, %s, '', '', 1, 1, 'taken', '', '', '2026-01-01', '2026-01-01')",
        [[f"/A/Été {number}.mov", str(number)] for number in range(300)],
    )
    cursor.execute(
        "insert into pipeline_uploadjob (source_id, size, mtime_ns, name, fields, media,"
        " destination, overrides, discord_webhook_url, state, hold, reason, priority, any_time,"
        " attempts, lease_token, node, bytes_sent, created_at)"
        " select id, 1, 1, case when id = 7 then 'other.mov' else substr(key, 4) end,"
        " '{\\"shot\\": \\"SH0040\\"}', '{}', '[]', '{}', '', 'done', '', '', 0, false, 1,"
        " '', '', 1, '2026-01-01' from pipeline_sourcefile"
    )
"""

LATER = """
import json
from django.db import connection
from pipeline.models import SourceFile, UploadJob
from pipeline.search import containing

def names(text):
    return list(containing(UploadJob.objects.order_by("pk"), text).values_list("name", flat=True))

print(json.dumps({
    "by_name": names("Été 299"),
    "by_path": len(names("/a/ÉTÉ")),
    "by_shot": len(names("sh0040")),
    "by_another_name": names("other"),
    "files": containing(SourceFile.objects.all(), "été 12").count(),
}))
"""

FOUND = {
    "by_name": ["Été 299.mov"],
    "by_path": 300,
    "by_shot": 300,
    "by_another_name": ["other.mov"],
    "files": 13,  # 12, 112, 212, and the ten from 120 on
}

LOSE = """
from django.db import connection
from pipeline.search_index import INDEXES
with connection.cursor() as cursor:
    if connection.vendor == "sqlite":
        for what in ("insert", "update", "delete"):
            cursor.execute(f"drop trigger pipeline_uploadjob_search_{what}")
    else:
        for index in INDEXES:  # as an earlier version had it
            cursor.execute(f"alter index {index.in_blocks} rename to {index.name}")
    cursor.execute("update pipeline_uploadjob set words = 'lost and found' where id = 1")
"""

REGAINED = """
import json
from django.db import connection
from pipeline.models import UploadJob
from pipeline.search import latest
pks = [job.pk for job in latest(UploadJob.objects.all(), "found")]
with connection.cursor() as cursor:
    indexes = connection.introspection.get_constraints(cursor, "pipeline_uploadjob")
print(json.dumps([pks, "pipeline_uploadjob_search" in indexes]))
"""

UNPRIVILEGED = """
from django.db import connection
with connection.cursor() as cursor:
    cursor.execute("create role plain login; grant all on schema public to plain")
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


def _environment(url: str, tmp_path: Path) -> dict[str, str]:
    settings = {"DJANGO_SETTINGS_MODULE": "postflow_site.settings", "POSTFLOW_VAR": str(tmp_path)}
    return {**os.environ, **settings, "DATABASE_URL": url}


def _manage(env: dict[str, str], *words: str) -> str:
    command = [sys.executable, "manage.py", *words]
    return subprocess.run(command, cwd=ROOT, env=env, check=True, stdout=-1, text=True).stdout


def _asked(env: dict[str, str], script: str) -> object:
    return json.loads(_manage(env, "shell", "-v0", "-c", script).splitlines()[-1])


def test_what_was_there_before_is_found_and_a_lost_index_is_made_again(
    database_url: str, tmp_path: Path
) -> None:
    env = _environment(database_url, tmp_path)
    _manage(env, "migrate", "-v0", "pipeline", "0018")
    _manage(env, "shell", "-v0", "-c", EARLIER)
    _manage(env, "migrate", "-v0")
    assert _asked(env, LATER) == FOUND
    _manage(env, "shell", "-v0", "-c", LOSE)
    _manage(env, "migrate", "-v0")
    assert _asked(env, REGAINED) == [[1], False]


@pytest.mark.skipif(bool(why_impossible()), reason=why_impossible())
def test_a_user_of_postgresql_who_may_not_add_the_extension_finds_the_same(tmp_path: Path) -> None:
    with postgresql() as url:
        _manage(_environment(url, tmp_path), "shell", "-v0", "-c", UNPRIVILEGED)
        env = _environment(url.replace(f"{USER}@", "plain@", 1), tmp_path)
        _manage(env, "migrate", "-v0", "pipeline", "0018")
        _manage(env, "shell", "-v0", "-c", EARLIER)
        _manage(env, "migrate", "-v0")
        assert _asked(env, LATER) == FOUND
        command = [sys.executable, "manage.py", "check", "--database", "default"]
        told = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True).stderr
        assert "PostgreSQL has no pg_trgm, btree_gin" in told
        assert "CREATE EXTENSION pg_trgm; CREATE EXTENSION btree_gin;" in told


@pytest.mark.skipif(bool(why_impossible()), reason=why_impossible())
def test_postgresql_finds_what_sqlite_finds() -> None:
    words = ["-q", "-p", "no:cacheprovider", "tests/pipeline/test_search.py"]
    with postgresql() as url:
        env = {**os.environ, "TEST_DATABASE_URL": url}
        subprocess.run([sys.executable, "-m", "pytest", *words], cwd=ROOT, env=env, check=True)
