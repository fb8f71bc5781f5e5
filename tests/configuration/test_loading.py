"""`loadconfig` and `dumpconfig`."""

import json
from datetime import time
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from pytest_django.fixtures import Settings

from frameio.models import Account
from pipeline import studio as places
from pipeline.configuration import BadRows, Change, Wanted, dump, load
from pipeline.models import (
    Channel,
    MountPath,
    NamingRule,
    Project,
    SourceFile,
    Studio,
    UploadJob,
    UploadWindow,
    WatchedFolder,
)
from pipeline.studio import THE_ONE
from postflow_site.configuration import Configuration, Row

pytestmark = pytest.mark.django_db
SECRET = "https://discord.com/api/webhooks/1/sentinel"


@pytest.fixture
def studio(tmp_path: Path) -> Project:
    """A project as people set one up, with each column other than its default somewhere."""
    account = Account.objects.create(refresh_token="sentinel")
    project = Project.objects.create(
        code="UNDLM",
        name="Undertow",
        frameio_account=account.pk,
        frameio_project_id="remote-1",
        same_name="hold",
        stack_versions=False,
        comments_for_days=3,
        review_access="secure",
        frameio_name_template="{code}",
        summary_at=time(18, 30),
        time_zone="Europe/Paris",
        uploads_at_once=2,
    )
    MountPath.objects.create(share="studio", host="render-*", path="/media/studio")
    MountPath.objects.create(share="studio", host="mac-*", path="/Volumes/studio")
    NamingRule.objects.create(name="Episodic", project=project, position=7, folder_template="")
    NamingRule.objects.create(name="Episodic", new_projects_like=project, active=False)
    WatchedFolder.objects.create(
        path=str(tmp_path / "renders"), project=project, extensions="mov", first_pass="send"
    )
    Studio.objects.create(pk=THE_ONE, uploads_per_account=3)
    hours = {"from_time": time(19), "to_time": time(7)}
    UploadWindow.objects.create(project=project, days=[0, 1, 2, 3, 4], **hours)
    UploadWindow.objects.create(only_then=False, megabits_per_second=200, **hours)
    channel = Channel.objects.create(
        name="Comp team",
        address=SECRET,
        fingerprint="1",
        thread_id="12",
        language="fr",
        comments=False,
    )
    channel.projects.add(project)
    Channel.objects.create(name="Everyone", origin="settings", kind="log")
    return project


def rows() -> dict[str, object]:
    return {name: value for name, value in dump().items() if name in Wanted.__dataclass_fields__}


def loaded(text: str, *options: str, tmp_path: Path) -> str:
    file = tmp_path / "studio.json"
    file.write_text(text)
    out = StringIO()
    call_command("loadconfig", str(file), *options, stdout=out)
    return out.getvalue()


def dumped() -> str:
    out = StringIO()
    call_command("dumpconfig", stdout=out)
    return out.getvalue()


def empty() -> None:
    for table in (WatchedFolder, NamingRule, UploadWindow, Studio, Channel, Project, MountPath):
        table.objects.all().delete()


def test_what_is_written_and_read_again_is_the_same(studio: Project, tmp_path: Path) -> None:
    written, before = dumped(), rows()
    empty()
    loaded(written, tmp_path=tmp_path)
    assert rows() == before
    assert NamingRule.objects.get(active=False).new_projects_like == Project.objects.get()


def test_a_channel_is_off_until_a_person_gives_its_address(studio: Project, tmp_path: Path) -> None:
    written = dumped()
    assert "sentinel" not in written
    assert "Everyone" not in written
    empty()
    told = loaded(written, tmp_path=tmp_path)
    assert "+ channel Comp team It was loaded from a file, which has no address." in told
    channel = Channel.objects.get()
    assert (channel.active, channel.address, channel.is_refused) == (False, "", False)
    assert "Give it, and make the channel active." in channel.trouble
    assert list(channel.projects.all()) == [Project.objects.get()]
    assert (channel.comments, channel.thread_id, channel.language) == (False, "12", "fr")


