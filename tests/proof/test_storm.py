"""Everything goes wrong at once, and every file arrives: whole, once, in its place.

Fifteen shots of four versions; with POSTFLOW_STORM_SHOTS=50 in the environment fifty, and so on.
"""

import os
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import call_command
from django.utils import timezone
from pytest_django import Settings

from frameio import errors
from frameio.client import FrameioClient
from frameio.connecting import client_for
from frameio.hearing import listen
from frameio.models import Account
from pipeline import review
from pipeline.models import Delivery, Project, ReviewComment, UploadJob, WatchedFolder
from tests.proof.installation import Installation
from tests.proof.shots import Shot, There, arrived, save, shots, stacks
from tests.sandbox.running import Entry, Sandbox, StartSandbox
from tests.sandbox.storms import each_once, storm

pytestmark = [
    pytest.mark.processes,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
]

SEED = int(os.environ.get("POSTFLOW_STORM_SEED", "7"))
SHOTS = int(os.environ.get("POSTFLOW_STORM_SHOTS", "15"))
FETCHED = SHOTS // 5
COMMENTS = 20
HANGS_AFTER = 10 * 60  # seconds
TOO_FAST: Entry = {"action": {"effect": "too_many_requests"}, "times": 25}
SETTINGS = {"UPLOAD_WORKERS": "6", "FRAMEIO_PATIENCE": "10"}


@pytest.fixture
def sandbox(start_sandbox: StartSandbox) -> Sandbox:
    """Limits sixty times looser; logins that are renewed seven times a minute, as there
    are ways for them to go wrong."""
    return start_sandbox(
        part_size=256 * 1024,
        rate_scale=60,
        access_token_life=308,
        uploaded_after=0.2,
        transcoded_after=0.2,
        webhook_delay=0.5,
    )


@pytest.fixture
def mount(tmp_path: Path) -> Path:
    place = tmp_path / "mount"
    place.mkdir()
    return place


@pytest.fixture
def postflow(
    sandbox: Sandbox, mount: Path, tmp_path: Path, settings: Settings
) -> Iterator[Installation]:
    """Connected, set up, and told of comments; one project's renders are fetched."""
    for code in ("UNDLM", "FETCH"):
        call_command("connect", "--sandbox", sandbox.url, "--project", code, verbosity=0)
    Project.objects.filter(code="FETCH").update(transfer=Project.Transfer.REMOTE)
    WatchedFolder.objects.create(
        path=str(mount), quiet_seconds=1, first_pass=WatchedFolder.FirstPass.SEND
    )
    with Installation(tmp_path / "var", **SETTINGS) as installation:
        settings.PUBLIC_URL = installation.url
        account = Account.objects.get()
        with client_for(account) as client:
            listen(client, account, client.workspaces(account.account_id)[0].id)
        yield installation


def test_all_files_arrive_whatever_goes_wrong(
    sandbox: Sandbox, postflow: Installation, mount: Path
) -> None:
    wanted = shots(SHOTS, fetched=FETCHED)
    sandbox.faults([TOO_FAST, *each_once(0.3, seed=SEED), *storm(0.05, seed=SEED)])
    saved = save(wanted, mount, seed=SEED)
    said = _until_all_have_come_to_an_end(postflow, sandbox, len(saved))
    missed = _struck_by_each_kind_of_the_login(sandbox)
    sandbox.faults([])

    ended = UploadJob.objects.exclude(state="done").values_list("name", "state", "reason")
    assert list(ended) == []
    assert UploadJob.objects.count() == len(saved)
    tree = sandbox.tree()
    assert _sorted(arrived(tree)) == _sorted(saved)
    assert stacks(tree) == sorted(shot.names for shot in wanted)
    assert _folders() == _with_parents(wanted)
    assert missed == []
    _read_what_no_webhook_told(len(said))
    assert sorted(ReviewComment.objects.values_list("text", flat=True)) == sorted(said)


def _until_all_have_come_to_an_end(
    postflow: Installation, sandbox: Sandbox, count: int
) -> list[str]:
    """What was said meanwhile of the first files that arrived."""
    said: list[str] = []
    hangs_at = time.monotonic() + HANGS_AFTER
    while UploadJob.objects.filter(state__in=("done", "failed", "cancelled")).count() < count:
        if time.monotonic() > hangs_at:
            pytest.fail(f"not all has come to an end: {_states()}")
        assert postflow.runs(), postflow.log.read_text()
        said += _comment_on_the_next(sandbox, said)
        time.sleep(0.5)
    return said


def _comment_on_the_next(sandbox: Sandbox, said: list[str]) -> list[str]:
    there = Delivery.objects.filter(done=True).order_by("pk")[len(said) : COMMENTS]
    texts = [f"Note on {delivery.remote_id}" for delivery in there]
    for delivery, text in zip(there, texts, strict=True):
        sandbox.say(delivery.remote_id, text)
    return texts


def _states() -> Counter[tuple[str, str]]:
    return Counter(UploadJob.objects.values_list("state", "reason"))


def _struck_by_each_kind_of_the_login(sandbox: Sandbox) -> list[object]:
    """Logins are renewed a few times only while the files go up: here until each fault has struck.
    Gives the kinds that have not."""
    for _renewal in range(100):
        if not any("/ims/" in str(kind) for kind in _kinds_that_did_not_strike(sandbox)):
            break
        Account.objects.update(access_expires_at=timezone.now())
        with suppress(errors.FrameioError), client_for(Account.objects.get()) as client:
            client.me()
    return _kinds_that_did_not_strike(sandbox)


def _kinds_that_did_not_strike(sandbox: Sandbox) -> list[object]:
    rules = sandbox.http.get("/_sandbox/faults").json()
    return [(_given(rule["action"]), rule["match"], rule["when"]) for rule in rules if rule["left"]]


def _given(action: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in action.items() if value}


def _sorted(files: list[There]) -> list[tuple[str, str, str, bool]]:
    return sorted((file.folder, file.name, file.sha256, file.complete) for file in files)


def _with_parents(wanted: list[Shot]) -> list[str]:
    paths = {shot.folder.split("/")[0] for shot in wanted}
    paths |= {shot.folder.rpartition("/")[0] for shot in wanted}
    return sorted(paths | {shot.folder for shot in wanted})


def _folders() -> list[str]:
    """The path of each on Frame.io: one that is there twice stands twice."""
    account = Account.objects.get()
    with client_for(account) as client:
        project = client.project(account.account_id, Project.objects.all()[0].frameio_project_id)
        return sorted(_below(client, account.account_id, project.root_folder_id, ""))


def _below(client: FrameioClient, account_id: str, folder_id: str, path: str) -> Iterator[str]:
    for folder in client.folders(account_id, folder_id):
        yield f"{path}{folder.name}"
        yield from _below(client, account_id, folder.id, f"{path}{folder.name}/")


def _read_what_no_webhook_told(count: int) -> None:
    """By asking, as the cluster does two minutes later."""
    hangs_at = time.monotonic() + 60
    while ReviewComment.objects.count() < count and time.monotonic() < hangs_at:
        review.poll(lambda: timezone.now() + timedelta(minutes=3))
