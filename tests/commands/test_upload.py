"""`manage.py upload` against the sandbox, in this process."""

import hashlib
import os
import unicodedata
from collections.abc import Callable
from pathlib import Path
from threading import Timer

import pytest
from django.core.management import CommandError, call_command
from pytest_django.fixtures import Settings

from frameio.models import Account
from pipeline import jobs
from pipeline.jobs import working
from pipeline.models import Delivery, NamingRule, Project, SourceFile, UploadJob
from pipeline.uploads import upload_file
from tests.commands.conftest import Upload
from tests.sandbox.running import Sandbox

Render = Callable[..., Path]


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_render_arrives_byte_for_byte_with_everything_told(
    upload: Upload, sandbox: Sandbox, render: Render
) -> None:
    path = render(content=os.urandom(300_000))
    [told] = upload(path)
    [there] = sandbox.tree()
    assert there["sha256"] == sha256(path)
    assert there["folder"] == told["folder"] == "010/0040/comp"
    assert told == {
        "success": True,
        "file": str(path),
        "job_id": UploadJob.objects.get().pk,
        "state": "done",
        "remote_file_id": there["id"],
        "view_url": there["view_url"],
        "folder": "010/0040/comp",
        "fields": {
            "project": "DEMO",
            "scene": "010",
            "shot": "0040",
            "task": "comp",
            "version": "001",
            "ext": "mov",
        },
        "version": 1,
        "bytes": 300_000,
        "seconds": told["seconds"],
        "error": None,
    }
    assert upload.code == 0


def test_a_project_without_a_frameio_project_holds_its_renders(
    upload: Upload, sandbox: Sandbox, render: Render
) -> None:
    goes_to = Project.objects.get().frameio_project_id
    Project.objects.update(frameio_project_id="")
    [told] = upload(render())
    assert (told["state"], upload.code) == ("waiting", 1)
    assert "has no Frame.io project yet. Choose one on its page" in str(told["error"])
    Project.objects.update(frameio_project_id=goes_to)
    [told] = upload(render())
    assert (told["state"], upload.code) == ("done", 0)


def test_a_project_that_has_chosen_none_goes_to_the_default_one(
    upload: Upload, sandbox: Sandbox, render: Render, settings: Settings
) -> None:
    settings.FRAMEIO_DEFAULT_PROJECT_ID = Project.objects.get().frameio_project_id
    Project.objects.update(frameio_project_id="")
    [told] = upload(render())
    assert told["state"] == "done"
    assert Project.objects.get().frameio_project_id == ""


def test_sending_it_twice_leaves_one_file_and_tells_its_link(
    upload: Upload, sandbox: Sandbox, render: Render
) -> None:
    path = render()
    [first] = upload(path)
    [second] = upload(path)
    assert len(sandbox.tree()) == 1
    assert second["view_url"] == first["view_url"]
    call_command("upload", str(path))
    assert "has arrived before" in upload.capsys.readouterr().out


def test_new_content_under_the_same_name_is_sent_too(
    upload: Upload, sandbox: Sandbox, render: Render
) -> None:
    upload(render(content=b"first"))
    upload(render(content=b"second take"))
    assert [file["size"] for file in sandbox.tree()] == [5, 11]


def test_what_is_given_by_hand_wins(upload: Upload, sandbox: Sandbox, render: Render) -> None:
    upload("--scene", "777", render())
    upload("--project", "DEMO", "--folder", "Client/Monday", render("teaser.mov"))
    assert [file["folder"] for file in sandbox.tree()] == ["777/0040/comp", "Client/Monday"]


def test_one_bad_file_does_not_stop_the_others(
    upload: Upload, sandbox: Sandbox, render: Render, tmp_path: Path
) -> None:
    told = upload(tmp_path / "missing.mov", render())
    assert [outcome["success"] for outcome in told] == [False, True]
    assert upload.code == 1


def test_a_dry_run_tells_and_changes_nothing(
    upload: Upload, sandbox: Sandbox, render: Render
) -> None:
    [told] = upload("--dry-run", render())
    assert (told["success"], told["folder"], told["job_id"]) == (True, "010/0040/comp", None)
    assert sandbox.tree() == []
    assert not UploadJob.objects.exists()
    assert not SourceFile.objects.exists()