def test_a_channel_that_is_there_keeps_its_address(studio: Project) -> None:
    [change] = load(Wanted(channels=[{"name": "Comp team", "projects": []}]), who="me")
    assert change == Change("channel Comp team", made=False, columns={"projects": (["UNDLM"], [])})
    channel = Channel.objects.get(name="Comp team")
    assert (channel.active, channel.address) == (True, SECRET)
    assert not channel.projects.exists()


def test_limits_and_hours_change_as_they_are_named(studio: Project) -> None:
    hours: Row = {"from_time": "19:00", "to_time": "07:00", "days": [0, 1, 2, 3, 4, 5, 6]}
    changes = load(
        Wanted(
            upload_hours=[{**hours, "megabits_per_second": 300}], limits={"uploads_per_account": 5}
        ),
        who="me",
    )
    assert changes == [
        Change(
            "upload hours 19:00 – 07:00",  # noqa: RUF001
            made=False,
            columns={"megabits_per_second": (200, 300)},
        ),
        Change("limits", made=False, columns={"uploads_per_account": (3, 5)}),
    ]
    assert Studio.now().uploads_per_account == 5


def test_a_rehearsal_leaves_no_mount_path_behind(db: None) -> None:
    rows: list[Row] = [
        {"share": "s", "host": "*", "path": "/mnt/s"},
        {"share": "s", "host": "old", "path": "/old/s"},
    ]
    load(Wanted(mount_paths=rows), who="me", dry_run=True)
    assert places.here(Path("/old/s/a.mov")) == Path("/old/s/a.mov")
    load(Wanted(mount_paths=rows), who="me")
    assert places.here(Path("/old/s/a.mov")) == Path("/mnt/s/a.mov")


def test_read_twice_it_changes_nothing(studio: Project, tmp_path: Path) -> None:
    assert "Nothing differs" in loaded(dumped(), tmp_path=tmp_path)


def test_no_secret_is_written(studio: Project, settings: Settings) -> None:
    settings.DISCORD_WEBHOOK_URL = SECRET
    assert "sentinel" not in dumped()


def test_what_is_written_is_a_configuration_file(studio: Project) -> None:
    assert Configuration.model_validate_json(dumped()).projects[0]["code"] == "UNDLM"


def test_a_rehearsal_says_what_would_change_and_changes_nothing(
    studio: Project, tmp_path: Path
) -> None:
    text = '{"projects": [{"code": "UNDLM", "name": "Other"}, {"code": "NEW", "name": "New"}]}'
    told = loaded(text, "--dry-run", tmp_path=tmp_path)
    assert "name: 'Undertow' → 'Other'" in told
    assert "+ project NEW" in told
    assert "2 changes would be made. Nothing was changed." in told
    assert list(Project.objects.values_list("name", flat=True)) == ["Undertow"]


def test_what_is_not_named_stays(studio: Project) -> None:
    load(Wanted(projects=[{"code": "UNDLM", "active": False}]), who="me")
    studio.refresh_from_db()
    assert (studio.active, studio.same_name, studio.frameio_account) == (
        False,
        "hold",
        studio.frameio_account,
    )


