"""An upload that was read wrongly is put right: moved on Frame.io, with all that hangs on it."""

import pytest

from frameio.models import Account, StackKey
from pipeline import jobs, orchestrator, putting_right
from pipeline.models import Delivery, NamingRule, Project, SourceFile, Tally, UploadJob
from pipeline.routing import Held, Route, filled_in
from tests.review.conftest import Review, history, remote_id

pytestmark = [pytest.mark.processes, pytest.mark.django_db(transaction=True)]

State = jobs.State


def shot(number: int, shot: str = "0040") -> str:
    return f"DEMO_010_{shot}_comp_v{number:03d}.mov"


def meant(job: UploadJob, **fields: str) -> Route:
    project, rule = Project.objects.get(), NamingRule.objects.get()
    return filled_in(job.name, project, rule, {**job.fields, **fields})


def put_right(job: UploadJob, **fields: str) -> UploadJob:
    putting_right.put_right(job, meant(job, **fields), "nora")
    return worked_on(job)


def worked_on(job: UploadJob) -> UploadJob:
    lease = jobs.claim(job.pk)
    assert lease
    orchestrator.process(lease)
    return UploadJob.objects.get(pk=job.pk)


def uploads(review: Review) -> int:
    """How many files were made on Frame.io."""
    said = review.sandbox.requests()
    return sum(str(each["path"]).endswith("local_upload") for each in said)


def places(review: Review) -> dict[str, str]:
    """The folders of each file."""
    return {str(file["name"]): str(file["folder"]) for file in review.sandbox.tree()}


def test_it_is_moved_into_the_folder_and_stack_of_its_shot(review: Review) -> None:
    review.sent(shot(1)), review.sent(shot(1, "0050"))
    wrong = review.sent(shot(2, "0050"))
    before, files = remote_id(wrong), uploads(review)
    right = put_right(wrong, shot="0040")
    assert (right.state, right.destination) == (State.DONE, ["010", "0040", "comp"])
    assert (remote_id(right), uploads(review)) == (before, files)
    assert [file["name"] for file in review.sandbox.tree() if "0040" in str(file["folder"])] == [
        shot(1),
        shot(2, "0050"),
    ]
    assert right.filled_in_by == "nora"
    assert sum(Tally.objects.filter(what=Tally.What.BYTES).values_list("amount", flat=True)) == 18
    assert "put right by hand: project DEMO, scene 010, shot 0040" in " ".join(history(right))


def test_the_next_version_of_the_wrong_shot_knows_nothing_of_it(review: Review) -> None:
    review.sent(shot(1, "0050"))
    put_right(review.sent(shot(2, "0050")), shot="0060")
    third = review.sent(shot(3, "0050"))
    assert "v002 is missing" in history(third)
    (row,) = StackKey.objects.filter(key__contains="0050")
    assert [number for _file, number in row.versions] == [1, 3]


def test_a_version_that_was_misread_takes_its_place(review: Review) -> None:
    first = review.sent(shot(1))
    review.sent(shot(2))
    put_right(first, version="003")
    assert review.stack() == [shot(2), shot(1)]


def test_it_is_sent_when_somebody_has_deleted_it_there(review: Review) -> None:
    job = review.sent(shot(1))
    gone = remote_id(job)
    review.delete_folder("0040")
    right = put_right(job, shot="0060")
    assert right.state == State.DONE
    assert remote_id(right) != gone
    assert "It is no longer on Frame.io, so it is sent again." in history(right)


def test_a_worker_that_dies_on_the_way_leaves_the_rest_to_the_next(
    review: Review, monkeypatch: pytest.MonkeyPatch
) -> None:
    review.sent(shot(1))
    wrong = review.sent(shot(2, "0050"))
    putting_right.put_right(wrong, meant(wrong, shot="0040"), "nora")

    def dies(*_args: object) -> None:
        raise SystemExit

    with monkeypatch.context() as patched:
        patched.setattr(orchestrator, "_note_receipt", dies)
        with pytest.raises(SystemExit):
            worked_on(wrong)
    UploadJob.objects.filter(pk=wrong.pk).update(lease_expires_at="2020-01-01T00:00Z")
    jobs.take_back_abandoned()
    UploadJob.objects.filter(pk=wrong.pk).update(run_after=None)
    assert worked_on(wrong).state == State.DONE
    assert review.stack() == [shot(1), shot(2, "0050")]


def test_what_is_cancelled_on_the_way_stays_on_frameio(review: Review) -> None:
    job = review.sent(shot(1))
    putting_right.put_right(job, meant(job, shot="0060"), "nora")
    jobs.cancel(job, "nora")
    lease = jobs.claim_leftovers()
    assert lease
    orchestrator.clean_up(lease)
    assert len(review.sandbox.tree()) == 1
    jobs.retry(job, "nora")
    assert worked_on(job).state == State.DONE
    assert [file["id"] for file in review.sandbox.tree()] == [remote_id(job)]


def test_other_content_in_the_file_stops_no_move(review: Review) -> None:
    job = review.sent(shot(1))
    putting_right.put_right(job, meant(job, shot="0060"), "nora")
    review.sent(shot(1), b"other frames")
    assert worked_on(job).state == State.DONE
    SourceFile.objects.update(state=SourceFile.State.VANISHED)
    assert len(review.sandbox.tree()) == 2


def test_of_two_who_put_it_right_one_is_told_so(review: Review) -> None:
    job = review.sent(shot(1))
    putting_right.put_right(job, meant(job, shot="0060"), "nora")
    with pytest.raises(jobs.MoveRefused, match="has just changed"):
        putting_right.put_right(job, meant(job, shot="0070"), "paul")
    assert UploadJob.objects.get().destination == ["010", "0060", "comp"]


def test_nothing_to_change_and_another_account_are_refused(review: Review) -> None:
    job = review.sent(shot(1))
    with pytest.raises(Held, match="It lies there already"):
        putting_right.put_right(job, meant(job), "nora")
    other = Account.objects.create(name="Other")
    Project.objects.update(frameio_account=other.pk)
    with pytest.raises(Held, match="through another Frame"):
        putting_right.put_right(job, meant(job, shot="0060"), "nora")
    assert Delivery.objects.get().done


def test_the_rules_as_they_are_now_put_it_right(review: Review) -> None:
    job = review.sent(shot(1))
    assert putting_right.read_anew(job) is None
    NamingRule.objects.update(folder_template="Shots/{shot}")
    found = putting_right.read_anew(job)
    assert found
    putting_right.put_as_read(job, found, "nora")
    assert worked_on(job).destination == ["Shots", "0040"]
    assert "Shots/0040" in places(review)[job.name]
