"""Each check, where it is well and where it is not: what it says is what people read."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
import respx
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models.functions import Now
from django.utils import timezone
from django_q.brokers import Broker
from pytest_django.fixtures import Settings

from frameio.models import Account
from lucidlink.mount import Carrier, MountState, Place
from pipeline import node_table
from pipeline.doctor import database, doors, machine, mounts, processes
from pipeline.doctor.finding import Finding, State
from pipeline.models import Node, Project, SourceFile, UploadJob, WatchedFolder, Watcher
from tests.doctor.conftest import only
from tests.frameio.fake import API, FakeFrameio
from tests.frameio.serving import serving
from tests.notifications.discord_server import UNKNOWN_WEBHOOK, DiscordServer, Reply

pytestmark = pytest.mark.django_db

OK, WARNING, FAULT = State.OK, State.WARNING, State.FAULT


def said(found: Finding) -> tuple[State, str, str]:
    return found.state, str(found.text), str(found.advice)


# --- The database ---------------------------------------------------------------------------------


def test_a_database_that_answers_is_named() -> None:
    found = only(database.answers)
    assert found.state == OK
    assert connection.display_name in str(found.text)


def test_a_database_that_does_not_answer_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    def cursor() -> None:
        raise DatabaseError("could not connect\n to server")

    monkeypatch.setattr(connection, "cursor", cursor)
    assert said(only(database.answers)) == (
        FAULT,
        "It does not answer (could not connect to server).",
        "Check DATABASE_URL, and that the database runs and has room on its disk.",
    )


def test_tables_of_this_version_are_well() -> None:
    assert only(database.is_migrated).state == OK


def test_tables_of_an_earlier_version_are_not(monkeypatch: pytest.MonkeyPatch) -> None:
    def plan(_executor: object, _targets: object) -> list[int]:
        return [1, 2]

    monkeypatch.setattr(MigrationExecutor, "migration_plan", plan)
    assert said(only(database.is_migrated)) == (
        FAULT,
        "2 changes of the tables are missing.",
        "Stop PostFlow and run: manage.py migrate",
    )


# --- The machine ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("free", "state"), [(100 * 10**6, FAULT), (2 * 10**9, WARNING), (90 * 10**9, OK)]
)
def test_a_disk_that_fills_up_is_told_in_time(free: int, state: State) -> None:
    assert only(machine.has_room(lambda _path: free)).state == state


def test_the_real_disk_is_measured() -> None:
    assert "free where" in str(only(machine.has_room).text)


def test_a_configuration_that_is_wrong_is_a_finding(settings: Settings) -> None:
    assert {one.state for one in machine.is_configured()} <= {OK, WARNING}
    settings.INTEGRATIONS = {"broken": "nowhere.Class"}
    settings.FRAMEIO_REDIRECT_URI = "http://localhost:8000/frameio/callback"
    found = {one.name: one.state for one in machine.is_configured()}
    assert found["configuration:postflow.E001"] == FAULT
    assert found["configuration:postflow.W002"] == WARNING


def test_a_key_that_opens_nothing_is_a_fault(account: Account, settings: Settings) -> None:
    assert only(machine.keys_open).state == OK
    settings.FIELD_ENCRYPTION_KEYS = ["c" * 43 + "="]
    assert said(only(machine.keys_open))[:2] == (
        FAULT,
        "It does not open the stored login of: Post.",
    )
    settings.FIELD_ENCRYPTION_KEYS = ["none"]
    assert only(machine.keys_open).state == FAULT


# --- Processes ------------------------------------------------------------------------------------


class Away(Broker):  # type: ignore[misc]  # django-q2 has no types
    def queue_size(self) -> int:
        raise ConnectionError("redis://:secret@host")


def test_a_broker_that_is_away_is_named_without_its_address(settings: Settings) -> None:
    assert only(processes.broker_answers).state == OK
    settings.REDIS_URL = "redis://:secret@host"
    found = only(processes.broker_answers(Away))
    assert said(found)[:2] == (FAULT, "Redis does not answer (ConnectionError).")


def test_without_a_cluster_nothing_goes_up() -> None:
    assert said(only(processes.cluster_works)) == (
        FAULT,
        "No cluster is running, so nothing goes up.",
        "Start it: manage.py qcluster (or manage.py start).",
    )
    node_table.beat(Node.Role.CLUSTER)
    assert only(processes.cluster_works).state == OK
    node_table.drain()
    assert only(processes.cluster_works).state == WARNING
    Node.objects.update(seen_at=Now() - timedelta(minutes=1))
    assert only(processes.cluster_works).state == FAULT


def test_clocks_and_versions_that_differ_are_warned_about(settings: Settings) -> None:
    node_table.beat(Node.Role.CLUSTER)
    assert list(processes.clocks_agree()) == []
    assert list(processes.versions_agree()) == []
    Node.objects.update(skew_seconds=-95.0, host="box", version="0.0.9")
    assert only(processes.clocks_agree).text == (
        "The clock of box differs from the database's by -95 s."
    )
    assert only(processes.versions_agree).text == (
        f"Processes of version 0.0.9 are running; this is {settings.VERSION}."
    )


def test_folders_that_nobody_watches_are_a_fault() -> None:
    assert only(processes.folders_are_watched).state == OK
    WatchedFolder.objects.create(path="/mnt/a")
    assert said(only(processes.folders_are_watched)) == (
        FAULT,
        "No watcher is running.",
        "Start it: manage.py runwatcher.",
    )
    Watcher.objects.create(node="box/1/2/3")
    assert said(only(processes.folders_are_watched)) == (OK, "box (2).", "")


def test_uploads_that_need_a_person_are_counted() -> None:
    assert only(processes.nothing_is_stuck).state == OK
    source = SourceFile.objects.create(key="a", raw_path=b"a", size=1, mtime_ns=1, state="taken")
    UploadJob.objects.create(source=source, size=1, mtime_ns=1, name="a", state="failed")
    assert said(only(processes.nothing_is_stuck)) == (
        WARNING,
        "1 upload needs a person.",
        "The overview at http://127.0.0.1:8000 says what each of them waits for.",
    )


# --- Mounts ---------------------------------------------------------------------------------------


def test_a_folder_that_can_be_read_says_what_it_is_on(tmp_path: Path) -> None:
    (tmp_path / "a.mov").touch()
    WatchedFolder.objects.create(path=str(tmp_path))
    found = only(mounts.are_reached)
    assert (found.state, found.title) == (OK, str(tmp_path))
    assert str(found.text).startswith("It can be read; it is on /")


def test_a_mount_that_is_not_the_one_it_was_is_a_fault(tmp_path: Path) -> None:
    WatchedFolder.objects.create(
        path=str(tmp_path), mount_point="/mnt/studio", mount_kind="fuse.lucidfs", marker=".postflow"
    )
    asked: list[Place] = []

    def look(_root: Path, place: Place) -> MountState:
        asked.append(place)
        return MountState(online=False, reason="The mount is not there.")

    found = only(mounts.are_reached(look))
    assert said(found)[:2] == (FAULT, "The mount is not there.")
    assert asked == [Place(True, Carrier("/mnt/studio", "fuse.lucidfs"), ".postflow")]


def test_a_mount_that_the_watcher_knows_to_be_dead_is_not_touched_again() -> None:
    since = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
    WatchedFolder.objects.create(
        path="/mnt/dead", online=False, state_since=since, state_reason="It has not answered."
    )
    Watcher.objects.create(node="box/1/2/3")

    def touch(_root: Path, _place: Place) -> MountState:
        raise AssertionError("it would hang")

    found = only(mounts.are_reached(touch))
    assert (found.state, found.text, found.since) == (FAULT, "It has not answered.", since)


def test_a_folder_that_is_paused_is_left_alone() -> None:
    WatchedFolder.objects.create(path="/no/such", active=False)
    assert list(mounts.are_reached()) == []


# --- Doors to the outside -------------------------------------------------------------------------


@pytest.fixture
def account() -> Account:
    now = timezone.now()
    return Account.objects.create(
        name="Post",
        account_id="acc",
        api_url=API,
        ims_url=API,
        access_token="good",
        refresh_token="refresh-1",
        access_expires_at=now + timedelta(hours=20),
        refresh_expires_at=now + timedelta(days=13),
        needs_login=False,
        connected_at=now,
    )


@pytest.fixture
def fake() -> Iterator[FakeFrameio]:
    fake = FakeFrameio()
    with respx.mock(assert_all_called=False) as network:
        network.route(host="127.0.0.1").pass_through()
        network.route().mock(side_effect=fake.answer)
        yield fake


def test_frameio_is_asked_who_is_logged_in(account: Account, fake: FakeFrameio) -> None:
    found = only(doors.frameio_answers)
    assert (found.state, found.title) == (OK, "Frame.io, Post")
    assert str(found.text).startswith("It answers. The login is valid until ")


def test_without_an_account_nothing_goes_up() -> None:
    assert said(only(doors.frameio_answers)) == (
        FAULT,
        "No Frame.io account is connected, so nothing can go up.",
        "Open http://127.0.0.1:8000 and press Connect Frame.io, or run: manage.py connect",
    )


def test_a_login_that_has_ended_is_a_fault(account: Account, fake: FakeFrameio) -> None:
    Account.objects.update(needs_login=True)
    found = only(doors.frameio_answers)
    assert found.state == FAULT
    assert str(found.text).startswith("Post needs a login.")


def test_a_login_that_ends_soon_is_a_warning(account: Account, fake: FakeFrameio) -> None:
    Account.objects.update(refresh_expires_at=timezone.now() + timedelta(days=1))
    found = only(doors.frameio_answers)
    assert found.state == WARNING
    assert "the login of Post ends soon" in str(found.text)


def test_a_frameio_that_is_away_is_a_fault(account: Account, fake: FakeFrameio) -> None:
    fake.next("GET", "/me", httpx.ConnectError("refused"))
    found = only(doors.frameio_answers)
    assert found.state == FAULT
    assert str(found.advice).startswith("Uploads wait and go on by themselves.")


def test_discord_is_looked_at_without_posting(discord: DiscordServer, settings: Settings) -> None:
    assert only(doors.channels_live).text == "No webhook is set; cards go to the log."
    settings.DISCORD_WEBHOOK_URL = discord.url
    assert said(only(doors.channels_live)) == (OK, "It is there.", "")
    discord.replies.append(Reply(404, UNKNOWN_WEBHOOK))
    found = only(doors.channels_live)
    assert found.state == FAULT
    assert str(found.text).startswith("The Discord webhook or its thread no longer exists")
    assert discord.calls == []


def test_a_way_back_that_nobody_needs_is_not_looked_at() -> None:
    assert list(doors.files_are_reached()) == []


@pytest.mark.django_db(transaction=True)
def test_our_file_server_is_known_by_its_answer(settings: Settings) -> None:
    with serving() as server:
        settings.PUBLIC_FILE_URL = server.url
        assert said(only(doors.files_are_reached))[:2] == (
            OK,
            f"Frame.io reaches it at {server.url}.",
        )
    assert only(doors.files_are_reached).state == WARNING
    Project.objects.create(code="UNDLM", name="Underland", transfer=Project.Transfer.REMOTE)
    found = only(doors.files_are_reached)
    assert found.state == FAULT
    assert "no answer (ConnectError) came from there" in str(found.text)


def test_another_server_in_its_place_is_a_fault(settings: Settings, discord: DiscordServer) -> None:
    settings.PUBLIC_FILE_URL = discord.url.partition("/api")[0]
    Project.objects.create(code="UNDLM", name="Underland", transfer=Project.Transfer.REMOTE)
    found = only(doors.files_are_reached)
    assert found.state == FAULT
    assert "status 404 came from there" in str(found.text)
