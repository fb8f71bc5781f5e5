"""Uploads through the API."""

from datetime import timedelta
from pathlib import Path
from typing import Protocol

import pytest
from django.test import Client
from django.utils import timezone

from pipeline import jobs
from pipeline.models import JobEvent, Project, SourceFile, UploadJob
from pipeline.uploads import UploadResult

JOBS = "/api/v1/jobs"
NAME = "UNDLM_SC010_SH0010_comp_v003.mov"
Json = dict[str, object]


class MakeJob(Protocol):
    def __call__(self, number: int, **columns: object) -> UploadJob: ...


def send(api: Client, path: Path | str, **more: object) -> tuple[int, Json]:
    answer = api.post(JOBS, {"path": str(path), **more}, content_type="application/json")
    return answer.status_code, answer.json()


def test_a_file_is_queued_for_the_cluster(api: Client, renders: Path) -> None:
    status, made = send(api, renders / NAME)
    job = UploadJob.objects.get()
    assert (status, made["job_id"], made["state"]) == (201, job.pk, "pending")
    assert made["folder"] == "SC010/SH0010/comp"
    assert made["file"] == str(renders / NAME)
    assert JobEvent.objects.filter(job=job, who="nora").exists()


def test_a_job_has_the_names_that_the_command_prints(api: Client, renders: Path) -> None:
    _status, made = send(api, renders / NAME)
    printed = set(UploadResult.__dataclass_fields__) - {"already"}
    assert printed <= set(made)


def test_the_same_file_is_the_same_job(api: Client, renders: Path) -> None:
    (first, made), (second, again) = send(api, renders / NAME), send(api, renders / NAME)
    assert (first, second) == (201, 200)
    assert made["job_id"] == again["job_id"]
    assert UploadJob.objects.count() == 1


def test_new_content_is_a_new_job(api: Client, renders: Path) -> None:
    send(api, renders / NAME)
    (renders / NAME).write_bytes(b"other frames")
    assert send(api, renders / NAME)[0] == 201
    assert UploadJob.objects.count() == 2


def test_what_is_given_wins_over_the_name(api: Client, renders: Path) -> None:
    _status, made = send(api, renders / "playblast.mov", project="UNDLM", folder="Dailies/Monday")
    assert made["folder"] == "Dailies/Monday"


def test_a_name_that_fits_no_rule_is_refused_in_words(api: Client, renders: Path) -> None:
    status, answer = send(api, renders / "playblast.mov")
    assert (status, answer["error"]["code"]) == (422, "not_sendable")  # type: ignore[index]
    assert not UploadJob.objects.exists()


def test_a_webhook_stays_secret(api: Client, renders: Path) -> None:
    secret = "https://discord.com/api/webhooks/1/sentinel"
    _status, made = send(api, renders / NAME, discord_webhook_url=secret)
    shown = api.get(f"{JOBS}/{made['job_id']}").content + api.get(JOBS).content
    assert b"sentinel" not in shown
    assert UploadJob.objects.get().discord_webhook_url == secret


@pytest.fixture
def make_job(project: Project) -> MakeJob:
    def make(number: int, **columns: object) -> UploadJob:
        source = SourceFile.objects.create(
            key=f"/r/{number}.mov", raw_path=b"x", size=9, mtime_ns=number, state="taken"
        )
        values = {"state": "pending", "name": f"{number}.mov", "project": project, **columns}
        return UploadJob.objects.create(source=source, size=9, mtime_ns=number, **values)

    return make


def names(api: Client, query: str) -> list[str]:
    return [item["name"] for item in api.get(f"{JOBS}?{query}").json()["items"]]


def test_pages_follow_one_another_to_the_end(api: Client, make_job: MakeJob) -> None:
    for number in range(5):
        make_job(number)
    first = api.get(f"{JOBS}?limit=2").json()
    second = api.get(f"{JOBS}?limit=2&cursor={first['next']}").json()
    third = api.get(f"{JOBS}?limit=2&cursor={second['next']}").json()
    seen = [item["name"] for page in (first, second, third) for item in page["items"]]
    assert seen == ["4.mov", "3.mov", "2.mov", "1.mov", "0.mov"]
    assert third["next"] is None


def test_the_list_can_be_narrowed(api: Client, make_job: MakeJob) -> None:
    make_job(1, state="failed")
    make_job(2, fields={"scene": "SC020"})
    make_job(3, project=None)
    UploadJob.objects.filter(name="1.mov").update(created_at=timezone.now() - timedelta(days=2))
    yesterday = (timezone.now() - timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert names(api, "state=failed") == ["1.mov"]
    assert names(api, "scene=SC020") == ["2.mov"]
    assert names(api, "project=undlm") == ["2.mov", "1.mov"]
    assert names(api, "search=3.M") == ["3.mov"]
    assert names(api, f"since={yesterday}") == ["3.mov", "2.mov"]


def test_one_comes_with_its_history(api: Client, renders: Path) -> None:
    _status, made = send(api, renders / NAME)
    shown = api.get(f"{JOBS}/{made['job_id']}").json()
    assert shown["events"][0]["state"] == "pending"


def test_it_is_cancelled_and_sent_again(api: Client, renders: Path) -> None:
    _status, made = send(api, renders / NAME)
    job = f"{JOBS}/{made['job_id']}"
    assert api.post(f"{job}/cancel").json()["state"] == "cancelled"
    assert api.post(f"{job}/retry").json()["state"] == "pending"


def test_what_is_not_possible_any_more_is_a_conflict(api: Client, renders: Path) -> None:
    _status, made = send(api, renders / NAME)
    UploadJob.objects.update(state="done")
    answer = api.post(f"{JOBS}/{made['job_id']}/cancel")
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "not_in_this_state")


@pytest.mark.parametrize(("wanted", "got"), [("high", 10), ("low", -10), ("first", 6)])
def test_it_is_put_elsewhere_in_the_queue(
    api: Client,
    renders: Path,
    make_job: MakeJob,
    wanted: str,
    got: int,
) -> None:
    make_job(1, priority=5)
    _status, made = send(api, renders / NAME)
    answer = api.put(
        f"{JOBS}/{made['job_id']}/priority",
        {"priority": wanted},
        content_type="application/json",
    )
    assert answer.json()["priority"] == got


def test_one_under_way_keeps_its_place(api: Client, renders: Path) -> None:
    _status, made = send(api, renders / NAME)
    assert jobs.claim(int(str(made["job_id"])))
    answer = api.put(
        f"{JOBS}/{made['job_id']}/priority", {"priority": "low"}, content_type="application/json"
    )
    assert answer.status_code == 409
