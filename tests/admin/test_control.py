"""Pausing, hours, limits, priorities and machines, as people steer and see them."""

from datetime import time, timedelta

import pytest
from django.contrib.auth.models import Permission, User
from django.contrib.messages import get_messages
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from pipeline import node_table
from pipeline.models import Node, Project, Revision, UploadJob
from pipeline.studio import EVERY_DAY, THE_ONE, MountPath, Studio, UploadWindow
from tests.admin.conftest import MakeJob, State

LIST = "/admin/pipeline/uploadjob/"
PAUSE = "/admin/pipeline/studio/pause/"
HOURS = "/admin/pipeline/uploadwindow/"


def text(client: Client, address: str = "/") -> str:
    return client.get(address).content.decode()


def test_pausing_all_says_by_whom_and_offers_to_resume(make_job: MakeJob, nora: Client) -> None:
    make_job(State.PENDING)
    assert "Pause all uploads" in text(nora)
    nora.post(PAUSE, {"next": "/"})
    page = text(nora)
    assert "All uploads are paused by nora." in page
    assert "All uploads are paused by nora since" in page  # at the queued job
    assert "Pause all uploads" not in page
    assert Revision.objects.get(kind="pipeline.studio").act == "paused"
    nora.post(PAUSE, {"go_on": "1", "next": "/"})
    assert "paused by" not in text(nora)
    acts = Revision.objects.filter(kind="pipeline.studio", who="nora").order_by("id")
    assert list(acts.values_list("act", flat=True)) == ["paused", "resumed"]


def test_a_project_is_paused_on_its_page(make_job: MakeJob, project: Project, nora: Client) -> None:
    job = make_job(State.PENDING)
    address = f"/admin/pipeline/project/{project.pk}/change/"
    assert "Pause its uploads" in text(nora, address)
    answer = nora.post(PAUSE, {"project": str(project.pk), "next": address})
    assert answer.headers["Location"] == address
    assert "Resume" in text(nora, address)
    assert "UNDLM is paused by nora." in text(nora)
    for place in (LIST, f"{LIST}{job.pk}/change/"):
        assert "UNDLM is paused by nora since" in text(nora, place)


def test_saving_a_project_does_not_end_its_pause(project: Project, nora: Client) -> None:
    Project.objects.update(paused_at=timezone.now(), paused_by="paul")
    form = {
        "code": "UNDLM",
        "name": "Other",
        "active": "on",
        "integrations": "frameio",
        "frameio_account": project.frameio_account,
        "transfer": "direct",
        "same_name": "version",
        "comments_for_days": 14,
        "frameio_project_kind": "chosen",
        "frameio_name_template": "{code} · {name}",
        "review_days": 14,
        "uploads_at_once": 3,
    }
    nora.post(f"/admin/pipeline/project/{project.pk}/change/", form)
    project.refresh_from_db()
    assert (project.name, project.uploads_at_once) == ("Other", 3)
    assert project.paused_by == "paul"


def test_who_may_only_look_can_pause_nothing(make_job: MakeJob, paul: Client) -> None:
    make_job(State.PENDING)
    assert paul.post(PAUSE).status_code == 403
    assert "Pause all uploads" not in text(paul)
    assert not Studio.objects.filter(paused_at__isnull=False).exists()


def test_who_may_steer_uploads_may_pause(make_job: MakeJob, paul: Client) -> None:
    User.objects.get(username="paul").user_permissions.add(
        Permission.objects.get(codename="change_uploadjob")
    )
    assert paul.post(PAUSE).status_code == 302
    assert Studio.objects.get().paused_by == "paul"


def test_send_now_is_a_button_of_a_queued_upload(make_job: MakeJob, nora: Client) -> None:
    job = make_job(State.PENDING)
    page = f"{LIST}{job.pk}/change/"
    assert "Send now" in text(nora, page)
    nora.post(f"{LIST}{job.pk}/first/")
    assert UploadJob.objects.get(pk=job.pk).any_time
    assert "Send now" not in text(nora, page)
    assert "Sent now." in text(nora, LIST)


@pytest.mark.parametrize(
    ("action", "rank", "words"),
    [("raise_chosen", 10, "Before others."), ("lower_chosen", -10, "After others.")],
)
def test_the_list_gives_a_priority(
    make_job: MakeJob, nora: Client, action: str, rank: int, words: str
) -> None:
    chosen = [make_job(State.PENDING), make_job(State.DONE, "done.mov")]
    form = {"action": action, "_selected_action": [job.pk for job in chosen]}
    answer = nora.post(LIST, form)
    assert UploadJob.objects.get(pk=chosen[0].pk).priority == rank
    said = [str(message) for message in get_messages(answer.wsgi_request)]
    assert said[0] == "done.mov cannot be given another priority: it is arrived."
    assert said[1].startswith("1 upload has ")
    assert words in text(nora, LIST)