def test_without_waiting_it_is_queued_for_the_cluster(
    upload: Upload, sandbox: Sandbox, render: Render
) -> None:
    [told] = upload("--no-wait", render())
    assert (told["success"], told["state"], told["view_url"]) == (True, "pending", None)
    assert sandbox.tree() == []
    assert upload.code == 0


def test_a_name_in_nfd_goes_where_its_nfc_twin_goes(
    upload: Upload, sandbox: Sandbox, render: Render
) -> None:
    NamingRule.objects.update(template="{project}_{name:*}.{ext}", folder_template="{name}")
    upload(render(unicodedata.normalize("NFD", "DEMO_été.mov")))
    [there] = sandbox.tree()
    assert there["folder"] == unicodedata.normalize("NFC", "été")


# --- Bad input: nothing is begun at Frame.io, and the reason is a sentence ------------------------


def refused(upload: Upload, sandbox: Sandbox, *arguments: str | Path) -> str:
    asked_before = len(sandbox.requests())
    [told] = upload(*arguments)
    assert told["success"] is False
    assert upload.code == 1
    assert sandbox.tree() == []
    assert len(sandbox.requests()) == asked_before
    return str(told["error"])


def test_a_missing_file(upload: Upload, sandbox: Sandbox, tmp_path: Path) -> None:
    error = refused(upload, sandbox, tmp_path / "DEMO_010_0040_comp_v001.mov")
    assert "is not there. Check the path" in error


def test_a_folder(upload: Upload, sandbox: Sandbox, tmp_path: Path) -> None:
    assert "is a folder" in refused(upload, sandbox, tmp_path)


