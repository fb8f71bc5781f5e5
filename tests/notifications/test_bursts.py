"""Many files at once: one card a scene, that counts."""

from collections.abc import Callable

import pytest

from pipeline.channels import Card, Channel
from pipeline.models import UploadJob
from tests.notifications.conftest import Become, FakeClock, MakeJob
from tests.notifications.discord_server import DiscordServer

pytestmark = pytest.mark.django_db

State = UploadJob.State
Tell = Callable[..., None]


def test_five_files_have_a_card_each_and_the_sixth_begins_one_for_the_scene(
    channel: DiscordServer, make_job: MakeJob, tell: Tell
) -> None:
    for _file in range(5):
        make_job()
        tell()
    assert len(channel.shown) == 5
    make_job()
    make_job()
    tell()
    assert channel.shown[5:] == ["Scene SC01: 2 of 2 files have arrived"]


def test_files_that_nobody_has_seen_yet_join_the_scenes_card(
    channel: DiscordServer, make_job: MakeJob, tell: Tell
) -> None:
    channel.replies.clear()
    for _file in range(3):
        make_job()
    tell(minutes=0)  # the first is sent, and the others wait for their turn
    for _file in range(4):
        make_job()
    tell()
    assert channel.shown == ["SH001 anim v003", "Scene SC01: 6 of 6 files have arrived"]


def test_a_scenes_card_counts_names_what_failed_and_edits_itself(
    channel: DiscordServer, make_job: MakeJob, become: Become, tell: Tell, clock: FakeClock
) -> None:
    jobs = [make_job(State.PENDING) for _file in range(20)]
    tell()
    for job in jobs[:18]:
        become(job, State.DONE)
    become(jobs[18], State.FAILED, reason="The project is archived.")
    clock.pass_by(seconds=20)
    tell()
    assert channel.shown == ["Scene SC01: 18 of 20 files have arrived"]
    card = channel.calls[-1].card
    assert card["description"] == r"SH019 anim v003\: The project is archived."
    counts = {row["name"]: row["value"] for row in channel.calls[-1].fields}
    assert counts == {"Project": "UNDLM", "Queued": "1", "Arrived": "18", "Failed": "1"}
    assert len(channel.calls) == 2


def test_a_scenes_card_is_edited_four_times_a_minute_at_most(
    channel: DiscordServer, make_job: MakeJob, become: Become, tell: Tell, clock: FakeClock
) -> None:
    jobs = [make_job(State.PENDING) for _file in range(20)]
    tell()
    for job in jobs:
        become(job, State.DONE)
        clock.pass_by(seconds=3)
        tell(minutes=0)
    clock.pass_by(seconds=15)
    tell()
    assert len(channel.calls) <= 6
    assert channel.shown == ["Scene SC01: 20 of 20 files have arrived"]


def test_each_scene_has_its_own(channel: DiscordServer, make_job: MakeJob, tell: Tell) -> None:
    for number in range(18):
        make_job(fields={"scene": f"SC{number % 3}", "shot": f"SH{number}"})
    tell()
    assert sorted(channel.shown) == [f"Scene SC{n}: 6 of 6 files have arrived" for n in range(3)]


def test_when_it_is_quiet_again_a_file_has_its_own_card(
    channel: DiscordServer, make_job: MakeJob, tell: Tell, clock: FakeClock
) -> None:
    for _file in range(6):
        make_job()
    tell()
    clock.pass_by(minutes=11)
    make_job()
    tell()
    assert channel.shown[1:] == ["SH007 anim v003"]


def test_where_nothing_can_be_edited_a_burst_is_one_line_at_its_end(
    make_job: MakeJob,
    become: Become,
    tell: Tell,
    clock: FakeClock,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("INFO")
    jobs = [make_job(State.PENDING) for _file in range(9)]
    for job in jobs:
        become(job, State.DONE)
        clock.pass_by(seconds=20)
        tell()
    assert Channel.objects.get().kind == Channel.Kind.LOG
    assert Card.objects.count() == 1
    said = [record.getMessage() for record in caplog.records if "notices" in record.name]
    assert [line.splitlines()[0] for line in said] == ["+ Scene SC01: 9 of 9 files have arrived"]
