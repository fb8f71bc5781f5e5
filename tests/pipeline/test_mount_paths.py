"""One share, mounted at different places on different machines: its files are one file each."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from pipeline import intake, jobs, nodes, reach, studio
from pipeline.explain import explain
from pipeline.models import NamingRule, Project, SourceFile, UploadJob, WatchedFolder
from pipeline.studio import MountPath, MountPaths
from pipeline.uploads import upload_file

NAME = "UNDLM_00412_anim_v003.mov"


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Makes this process run on another machine."""
    return lambda name: monkeypatch.setattr(nodes, "host", lambda: name)


@pytest.fixture
def share(tmp_path: Path, db: None) -> Path:
    """On Linux machines under media/studio, on Macs under Volumes/studio."""
    there = tmp_path / "media" / "studio"
    there.mkdir(parents=True)
    (tmp_path / "Volumes").mkdir()
    (tmp_path / "Volumes" / "studio").mkdir()
    MountPath.objects.create(share="studio", host="render-*", path=str(there))
    MountPath.objects.create(
        share="studio", host="mac-*", path=str(tmp_path / "Volumes" / "studio")
    )
    return tmp_path


def test_a_path_is_opened_as_the_machine_has_it(db: None) -> None:
    MountPath.objects.create(share="s", host="render-*", path="/media/studio")
    MountPath.objects.create(share="s", host="MAC-*", path="/Volumes/studio")
    linux, mac = Path("/media/studio/a/b.mov"), Path("/Volumes/studio/a/b.mov")
    assert studio.here(linux, "mac-7") == studio.here(mac, "mac-7") == mac
    assert studio.here(linux, "render-1") == studio.here(mac, "render-1") == linux
    assert studio.written(mac) == studio.written(linux) == linux
    assert studio.here(mac, "elsewhere") == mac
    assert studio.here(Path("/media/studios/b.mov"), "mac-7") == Path("/media/studios/b.mov")


def test_the_innermost_share_counts(db: None) -> None:
    MountPath.objects.create(share="all", host="a", path="/mnt")
    MountPath.objects.create(share="all", host="b", path="/Volumes/all")
    MountPath.objects.create(share="one", host="a", path="/mnt/one")
    MountPath.objects.create(share="one", host="b", path="/Volumes/one")
    assert studio.here(Path("/mnt/one/x"), "b") == Path("/Volumes/one/x")


def test_one_path_is_of_one_share(db: None) -> None:
    MountPath.objects.create(share="one", host="a", path="/mnt")
    with pytest.raises(ValidationError, match="of the share one already"):
        MountPath(share="two", host="b", path="/mnt/").clean()


def test_the_watchers_path_and_a_macs_path_are_one_job(
    share: Path, rule: NamingRule, machine: Callable[[str], None]
) -> None:
    """As on a share, the file is the same at both places: same size, same date."""
    folder = WatchedFolder.objects.create(path=str(share / "media/studio/out"))
    (share / "media/studio/out").mkdir()
    render = share / "media/studio/out" / NAME
    render.write_bytes(b"frames")
    (share / "Volumes/studio/out").symlink_to(share / "media/studio/out")

    machine("render-1")
    watched = intake.take_in(intake.source_for(render), project=None, who="watcher")
    machine("mac-7")
    near = share / "Volumes/studio" / NAME
    by_hand = share / "Volumes/studio/out" / NAME
    result = upload_file(by_hand, wait=False)
    assert (result.success, result.job_id) == (True, watched.pk)
    assert SourceFile.objects.get().folder == folder
    assert not near.exists()


def test_outside_of_watched_folders_too(
    share: Path, rule: NamingRule, machine: Callable[[str], None]
) -> None:
    """Each machine has the share itself, so here the same file lies at both places."""
    linux, mac = share / "media/studio" / NAME, share / "Volumes/studio" / NAME
    linux.write_bytes(b"frames")
    mac.hardlink_to(linux)
    machine("mac-7")
    first = upload_file(mac, wait=False)
    assert SourceFile.objects.get().path == mac
    machine("render-1")
    second = upload_file(linux, wait=False)
    assert first.job_id == second.job_id
    assert SourceFile.objects.get().path == linux


def test_a_macs_path_may_be_named_on_linux(
    share: Path, rule: NamingRule, machine: Callable[[str], None]
) -> None:
    (share / "media/studio" / NAME).write_bytes(b"frames")
    machine("render-1")
    assert upload_file(share / "Volumes/studio" / NAME, wait=False).success
    assert explain(share / "Volumes/studio" / NAME).path == str(share / "media/studio" / NAME)


# --- A machine without the mount ------------------------------------------------------------------


@pytest.fixture
def watched(tmp_path: Path, project: Project) -> WatchedFolder:
    return WatchedFolder.objects.create(
        path=str(tmp_path / "mount"), online=True, last_pass_at=timezone.now()
    )


@pytest.fixture
def queued(watched: WatchedFolder, project: Project) -> UploadJob:
    source = SourceFile.objects.create(
        folder=watched, key="x.mov", raw_path=b"x.mov", size=1, mtime_ns=1, state="taken"
    )
    return UploadJob.objects.create(
        source=source, size=1, mtime_ns=1, name="x.mov", project=project, state="pending"
    )


@pytest.fixture(autouse=True)
def _nothing_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reach, "HERE", reach.Reach())


def test_a_machine_without_the_mount_leaves_its_jobs_to_others(
    queued: UploadJob, watched: WatchedFolder
) -> None:
    assert jobs.claim() is None
    assert jobs.claim(queued.pk) is None
    queued.refresh_from_db()
    assert (queued.state, queued.attempts, queued.events.count()) == ("pending", 0, 0)
    assert jobs.due().exists()


def test_a_machine_with_the_mount_takes_them(queued: UploadJob, watched: WatchedFolder) -> None:
    watched.root.mkdir()
    assert jobs.claim() is not None


@pytest.mark.parametrize(
    "columns",
    [{"online": False}, {"last_pass_at": timezone.now() - timedelta(minutes=3)}],
)
def test_what_no_watcher_sees_is_claimed_and_held_with_the_reason(
    queued: UploadJob, columns: dict[str, object]
) -> None:
    WatchedFolder.objects.update(**columns)
    assert jobs.claim() is not None


def test_a_root_is_looked_at_once_in_a_while(watched: WatchedFolder) -> None:
    looks: list[Path] = []
    now = [0.0]

    def look(path: Path) -> bool:
        looks.append(path)
        return len(looks) > 1

    machine = reach.Reach(look, lambda: now[0])
    assert machine.folders_away() == machine.folders_away() == [watched.pk]
    now[0] = reach.LOOK_EVERY + 1
    assert machine.folders_away() == []
    assert looks == [watched.root] * 2


def test_many_paths_are_answered_from_one_look_that_does_not_last(
    share: Path, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    now = [0.0]
    paths = MountPaths(clock=lambda: now[0])
    with django_assert_num_queries(1):
        assert [len(paths.rows()) for _file in range(50)] == [2] * 50
    now[0] = studio.READ_EVERY + 1
    with django_assert_num_queries(1):
        paths.rows()


def test_a_changed_mount_path_holds_at_once_where_it_was_changed(db: None) -> None:
    row = MountPath.objects.create(share="s", host="a", path="/mnt")
    MountPath.objects.create(share="s", host="b", path="/media")
    assert studio.here(Path("/mnt/x"), "b") == Path("/media/x")
    MountPath.objects.filter(pk=row.pk).delete()
    assert studio.here(Path("/mnt/x"), "b") == Path("/mnt/x")
