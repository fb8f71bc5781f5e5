"""Is the folder there and alive?"""

import errno
import threading
from pathlib import Path

import pytest

from lucidlink.mount import ANYWHERE, Carrier, Place, carrier_of, check, look_at

FILESPACE = Carrier("/media/studio/films", "fuse.lucidfs")
DISK = Carrier("/", "ext4")
TABLE = """\
27 1 254:0 / / rw,relatime - ext4 /dev/vda rw
40 27 0:39 / /media/studio/films rw,nosuid - fuse.lucidfs studio rw
41 40 0:40 / /media/studio/films/sub\\040folder rw - nfs4 server:/x rw
42 27 0:41 / /media/twice rw - ext4 /dev/vdb rw
43 42 0:42 / /media/twice rw - fuse.lucidfs studio rw
"""


def test_a_folder_with_something_in_it_is_online(tmp_path: Path) -> None:
    (tmp_path / "a.mov").touch()
    assert check(tmp_path, ANYWHERE, had_files=True).online


def test_a_folder_that_was_always_empty_is_online(tmp_path: Path) -> None:
    assert check(tmp_path, ANYWHERE).online


def test_an_empty_folder_that_had_files_is_offline(tmp_path: Path) -> None:
    state = check(tmp_path, ANYWHERE, had_files=True)
    assert not state.online
    assert "is the mount there?" in state.reason


def test_a_missing_folder_is_offline(tmp_path: Path) -> None:
    state = check(tmp_path / "nowhere", ANYWHERE)
    assert not state.online
    assert "it is not there" in state.reason


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "a.mov").touch()
    assert "not a folder" in check(tmp_path / "a.mov", ANYWHERE).reason


def test_a_mount_whose_program_died_is_offline_in_words(tmp_path: Path) -> None:
    def peek(_root: Path) -> bool:
        raise OSError(errno.ENOTCONN, "Transport endpoint is not connected")

    assert "start it again" in check(tmp_path, ANYWHERE, peek=peek).reason


def test_a_mount_that_hangs_is_offline_after_its_time(tmp_path: Path) -> None:
    release = threading.Event()

    def peek(_root: Path) -> bool:
        return release.wait(10)

    state = check(tmp_path, ANYWHERE, seconds=0.05, peek=peek)
    release.set()
    assert not state.online
    assert "has not answered" in state.reason


# --- Which mount it is ----------------------------------------------------------------------------


def on(carrier: Carrier, tmp_path: Path, place: Place) -> str:
    (tmp_path / "a.mov").touch()
    return look_at(tmp_path, place, find_carrier=lambda _root: carrier).reason


@pytest.fixture
def table(tmp_path: Path) -> Path:
    (tmp_path / "mountinfo").write_text(TABLE)
    return tmp_path / "mountinfo"


@pytest.mark.parametrize(
    ("path", "carrier"),
    [
        ("/media/studio/films/UNDLM", FILESPACE),
        ("/media/studio/films", FILESPACE),
        ("/media/studio/films2", DISK),
        ("/media/studio", DISK),
        ("/media/studio/films/sub folder/A", Carrier("/media/studio/films/sub folder", "nfs4")),
        ("/media/twice/A", Carrier("/media/twice", "fuse.lucidfs")),
    ],
)
def test_the_nearest_mount_carries_a_folder(table: Path, path: str, carrier: Carrier) -> None:
    assert carrier_of(Path(path), table=table) == carrier


def test_without_a_table_the_mount_points_above_are_asked(tmp_path: Path) -> None:
    volumes = {"/Volumes/studio/films", "/"}
    found = carrier_of(
        Path("/Volumes/studio/films/UNDLM"),
        table=tmp_path / "none",
        ismount=volumes.__contains__,
    )
    assert found == Carrier("/Volumes/studio/films", "")
    assert not found.is_own_disk


def test_on_macos_a_volume_that_is_away_leaves_the_own_disk(tmp_path: Path) -> None:
    """LucidLink's volumes have their filespace's name in their mount point, which is all that can
    be told of them there."""
    renders = Path("/Volumes/dmpfs/films/UNDLM")
    none = tmp_path / "none"
    there = carrier_of(renders, table=none, ismount={"/Volumes/dmpfs/films", "/"}.__contains__)
    away = carrier_of(renders, table=none, ismount={"/"}.__contains__)
    assert (there, away) == (Carrier("/Volumes/dmpfs/films", ""), Carrier("/", ""))
    assert (there.is_own_disk, away.is_own_disk) == (False, True)
    assert "The mount is not there" in on(away, tmp_path, Place(carrier=there))


def test_on_macos_another_filespace_is_another_mount(tmp_path: Path) -> None:
    films, archive = Carrier("/Volumes/dmpfs/films", ""), Carrier("/Volumes/dmpfs/archive", "")
    reason = on(archive, tmp_path, Place(carrier=films))
    assert "was on /Volumes/dmpfs/films, and is now on /Volumes/dmpfs/archive." in reason


@pytest.mark.parametrize(
    ("point", "own"),
    [
        ("C:\\", True),
        ("c:\\", True),
        ("L:\\", False),
        ("C:\\Volumes\\dmpfs\\films", False),
    ],
)
def test_on_windows_the_system_drive_is_the_own_disk(point: str, own: bool) -> None:
    assert Carrier(point, "").is_on_disk_of(sep="\\", drive="C:") is own


def test_a_folder_reached_by_a_link_is_where_it_really_is(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("/proc")
    assert carrier_of(tmp_path / "link") == Carrier("/proc", "proc")


def test_on_its_mount_it_is_online(tmp_path: Path) -> None:
    assert on(FILESPACE, tmp_path, Place(carrier=FILESPACE)) == ""


def test_a_lost_mount_that_left_a_folder_with_files_is_offline(tmp_path: Path) -> None:
    reason = on(DISK, tmp_path, Place(carrier=FILESPACE, local=True))
    assert "was on /media/studio/films (fuse.lucidfs), and is now on / (ext4)" in reason


def test_another_kind_of_file_system_at_the_same_point_is_another_mount(tmp_path: Path) -> None:
    other = FILESPACE._replace(kind="ext4")
    assert "The mount is not there" in on(other, tmp_path, Place(carrier=FILESPACE))


def test_another_mount_in_its_place_is_another_mount_until_somebody_says_so(
    tmp_path: Path,
) -> None:
    moved = Carrier("/media/dmpfs/films", "fuse.lucidfs")
    assert "Another mount is there" in on(moved, tmp_path, Place(carrier=FILESPACE))


def test_a_plain_folder_has_to_be_meant(tmp_path: Path) -> None:
    assert "this machine's own disk" in on(DISK, tmp_path, Place())
    assert on(DISK, tmp_path, Place(local=True)) == ""


def test_without_its_marker_it_is_offline(tmp_path: Path) -> None:
    place = Place(local=True, marker=".postflow")
    assert "The marker file .postflow cannot be seen" in on(DISK, tmp_path, place)
    (tmp_path / ".postflow").touch()
    assert on(DISK, tmp_path, place) == ""
