"""Versions, one name twice, folders and metadata: against the sandbox, a process of its own."""

import hashlib
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections
from django.utils import timezone

from frameio.connecting import client_for
from frameio.metadata import STATUS
from frameio.models import Account
from pipeline import jobs, orchestrator
from pipeline.channels import Card
from pipeline.integrations import frameio as adapter
from pipeline.integrations import frameio_versions
from pipeline.models import Delivery, Project, UploadJob
from pipeline.notices import files
from pipeline.uploads import upload_file
from tests.notifications.conftest import told
from tests.review.conftest import Review, history, job_of, remote_id

pytestmark = [pytest.mark.processes, pytest.mark.django_db(transaction=True)]


def shot(number: int) -> str:
    return f"DEMO_010_0040_comp_v{number:03d}.mov"


def metadata(job: UploadJob) -> dict[str, str]:
    account = Account.objects.get()
    with client_for(account) as client:
        values = client.metadata(account.account_id, remote_id(job))
    return {each.name: each.value for each in values if each.value and each.name != STATUS}


def test_versions_lie_in_one_stack_in_their_order(review: Review) -> None:
    sent = [review.sent(shot(number)) for number in (1, 2, 3)]
    assert review.stack() == [shot(1), shot(2), shot(3)]
    assert review.loose() == []
    assert not any("arrived after" in line or "missing" in line for line in history(sent[2]))


def test_a_late_version_lies_below_the_newer_one_and_says_so(review: Review) -> None:
    review.sent(shot(1))
    review.sent(shot(5))
    late = review.sent(shot(2))
    assert review.stack() == [shot(1), shot(2), shot(5)]
    assert "arrived after a newer one (v005)" in history(late)


def test_missing_versions_are_named_once(review: Review) -> None:
    review.sent(shot(1))
    jumped, next_one = review.sent(shot(4)), review.sent(shot(5))
    assert "v002 and v003 are missing" in history(jumped)
    assert Delivery.objects.get(job=next_one).notes == []


def test_the_card_has_the_remarks_in_one_line(review: Review) -> None:
    review.sent(shot(3))
    late = review.sent(shot(1))
    assert files.CARDS[jobs.State.DONE](late).text == "Arrived after a newer one (v003)."


def test_two_versions_at_once_make_one_stack(review: Review) -> None:
    review.sent(shot(1))
    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(lambda number: _sent_in_thread(review, number), (3, 2)))
    assert results == ["done", "done"]
    assert review.stack() == [shot(1), shot(2), shot(3)]


def _sent_in_thread(review: Review, number: int) -> str | None:
    try:
        return review.send(shot(number)).state
    finally:
        connections.close_all()


def test_files_without_a_version_are_counted(review: Review) -> None:
    """Sent by hand into a folder: nothing but the same name tells that they belong together."""
    first = _by_hand(review, b"one")
    second = _by_hand(review, b"other")
    assert [Delivery.objects.get(job=job).number for job in (first, second)] == [1, 2]
    assert review.stack() == ["reel.mov", "reel.mov"]


def _by_hand(review: Review, content: bytes) -> UploadJob:
    path = review.render("reel.mov", content)
    return job_of(upload_file(path, project=Project.objects.get().code, folder="Reels"))


def test_a_folder_that_was_deleted_since_is_made_again_at_once(review: Review) -> None:
    review.sent(shot(1))
    review.delete_folder("010")
    again = review.sent(shot(2), b"the next")
    assert [event.state for event in again.events.order_by("id")] == ["pending", "running", "done"]
    assert again.bytes_sent == again.size
    assert [file["folder"] for file in review.loose()] == ["010/0040/comp"]


def test_projects_may_leave_versions_unstacked(review: Review) -> None:
    review.ways(stack_versions=False)
    review.sent(shot(1))
    review.sent(shot(2))
    assert [file["name"] for file in review.loose()] == [shot(1), shot(2)]


def test_another_content_of_a_name_is_a_version_more(review: Review) -> None:
    review.sent(shot(1), b"one")
    review.sent(shot(1), b"the other")
    assert review.stack() == [shot(1), shot(1)]


