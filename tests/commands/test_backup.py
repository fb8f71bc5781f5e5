"""`manage.py backup`: whole, checked, and never over something by mistake."""

import sqlite3
import stat
from contextlib import closing
from io import StringIO
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from pytest_django import Settings

from pipeline.models import Project

pytestmark = pytest.mark.django_db(transaction=True)
sqlite_only = pytest.mark.skipif("connection.vendor != 'sqlite'")


def backup(file: Path, **options: bool) -> str:
    out = StringIO()
    call_command("backup", str(file), stdout=out, **options)
    return out.getvalue()


def stands_for(monkeypatch: pytest.MonkeyPatch, **columns: object) -> None:
    """Another database than the tests' own."""
    another = SimpleNamespace(ensure_connection=lambda: None, **columns)
    monkeypatch.setattr("pipeline.management.commands.backup.connection", another)


def codes_in(file: Path) -> list[str]:
    with closing(sqlite3.connect(file)) as copy:
        return [row[0] for row in copy.execute("SELECT code FROM pipeline_project")]


@sqlite_only
def test_the_copy_is_one_file_with_all_that_is_there(tmp_path: Path, settings: Settings) -> None:
    Project.objects.create(code="DEMO")
    settings.POSTFLOW_VAR = tmp_path
    (tmp_path / "secrets.env").touch()
    folder = tmp_path / "backups"
    folder.mkdir()
    said = backup(folder / "copy")
    assert codes_in(folder / "copy") == ["DEMO"]
    assert [path.name for path in folder.iterdir()] == ["copy"]
    assert stat.S_IMODE((folder / "copy").stat().st_mode) == 0o600
    assert "was checked" in said
    assert str(tmp_path / "secrets.env") in said


@sqlite_only
def test_a_file_that_is_there_is_written_over_when_told_to_only(tmp_path: Path) -> None:
    file = tmp_path / "copy"
    file.write_text("last week's")
    with pytest.raises(CommandError, match=r"there already.*--force"):
        backup(file)
    assert file.read_text() == "last week's"
    Project.objects.create(code="DEMO")
    backup(file, force=True)
    assert codes_in(file) == ["DEMO"]


@sqlite_only
def test_the_database_itself_is_never_written_over() -> None:
    with pytest.raises(CommandError, match="the database itself"):
        backup(Path(connection.settings_dict["NAME"]), force=True)


@sqlite_only
def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="There is no folder"):
        backup(tmp_path / "no" / "copy")


def test_a_damaged_database_is_told_and_makes_no_backup(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An index that lacks what its table has."""
    path = tmp_path / "damaged"
    with closing(sqlite3.connect(path, isolation_level=None)) as damaged:
        damaged.execute("CREATE TABLE t (a)")
        damaged.execute("CREATE INDEX i ON t (a) WHERE a > 5")
        damaged.execute("INSERT INTO t VALUES (1)")
        damaged.execute("PRAGMA writable_schema = ON")
        damaged.execute("UPDATE sqlite_schema SET sql = 'CREATE INDEX i ON t (a)' WHERE name = 'i'")
    with closing(sqlite3.connect(path)) as damaged:
        stands_for(monkeypatch, vendor="sqlite", settings_dict={"NAME": path}, connection=damaged)
        with pytest.raises(CommandError, match="The database is damaged"):
            backup(tmp_path / "copy")
    assert list(tmp_path.iterdir()) == [path]


def test_of_postgresql_it_says_what_to_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    there = {"NAME": "postflow", "USER": "alice", "HOST": "db", "PORT": "", "PASSWORD": "hunter2"}
    stands_for(monkeypatch, vendor="postgresql", settings_dict=there)
    with pytest.raises(CommandError) as refused:
        backup(tmp_path / "copy")
    assert "pg_dump --format=custom --host=db --port=5432 --username=alice" in str(refused.value)
    assert "hunter2" not in str(refused.value)