def test_hours_are_made_in_the_browser(project: Project, nora: Client) -> None:
    form = {
        "days": ["0", "4"],
        "from_time": "20:00",
        "to_time": "08:00",
        "only_then": "on",
        "megabits_per_second": "200",
    }
    nora.post(f"{HOURS}add/", form)
    made = UploadWindow.objects.get()
    assert (made.days, made.from_time, made.bytes_per_second) == ([0, 4], time(20), 25_000_000)
    page = text(nora, HOURS)
    assert "Monday, Friday" in page
    assert "Uploads go in these hours only. At most 200 Mbit/s." in page


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, "Give a speed, or tick that uploads go only then."),
        ({"only_then": "on", "days": []}, "This field is required."),
        ({"megabits_per_second": "5", "project": "own"}, "The speed is the whole machine"),
    ],
)
def test_hours_that_mean_nothing_are_refused(
    project: Project, nora: Client, fields: dict[str, str], said: str
) -> None:
    fields = {key: str(project.pk) if value == "own" else value for key, value in fields.items()}
    form = {"days": ["0"], "from_time": "20:00", "to_time": "08:00", **fields}
    assert said in nora.post(f"{HOURS}add/", form).content.decode()
    assert not UploadWindow.objects.exists()


def test_hours_are_told_where_they_hold_an_upload_up(make_job: MakeJob, nora: Client) -> None:
    make_job(State.PENDING)
    begin = timezone.localtime() + timedelta(hours=2)
    end = begin + timedelta(minutes=5)
    UploadWindow.objects.create(from_time=begin.time(), to_time=end.time(), days=EVERY_DAY)
    assert f"It waits for the upload hours, from {begin:%H:%M}." in text(nora, LIST).replace(
        f"{begin:%A} ", ""
    )


def test_the_limits_are_one_page(nora: Client) -> None:
    answer = nora.get("/admin/pipeline/studio/")
    assert answer.headers["Location"] == f"/admin/pipeline/studio/{THE_ONE}/change/"
    Studio.objects.update(paused_at=timezone.now(), paused_by="paul")
    nora.post(answer.headers["Location"], {"uploads_per_account": "4"})
    studio = Studio.objects.get()
    assert (studio.uploads_per_account, studio.paused_by) == (4, "paul")


def test_mount_paths_are_kept_in_the_admin(nora: Client) -> None:
    form = {"share": "studio", "host": "mac-*", "path": "/Volumes/studio/"}
    nora.post("/admin/pipeline/mountpath/add/", form)
    assert MountPath.objects.get().path == "/Volumes/studio"


@pytest.fixture
def node(db: None) -> Node:
    node_table.beat(Node.Role.CLUSTER)
    return Node.objects.get()


def test_the_overview_shows_the_machines(node: Node, make_job: MakeJob, nora: Client) -> None:
    make_job(State.RUNNING, node=node.name)
    Node.objects.create(name="mac-7/1-a/9/1", host="mac-7", pid=9, role="watcher", version="1")
    page = text(nora)
    assert "2 machines, 1 upload" in page
    assert ">mac-7<" in page
    assert "Its clock is" not in page


def test_a_clock_that_is_off_is_a_warning(node: Node, nora: Client) -> None:
    Node.objects.update(skew_seconds=-3.4)
    said = "Its clock is 3 s behind. Set it right (NTP): jobs are timed by it."
    assert said in text(nora)
    assert said in text(nora, "/admin/pipeline/node/")


def test_a_node_that_drains_or_is_silent_says_so(node: Node, nora: Client) -> None:
    Node.objects.update(draining=True)
    assert "draining" in text(nora)
    assert "draining" in text(nora, "/admin/pipeline/node/")
    Node.objects.update(seen_at=timezone.now() - timedelta(minutes=2))
    assert "silent" in text(nora, "/admin/pipeline/node/")
    assert f">{node.host}<" not in text(nora)  # it may be short, and stand in a token by chance


def test_nodes_are_only_looked_at(node: Node, nora: Client) -> None:
    assert nora.get("/admin/pipeline/node/add/").status_code == 403
    assert nora.post(f"/admin/pipeline/node/{node.pk}/change/", {"pid": 1}).status_code == 403


def test_the_list_asks_no_more_for_more_that_wait(
    make_job: MakeJob, nora: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(20):
        make_job(State.PENDING)
    with django_assert_max_num_queries(15):
        nora.get(LIST)


def test_the_page_is_fetched_anew_when_somebody_pauses(make_job: MakeJob, nora: Client) -> None:
    make_job(State.PENDING)
    first = nora.get("/admin/progress.json").json()["version"]
    nora.post(PAUSE)
    assert nora.get("/admin/progress.json").json()["version"] != first
