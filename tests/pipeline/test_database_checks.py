import sqlite3
from collections import namedtuple
from pathlib import Path

import psutil
import pytest
from django.core.checks import Tags, run_checks
from django.db import connection

from pipeline.database_checks import has_wal_reset_bug, network_kind

Partition = namedtuple("Partition", "device mountpoint fstype opts")  # psutil's own
TABLE = [
    (Path("/"), "ext4,rw"),
    (Path("/mnt"), "nfs4,rw"),
    (Path("/mnt/disk"), "xfs,rw"),
    (Path("/srv/share"), "ntfs,rw,remote"),
    (Path("/over"), "ext4,rw"),
    (Path("/over"), "fuse.sshfs,rw"),
]


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/var/postflow/db", ""),
        ("/mnt/postflow/db", "nfs4"),
        ("/mnt/disk/db", ""),
        ("/srv/share/db", "ntfs"),
        ("/over/db", "fuse.sshfs"),
        ("/mntx/db", ""),
    ],
)
def test_the_innermost_mount_says_where_a_path_lies(path: str, kind: str) -> None:
    assert network_kind(Path(path), TABLE) == kind


def test_a_database_on_a_network_share_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    share = Partition("//nas/share", "/", "cifs", "rw")
    monkeypatch.setattr(psutil, "disk_partitions", lambda **_all: [share])
    monkeypatch.setattr(connection, "vendor", "sqlite")
    (found,) = run_checks()
    assert (found.id, "(cifs)" in found.msg) == ("postflow.E003", True)


@pytest.mark.parametrize(
    ("version", "has_it"),
    [
        ((3, 6, 23), False),
        ((3, 7, 0), True),
        ((3, 40, 1), True),
        ((3, 44, 5), True),
        ((3, 44, 6), False),
        ((3, 45, 0), True),
        ((3, 50, 6), True),
        ((3, 50, 7), False),
        ((3, 51, 2), True),
        ((3, 51, 3), False),
        ((3, 53, 1), False),
    ],
)
def test_versions_of_sqlite_that_can_damage_a_database(
    version: tuple[int, int, int], has_it: bool
) -> None:
    assert has_wal_reset_bug(version) is has_it


@pytest.mark.django_db
@pytest.mark.parametrize(("version", "ids"), [((3, 40, 1), ["postflow.W004"]), ((3, 51, 3), [])])
def test_it_is_said_where_the_database_is_checked(
    monkeypatch: pytest.MonkeyPatch, version: tuple[int, int, int], ids: list[str]
) -> None:
    monkeypatch.setattr(connection, "vendor", "sqlite")
    monkeypatch.setattr(sqlite3, "sqlite_version_info", version)
    found = run_checks(tags=[Tags.database], databases=["default"])
    assert [message.id for message in found] == ids