def test_it_may_replace_the_earlier_one(review: Review) -> None:
    review.ways(same_name=Project.SameName.REPLACE)
    review.sent(shot(1))
    old = review.sent(shot(2), b"old")
    told()
    card = Card.objects.get(key=f"job/{old.pk}")
    new = review.sent(shot(2), b"much newer")
    told()
    assert Card.objects.get(pk=card.pk).gist != card.gist, "it leads to nothing any more"
    assert review.stack() == [shot(1), shot(2)]
    digest = hashlib.sha256(b"much newer").hexdigest()
    assert digest in {file["sha256"] for file in review.sandbox.tree()}
    assert remote_id(old) == ""
    assert f"replaced by job {new.pk}" in history(old)
    assert "replaces the earlier file of this name, which was deleted" in history(new)


def test_one_that_takes_the_only_ones_place_is_in_no_stack(review: Review) -> None:
    review.ways(same_name=Project.SameName.REPLACE)
    review.sent(shot(1), b"old")
    new = review.sent(shot(1), b"much newer")
    assert [file["id"] for file in review.loose()] == [remote_id(new)]
    assert len(review.sandbox.tree()) == 1


def test_it_may_wait_for_a_person_who_lets_it_go(review: Review) -> None:
    review.ways(same_name=Project.SameName.HOLD)
    first = review.sent(shot(1), b"one")
    held = job_of(review.send(shot(1), b"the other"))
    assert (held.state, held.hold, held.attempts) == ("waiting", "name", 0)
    assert held.reason == (
        f"{shot(1)} has gone up already with other content (job {first.pk}). Save it as a new"
        " version, or press Send again to send it all the same."
    )
    jobs.retry(held, "alice")
    _work(held)
    held.refresh_from_db()
    assert held.state == "done"
    assert review.stack() == [shot(1), shot(1)]


def _work(job: UploadJob) -> None:
    lease = jobs.claim(job.pk)
    assert lease
    orchestrator.process(lease)


class Died(BaseException):
    """As when the process is killed."""


@pytest.mark.parametrize("way", [Project.SameName.VERSION, Project.SameName.REPLACE])
def test_what_died_before_the_receipt_goes_on_without_sending_again(
    review: Review, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    """Killed when the file was complete, and again when it was stacked but not yet noted."""
    review.ways(same_name=way)
    review.sent(shot(1))
    job = job_of(upload_file(review.render(shot(2)), wait=False))

    note_receipt = orchestrator._note_receipt

    def die(*_words: object) -> tuple[str, ...]:
        raise Died

    monkeypatch.setattr(adapter, "finish", die)
    with pytest.raises(Died):
        _work(job)
    monkeypatch.setattr(adapter, "finish", frameio_versions.finish)
    monkeypatch.setattr(orchestrator, "_note_receipt", die)
    _take_back(job)
    with pytest.raises(Died):
        _work(job)
    monkeypatch.setattr(orchestrator, "_note_receipt", note_receipt)
    _take_back(job)
    _work(job)
    assert review.stack() == [shot(1), shot(2)]
    assert len(review.sandbox.tree()) == 2
    puts = [call for call in review.sandbox.requests() if call["method"] == "PUT"]
    assert len(puts) == 2


def _take_back(job: UploadJob) -> None:
    UploadJob.objects.filter(pk=job.pk).update(lease_expires_at=timezone.now())
    jobs.take_back_abandoned()


def test_metadata_is_written_beside_the_file(review: Review) -> None:
    review.ways(write_metadata=True)
    job = review.sent(shot(1))
    assert metadata(job) == {
        "Scene": "010",
        "Shot": "0040",
        "Task": "comp",
        "Version": "001",
        "Source path": str(job.source.path),
    }


def test_a_login_that_may_write_no_metadata_delivers_all_the_same(review: Review) -> None:
    review.ways(write_metadata=True)
    match = {"path": "/metadata/"}
    review.sandbox.faults([{"match": match, "action": {"status": 403}, "times": 100}])
    job = review.sent(shot(1))
    assert job.state == "done"
    assert any(line.startswith("Its metadata is not on Frame.io:") for line in history(job))


def test_a_missing_folder_is_refused_where_none_shall_be_made(review: Review) -> None:
    review.ways(existing_folders_only=True)
    result = review.send(shot(1))
    assert result.state == "failed"
    assert result.error is not None
    assert "this project uses existing folders only" in result.error
    assert review.sandbox.tree() == []
