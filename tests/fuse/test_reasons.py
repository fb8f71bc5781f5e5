"""Each file that waits says why: in the ledger, on its page, in the list, and to `explain`.

Real mounts, the real watcher, and a stand-in for LucidLink's client that answers on a port.
"""

import html
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.test import Client
from pytest_django import Settings

from pipeline.models import Project, SourceFile, UploadJob
from tests.fuse.conftest import Watchman, watched
from tests.fuse.mounts import FaultyMount
from tests.lucidlink.client_server import LucidClient, lucid_client
from tests.lucidlink.clips import tiny_mov

pytestmark = pytest.mark.processes

CLIP = "A/UNDLM_010_020_comp_v001.mov"


class Scene(NamedTuple):
    mount: FaultyMount
    lucid: LucidClient
    watchman: Watchman

    def put(self, content: bytes, name: str = CLIP) -> None:
        self.mount.put(name, content)

    def found(self, content: bytes) -> None:
        """There, and in the ledger."""
        self.put(content)
        self.watchman.until(SourceFile.objects.exists)


@pytest.fixture
def scene(
    faulty: FaultyMount, site: Project, settings: Settings, tmp_path: Path
) -> Iterator[Scene]:
    with lucid_client() as lucid:
        settings.LUCIDLINK_ADDRESS = lucid.address
        settings.LUCIDLINK_FILESPACE = "films.dmpfs"
        folder = watched(faulty.near, site)
        folder.local = False
        folder.save()
        watchman = Watchman()
        yield Scene(faulty, lucid, watchman)
        watchman.watching.close()


def is_new(scene: Scene) -> None:
    scene.put(tiny_mov())


def grows(scene: Scene) -> None:
    scene.found(tiny_mov())
    scene.put(tiny_mov() * 2)


def is_empty(scene: Scene) -> None:
    scene.put(b"")


def is_cut_short(scene: Scene) -> None:
    scene.put(tiny_mov()[:-1])


def has_zeros_for_content(scene: Scene) -> None:
    scene.put(bytes(9000))


def is_uploaded_elsewhere(scene: Scene) -> None:
    scene.lucid.uploads[f"/{CLIP}"] = "yes"
    scene.put(bytes(9000))  # as an upload under way may look


def is_stuck_elsewhere(scene: Scene) -> None:
    scene.lucid.uploads[f"/{CLIP}"] = "stuck"
    scene.put(tiny_mov())


def has_unreadable_content(scene: Scene) -> None:
    scene.mount.fail(torn=[f"/{CLIP}"])
    scene.put(tiny_mov())


def cannot_be_looked_at(scene: Scene) -> None:
    scene.found(tiny_mov())
    scene.mount.fail(eio=[f"/{CLIP}"])


def lies_in_an_unreadable_folder(scene: Scene) -> None:
    scene.found(tiny_mov())
    scene.mount.fail(eio=["/A"])


def has_lost_its_mount(scene: Scene) -> None:
    scene.found(tiny_mov())
    scene.mount.unmount()


def has_a_dead_mount(scene: Scene) -> None:
    scene.found(tiny_mov())
    scene.mount.kill()


def has_a_mount_that_hangs(scene: Scene) -> None:
    scene.found(tiny_mov())
    scene.mount.fail(hang=True)


REASONS: dict[Callable[[Scene], None], str] = {
    is_new: "Waiting until it has not changed for 5 s.",
    grows: "It is still being written.",
    is_empty: "It is empty so far: waiting for its content.",
    is_cut_short: "It ends in the middle of",
    has_zeros_for_content: "Its first bytes are zeros: its content has not arrived yet.",
    is_uploaded_elsewhere: "Another machine is still uploading it to LucidLink.",
    is_stuck_elsewhere: "Its upload to LucidLink is stuck: is the machine that wrote it online?",
    has_unreadable_content: "It cannot be read yet: the mount gives read errors",
    cannot_be_looked_at: "It cannot be read: the mount gives read errors",
    lies_in_an_unreadable_folder: "It cannot be read: the mount gives read errors",
    has_lost_its_mount: "Its folder is away: The mount is not there:",
    has_a_dead_mount: "Its folder is away: The folder cannot be read: the mount's program has",
    has_a_mount_that_hangs: "Its folder is away: The mount has not answered for 30 s.",
}


def told(capsys: pytest.CaptureFixture[str], path: Path) -> str:
    call_command("explain", str(path), "--json")
    said: str = json.loads(capsys.readouterr().out)["verdict"]
    return said


@pytest.fixture
def nora(db: None) -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser("nora"))
    return client


def plain(page: bytes) -> str:
    return html.unescape(page.decode())


@pytest.mark.parametrize(("what", "reason"), REASONS.items())
def test_a_file_that_waits_says_why(
    scene: Scene,
    nora: Client,
    capsys: pytest.CaptureFixture[str],
    what: Callable[[Scene], None],
    reason: str,
) -> None:
    what(scene)
    rows = SourceFile.objects.filter(key=CLIP, state="settling", reason__startswith=reason)
    scene.watchman.until(rows.exists)
    row = rows.get()
    assert row.reason in plain(nora.get("/admin/pipeline/sourcefile/").content)
    assert row.reason in plain(nora.get(f"/admin/pipeline/sourcefile/{row.pk}/change/").content)
    assert row.reason in told(capsys, scene.mount.near / CLIP)
    assert not UploadJob.objects.exists()


def test_a_name_that_fits_no_rule_says_so(
    scene: Scene, nora: Client, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is handed over, and its upload is held: which rule it fits may change any time."""
    scene.put(tiny_mov(), "A/untitled.mov")
    scene.watchman.until(UploadJob.objects.filter(state="waiting", hold="name").exists)
    job = UploadJob.objects.get()
    row = job.source.pk
    assert "untitled.mov: no scene" in job.reason
    assert job.reason in plain(nora.get("/admin/pipeline/sourcefile/").content)
    assert job.reason in plain(nora.get(f"/admin/pipeline/sourcefile/{row}/change/").content)
    assert job.reason in told(capsys, scene.mount.near / "A" / "untitled.mov")


def test_a_file_goes_up_when_its_upload_elsewhere_is_over(scene: Scene) -> None:
    is_uploaded_elsewhere(scene)
    rows = SourceFile.objects.filter(reason=REASONS[is_uploaded_elsewhere])
    scene.watchman.until(rows.exists)
    scene.put(tiny_mov())
    scene.watchman.watch(30)
    assert rows.exists()
    scene.lucid.uploads.clear()
    scene.watchman.until(UploadJob.objects.exists)


def test_a_client_that_never_answers_holds_up_no_file(scene: Scene) -> None:
    scene.lucid.drips = True
    scene.put(tiny_mov())
    scene.watchman.until(UploadJob.objects.exists, seconds=30)


def test_a_file_that_could_not_be_looked_at_goes_up_when_it_can(scene: Scene) -> None:
    lies_in_an_unreadable_folder(scene)
    rows = SourceFile.objects.filter(reason__startswith="It cannot be read")
    scene.watchman.until(rows.exists)
    scene.mount.fail()
    scene.watchman.until(UploadJob.objects.exists)
