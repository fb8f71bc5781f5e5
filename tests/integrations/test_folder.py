"""A delivery folder keeps to what every integration does, and to some more."""

import errno
import hashlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import pytest
from pytest_django import Settings

from pipeline.integrations import delivery_copy
from pipeline.integrations.base import (
    IntegrationError,
    MediaFile,
    NotSetUp,
    NotYet,
    Occupied,
    PlaceAway,
)
from pipeline.integrations.delivery import FolderDelivery
from pipeline.integrations.delivery_root import MARKER
from pipeline.models import Project, WatchedFolder
from pipeline.studio import MountPath
from tests.integrations.contract import (
    CONTENT,
    NAME,
    WHOLE,
    Away,
    Delivered,
    Died,
    IntegrationContract,
    MakePlace,
    Reports,
    Whose,
    deliver,
    discard,
    stopped,
)

pytestmark = pytest.mark.django_db

PLACE = f"00412/anim/{NAME}"


class Disk(NamedTuple):
    total: int
    used: int
    free: int


def set_project(**columns: object) -> None:
    Project.objects.update(**columns)


class TestFolder(IntegrationContract):
    @pytest.fixture
    def root(self, tmp_path: Path, settings: Settings) -> Path:
        root = tmp_path / "delivery" / "Underland"
        root.mkdir(parents=True)
        settings.DELIVERY_ROOTS = [str(root.parent)]
        return root

    @pytest.fixture
    def project(self, db: None, root: Path) -> Whose:
        made = Project.objects.create(
            code="UNDLM", name="Underland", integrations=["folder"], delivery_root=str(root)
        )
        assert FolderDelivery.prepare(made) == ""
        return Whose()

    @pytest.fixture
    def place(self) -> MakePlace:
        return FolderDelivery

    @pytest.fixture
    def delivered(self, root: Path) -> Delivered:
        return lambda: {
            str(path.relative_to(root)): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in root.rglob("[!.]*")
            if path.is_file() and path.name != "SHA256SUMS"
        }

    @pytest.fixture
    def away(self, root: Path) -> Away:
        """The mount is gone; its empty mount point stays."""

        @contextmanager
        def gone() -> Iterator[None]:
            aside = root.rename(root.with_name("aside"))
            root.mkdir()
            yield
            assert list(root.iterdir()) == []
            root.rmdir()
            aside.rename(root)

        return gone

    def test_its_checksum_is_written_down_once_and_can_be_checked(
        self, place: MakePlace, file: MediaFile, root: Path
    ) -> None:
        receipt = deliver(place, file)
        deliver(place, file)
        folder = root / "00412/anim"
        assert receipt.remote_id == f"sha256:{WHOLE[PLACE]}"
        assert (folder / "SHA256SUMS").read_text() == f"{WHOLE[PLACE]}  {NAME}\n"
        program = shutil.which("sha256sum") or pytest.skip("no sha256sum on this machine")
        subprocess.run([program, "--check", "--strict", "SHA256SUMS"], cwd=folder, check=True)

    def test_it_keeps_the_date_of_the_render(
        self, place: MakePlace, file: MediaFile, root: Path
    ) -> None:
        deliver(place, file)
        assert (root / PLACE).stat().st_mtime_ns == file.mtime_ns

    def test_folders_and_name_are_written_by_templates(
        self, place: MakePlace, file: MediaFile, delivered: Delivered
    ) -> None:
        set_project(
            delivery_folder_template="{project}/{shot}<_{reel}>",
            delivery_name_template="{shot}_v{version}.{ext}",
        )
        receipt = deliver(place, file)
        assert list(delivered()) == ["UNDLM/00412/00412_v003.mov"]
        assert receipt.notes[0].endswith("/UNDLM/00412/00412_v003.mov")

    def test_a_template_that_wants_what_the_name_lacks_waits_for_a_person(
        self, place: MakePlace, file: MediaFile
    ) -> None:
        set_project(delivery_folder_template="{reel}/{shot}")
        with pytest.raises(NotSetUp, match="There is no reel in this file's name"):
            deliver(place, file)

    def test_other_content_under_the_name_is_never_overwritten(
        self, place: MakePlace, file: MediaFile, root: Path
    ) -> None:
        there = root / PLACE
        there.parent.mkdir(parents=True)
        there.write_bytes(b"x" * len(CONTENT))
        with pytest.raises(Occupied, match="there already with other content"):
            deliver(place, file)
        assert there.read_bytes() == b"x" * len(CONTENT)

    def test_a_name_taken_while_it_is_copied_is_not_overwritten_either(
        self, place: MakePlace, file: MediaFile, root: Path
    ) -> None:
        class Take(Reports):
            def __call__(self, sent: int) -> None:
                (root / PLACE).write_bytes(b"somebody else's")

        with pytest.raises(Occupied):
            deliver(place, replace(file, report=Take()))
        assert (root / PLACE).read_bytes() == b"somebody else's"

    def test_where_there_are_no_hard_links_it_is_renamed(
        self,
        place: MakePlace,
        file: MediaFile,
        delivered: Delivered,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        def refuse(*_args: object, **_more: object) -> None:
            raise OSError(errno.ENOTSUP, os.strerror(errno.ENOTSUP))

        monkeypatch.setattr(os, "link", refuse)
        deliver(place, file)
        assert delivered() == WHOLE

    def test_it_goes_on_where_it_was_killed(
        self, place: MakePlace, file: MediaFile, root: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(delivery_copy, "BLOCK", 1024 * 1024)
        monkeypatch.setattr(delivery_copy, "REMEMBERED_EACH", 2 * 1024 * 1024)
        with pytest.raises(Died):
            deliver(place, stopped(file, Died(), after=7 * 1024 * 1024))
        [half] = root.rglob("*.part")
        assert file.memory.get("size") == 6 * 1024 * 1024
        with file.path.open("rb") as source, half.open("rb") as copied:
            assert copied.read() == source.read(7 * 1024 * 1024)
        before = half.stat().st_ino
        deliver(place, file)
        assert (root / PLACE).stat().st_ino == before
        assert isinstance(file.report, Reports)
        assert file.report.sent == file.size

    def test_a_half_copy_that_is_not_what_was_written_is_begun_anew(
        self,
        place: MakePlace,
        file: MediaFile,
        root: Path,
        delivered: Delivered,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr(delivery_copy, "BLOCK", 1024 * 1024)
        monkeypatch.setattr(delivery_copy, "REMEMBERED_EACH", 2 * 1024 * 1024)
        with pytest.raises(Died):
            deliver(place, stopped(file, Died(), after=7 * 1024 * 1024))
        [half] = root.rglob("*.part")
        with half.open("r+b") as spoilt:
            spoilt.write(b"spoilt")
        deliver(place, file)
        assert delivered() == WHOLE
        assert list(root.rglob("*.part")) == []

    def test_killed_between_the_name_and_the_note_nothing_half_is_left(
        self,
        place: MakePlace,
        file: MediaFile,
        root: Path,
        delivered: Delivered,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        def die(_self: Path, *, missing_ok: bool = False) -> None:
            raise Died

        with monkeypatch.context() as patched:
            patched.setattr(Path, "unlink", die)
            with pytest.raises(Died):
                deliver(place, file)
        deliver(place, file)
        assert delivered() == WHOLE
        assert list(root.rglob("*.part")) == []

    def test_a_cancelled_copy_leaves_no_half_file(
        self, place: MakePlace, file: MediaFile, root: Path
    ) -> None:
        with pytest.raises(Died):
            deliver(place, stopped(file, Died()))
        assert len(list(root.rglob("*.part"))) == 1
        discard(place, file)
        assert list(root.rglob("*.part")) == []

    def test_a_disk_that_lies_is_found_out(
        self, place: MakePlace, file: MediaFile, root: Path, delivered: Delivered
    ) -> None:
        class Spoil(Reports):
            def __call__(self, sent: int) -> None:
                super().__call__(sent)
                if self.sent == len(CONTENT):
                    [half] = root.rglob("*.part")
                    with half.open("r+b") as spoilt:
                        spoilt.write(b"spoilt")

        with pytest.raises(IntegrationError, match="did not read back as it was written"):
            deliver(place, replace(file, report=Spoil()))
        assert delivered() == {}
        assert list(root.rglob("*.part")) == []

    def test_a_disk_without_room_is_said_so_before_anything_is_copied(
        self, place: MakePlace, file: MediaFile, root: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(shutil, "disk_usage", lambda _path: Disk(100, 90, 10))
        with pytest.raises(PlaceAway, match=r"no room in .*12\.6 MB, and 10 bytes are free"):
            deliver(place, file)
        assert list(root.rglob("*.part")) == []

    def test_a_disk_that_fills_up_meanwhile_is_left_without_a_half_file(
        self, place: MakePlace, file: MediaFile, root: Path
    ) -> None:
        full = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        with pytest.raises(IntegrationError, match="Make room"):
            deliver(place, stopped(file, full))
        assert list(root.rglob("*.part")) == []

    def test_only_what_is_approved_where_the_project_says_so(
        self, place: MakePlace, file: MediaFile, delivered: Delivered
    ) -> None:
        set_project(delivery_approved_only=True)
        with pytest.raises(NotYet, match="when it is approved"):
            deliver(place, file)
        deliver(place, replace(file, approved=True))
        assert delivered() == WHOLE

    def test_a_link_that_leads_out_of_the_folder_is_not_followed(
        self, place: MakePlace, file: MediaFile, root: Path, tmp_path: Path
    ) -> None:
        outside = tmp_path / "outside"
        outside.mkdir()
        (root / "00412").symlink_to(outside)
        with pytest.raises(NotSetUp, match="leads out of the delivery folder"):
            deliver(place, file)
        assert list(outside.iterdir()) == []

    def test_nothing_is_written_through_a_link_that_lies_there(
        self, place: MakePlace, file: MediaFile, root: Path, tmp_path: Path
    ) -> None:
        precious = tmp_path / "precious"
        precious.write_bytes(b"kept")
        (root / "00412/anim").mkdir(parents=True)
        (root / "00412/anim/SHA256SUMS").symlink_to(precious)
        with pytest.raises(PlaceAway, match="does not take the file"):
            deliver(place, file)
        with pytest.raises(Died):
            deliver(place, stopped(replace(file, name="b.mov"), Died()))
        [half] = root.rglob("*.part")
        half.unlink()
        half.symlink_to(precious)
        with pytest.raises(PlaceAway):
            deliver(place, replace(file, name="b.mov"))
        assert precious.read_bytes() == b"kept"

    def test_a_folder_outside_of_those_allowed_is_not_written_to(
        self, place: MakePlace, file: MediaFile, root: Path, settings: Settings, tmp_path: Path
    ) -> None:
        settings.DELIVERY_ROOTS = [str(tmp_path / "elsewhere")]
        with pytest.raises(NotSetUp, match="Deliveries may only go below"):
            deliver(place, file)
        settings.DELIVERY_ROOTS = []
        with pytest.raises(NotSetUp, match="DELIVERY_ROOTS"):
            deliver(place, file)
        assert [path.name for path in root.iterdir()] == [MARKER]

    def test_a_watched_folder_is_no_place_for_copies(
        self, place: MakePlace, file: MediaFile, root: Path
    ) -> None:
        WatchedFolder.objects.create(path=str(root / "00412"))
        with pytest.raises(NotSetUp, match="is watched, and the copies would be sent again"):
            deliver(place, file)

    def test_another_machine_goes_on_where_the_share_is_mounted_elsewhere(
        self,
        place: MakePlace,
        file: MediaFile,
        root: Path,
        tmp_path: Path,
        settings: Settings,
        delivered: Delivered,
    ) -> None:
        with pytest.raises(Died):
            deliver(place, stopped(file, Died()))
        there = tmp_path / "Volumes"
        root.parent.rename(there)
        settings.DELIVERY_ROOTS = [str(there)]
        MountPath.objects.create(share="delivery", host="another", path=str(root.parent))
        MountPath.objects.create(share="delivery", host="*", path=str(there))
        deliver(place, file)
        there.rename(root.parent)
        assert delivered() == WHOLE
        assert list(root.rglob("*.part")) == []