def test_all_faults_are_told_and_nothing_is_changed(studio: Project, tmp_path: Path) -> None:
    wanted = Wanted(
        projects=[
            {"code": "GOOD", "name": "Good"},
            {"code": "no good", "name": "x"},
            {"code": "UNDLM", "colour": "red", "name": None, "active": "yes"},
            {"code": "ZERO", "name": "a\0b", "integrations": ["vimeo"]},
            {"name": "no code"},
            {"code": "LATE", "name": "x", "summary_at": 18},
            {"code": "NEVER", "name": "x", "summary_at": "25:00"},
        ],
        rules=[
            {"name": "A", "project": "NONE"},
            {"name": "B", "template": "{shot"},
        ],
        folders=[{"path": "relative"}, {"path": str(tmp_path / "renders"), "quiet_seconds": -1}],
        upload_hours=[
            {"from_time": "25:00", "to_time": "07:00", "days": [0]},
            {"from_time": "19:00", "to_time": "07:00", "days": ["Monday"]},
            {"from_time": "19:00", "to_time": "07:00", "days": [0], "only_then": False},
        ],
        channels=[
            {"name": "A", "projects": ["NONE"]},
            {"name": "B", "projects": "UNDLM", "address": SECRET},
            {"name": "C", "kind": "pigeon"},
            {"name": "D", "projects": [""]},
        ],
        limits={"uploads_per_account": 0, "colour": "red"},
    )
    with pytest.raises(BadRows) as caught:
        load(wanted, who="me")
    assert {fault.where for fault in caught.value.faults} >= {
        "projects.1.code",
        "projects.2.colour",
        "projects.2.name",
        "projects.2.active",
        "projects.3.name",
        "projects.3.integrations",
        "projects.4.code",
        "projects.5.summary_at",
        "projects.6.summary_at",
        "rules.0.project",
        "rules.1.template",
        "folders.0.path",
        "folders.1.quiet_seconds",
        "upload_hours.0.from_time",
        "upload_hours.1.days",
        "upload_hours.2.megabits_per_second",
        "channels.0.projects.0",
        "channels.1.projects",
        "channels.1.address",
        "channels.2.kind",
        "channels.3.projects",
        "limits.uploads_per_account",
        "limits.colour",
    }
    assert "sentinel" not in str(caught.value)
    assert Project.objects.count() == 1


def test_the_command_tells_faults_in_lines(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"nothing is changed:\n  projects\.0\.code: "):
        loaded('{"projects": [{"name": "x"}]}', tmp_path=tmp_path)


def test_rows_that_cannot_be_told_apart_are_refused(studio: Project) -> None:
    NamingRule.objects.create(name="Episodic", project=studio)
    with pytest.raises(BadRows, match="several of this name"):
        load(Wanted(rules=[{"name": "Episodic", "project": "UNDLM"}]), who="me")


def test_watched_directories_become_folders(tmp_path: Path) -> None:
    (tmp_path / "renders").mkdir()
    text = json.dumps(
        {
            "lucidlink": {
                "mount_path": str(tmp_path),
                "watch_directories": ["renders"],
                "file_extensions": [".mov", "mxf"],
                "ignore_patterns": ["*.tmp"],
            }
        }
    )
    loaded(text, tmp_path=tmp_path)
    folder = WatchedFolder.objects.get()
    assert folder.path == str(tmp_path / "renders")
    assert (folder.extensions, folder.ignore, folder.local) == ("mov mxf", "*.tmp", True)


def test_a_folder_changes_only_in_what_is_named(studio: Project, tmp_path: Path) -> None:
    """The watcher writes the other columns meanwhile."""
    WatchedFolder.objects.update(mount_point="/mnt", online=True)
    path = str(tmp_path / "renders")
    load(Wanted(folders=[{"path": path, "quiet_seconds": 20}]), who="me")
    assert WatchedFolder.objects.get().mount_point == "/mnt"
    load(Wanted(folders=[{"path": path, "marker": ".postflow"}]), who="me")
    assert WatchedFolder.objects.get().mount_point == ""


def test_uploads_that_a_project_held_are_queued_again(studio: Project) -> None:
    source = SourceFile.objects.create(key="a", raw_path=b"a", size=1, mtime_ns=1, state="taken")
    UploadJob.objects.create(
        source=source, size=1, mtime_ns=1, name="a", project=studio, state="waiting", hold="project"
    )
    [change] = load(Wanted(projects=[{"code": "UNDLM", "frameio_project_id": "r-2"}]), who="me")
    assert change == Change(
        "project UNDLM", made=False, columns={"frameio_project_id": ("remote-1", "r-2")}
    )
    assert UploadJob.objects.get().state == "pending"


def test_settings_in_another_file_are_not_taken_silently(tmp_path: Path) -> None:
    told = loaded('{"frameio": {"upload_timeout": 60}}', tmp_path=tmp_path)
    assert "not from this file" in told