def test_something_that_is_no_file(upload: Upload, sandbox: Sandbox, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.mov")
    assert "is not a regular file" in refused(upload, sandbox, tmp_path / "pipe.mov")


def test_an_empty_file(upload: Upload, sandbox: Sandbox, render: Render) -> None:
    assert "Frame.io takes no empty files" in refused(upload, sandbox, render(content=b""))


def test_an_unreadable_file(
    upload: Upload, sandbox: Sandbox, render: Render, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = render()

    def forbidden(*_arguments: object, **_options: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", forbidden)  # the superuser may read everything
    assert "cannot be read: Permission denied" in refused(upload, sandbox, path)


def test_an_unknown_project(upload: Upload, sandbox: Sandbox, render: Render) -> None:
    error = refused(upload, sandbox, "--project", "NOPE", render())
    assert error == "There is no project NOPE. There is: DEMO."


def test_a_name_that_fits_no_rule(upload: Upload, sandbox: Sandbox, render: Render) -> None:
    assert "final.mov" in refused(upload, sandbox, render("final.mov"))


def test_a_name_that_fits_two_rules(upload: Upload, sandbox: Sandbox, render: Render) -> None:
    NamingRule.objects.create(
        name="Other", template="{project}_{a}_{b}_{c}_v{version}.{ext}", folder_template="{a}"
    )
    assert "fits more than one rule" in refused(upload, sandbox, render())


def test_a_name_that_is_no_text(upload: Upload, sandbox: Sandbox, render: Render) -> None:
    path = render(os.fsdecode(b"DEMO_\xff_0040_comp_v001.mov"))
    error = refused(upload, sandbox, path)
    assert "DEMO_\\xff_0040_comp_v001.mov: the name is not valid text" in error


def test_a_name_that_is_too_long(upload: Upload, sandbox: Sandbox, tmp_path: Path) -> None:
    error = refused(upload, sandbox, tmp_path / f"DEMO_{'a' * 300}_0040_comp_v001.mov")
    assert "File name too long" in error


def test_a_folder_by_hand_that_is_none(upload: Upload, sandbox: Sandbox, render: Render) -> None:
    assert "is not a folder" in refused(upload, sandbox, "--folder", "../up", render())


def test_a_webhook_that_is_none_is_not_repeated_in_the_error(
    upload: Upload, sandbox: Sandbox, render: Render
) -> None:
    error = refused(upload, sandbox, "--discord-webhook", "ftp://secret-token", render())
    assert "webhook" in error
    assert "secret-token" not in error


def test_a_project_that_goes_nowhere(upload: Upload, sandbox: Sandbox, render: Render) -> None:
    Project.objects.update(integrations=[])
    assert "is delivered nowhere" in refused(upload, sandbox, render())


def test_the_same_content_is_not_sent_to_a_second_place(
    upload: Upload, sandbox: Sandbox, render: Render
) -> None:
    path = render()
    upload(path)
    [told] = upload("--folder", "Elsewhere", path)
    assert "goes or went to DEMO, 010/0040/comp" in str(told["error"])
    assert len(sandbox.tree()) == 1


def test_a_wrong_flag_ends_with_2(connected: Sandbox, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(CommandError, match="unrecognized arguments: --bogus"):
        call_command("upload", "--bogus", "x.mov")


# --- What happens on the way ----------------------------------------------------------------------


def test_no_account_holds_the_job_and_says_what_to_do(
    transactional_db: None, capsys: pytest.CaptureFixture[str], render: Render
) -> None:
    Project.objects.create(code="DEMO", name="Demo", frameio_project_id="p")
    NamingRule.objects.create(name="Shots", template="{project}_{shot:*}.{ext}", folder_template="")
    upload = Upload(capsys)
    [told] = upload(render())
    assert (told["state"], told["success"]) == ("waiting", False)
    assert told["error"] == "No Frame.io account is connected. Connect one in the admin."


def test_frameio_away_leaves_the_job_queued(
    upload: Upload, render: Render, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(working, "FIRST_DELAY", working.LONGEST_DELAY)
    Account.objects.update(api_url="http://127.0.0.1:1")
    [told] = upload(render())
    assert (told["state"], told["success"]) == ("pending", False)
    assert "cannot be reached" in str(told["error"])
    assert "It stays queued; the next try is at" in str(told["error"])


def test_a_file_that_changes_while_being_read_leaves_nothing_half_made(
    upload: Upload, sandbox: Sandbox, render: Render, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = render(content=os.urandom(2_000_000))
    sandbox.faults(
        [{"match": {"method": "PUT", "path": "/storage/"}, "action": {"delay": 1.0}, "times": 1}]
    )
    Timer(0.5, lambda: path.write_bytes(b"a new render")).start()
    [told] = upload(path)
    assert (told["state"], told["success"]) == ("failed", False)
    assert sandbox.tree() == []


def test_a_failed_job_is_taken_up_again_by_the_next_upload(
    upload: Upload, sandbox: Sandbox, render: Render
) -> None:
    path = render()
    upload("--no-wait", path)
    UploadJob.objects.update(state=jobs.State.FAILED, reason="x", attempts=12)
    [told] = upload("--folder", "Dailies", "--discord-webhook", "https://discord.test/x/y", path)
    assert (told["state"], told["folder"]) == ("done", "Dailies")
    assert UploadJob.objects.get().discord_webhook_url == "https://discord.test/x/y"


def test_what_a_running_worker_has_is_followed_not_sent_twice(
    upload: Upload, sandbox: Sandbox, render: Render
) -> None:
    path = render()
    [told] = upload(path)
    [again] = upload(path)
    assert again["job_id"] == told["job_id"]
    assert Delivery.objects.count() == 1


def test_the_python_api_does_the_same(connected: Sandbox, sandbox: Sandbox, render: Render) -> None:
    seen: list[int] = []
    result = upload_file(
        render(), fields={"shot": "0999"}, progress=lambda job: seen.append(job.size)
    )
    [there] = sandbox.tree()
    assert result.success
    assert result.view_url == there["view_url"]
    assert there["folder"] == "010/0999/comp"
    assert seen


def test_secrets_do_not_reach_the_output(
    upload: Upload, sandbox: Sandbox, render: Render, caplog: pytest.LogCaptureFixture
) -> None:
    told = upload(render())
    text = f"{told}{upload.err}{caplog.text}"
    assert "X-Amz-Signature" not in text
    assert "Bearer" not in text
