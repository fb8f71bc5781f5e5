"""Many finished files get their jobs together; only those of which nothing is to be decided."""

from collections.abc import Callable, Collection
from dataclasses import dataclass

import pytest
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext
from django_q.models import OrmQ

from lucidlink.listing import Found
from pipeline import arrivals, intake, ledger
from pipeline.models import JobEvent, NamingRule, Project, SourceFile, UploadJob, WatchedFolder

State = SourceFile.State


@dataclass
class Stage:
    folder: WatchedFolder

    def found(self, *numbers: int) -> arrivals.Samples:
        """Files that wait, each with a content of its own."""
        files = [_file(number) for number in numbers]
        ledger.add(self.folder, files, State.SETTLING, "not quiet yet")
        return {file.key: (file, f"{file.size:032x}") for file in files}

    def take_in(self, samples: arrivals.Samples) -> list[str]:
        return list(arrivals.take_in(self.folder, samples, who="watcher"))


def _file(number: int) -> Found:
    key = f"A/UNDLM_010_{number:05}_comp_v001.mov"
    return Found(key.encode(), key, 100 + number, 7)


def row(number: int) -> SourceFile:
    return SourceFile.objects.get(key=_file(number).key)


def keys(*numbers: int) -> list[str]:
    return [_file(number).key for number in numbers]


@pytest.fixture
def stage(db: None) -> Stage:
    NamingRule.objects.create(name="standard")
    project = Project.objects.create(code="UNDLM", name="Undertow")
    return Stage(WatchedFolder.objects.create(path="/mnt/a", project=project))


def test_each_gets_the_job_that_it_would_get_alone(stage: Stage) -> None:
    samples = stage.found(1, 2)
    alone = intake.take_in(row(1), project=stage.folder.project, who="watcher", sample="ab")
    assert stage.take_in(samples) == keys(2)
    unlike = {"id", "source", "size", "name", "words", "fields", "shot", "destination"}
    unlike |= {"created_at"}
    same = [f.attname for f in UploadJob._meta.concrete_fields if f.name not in unlike]
    together = UploadJob.objects.get(source=row(2))
    assert [getattr(together, name) for name in same] == [getattr(alone, name) for name in same]
    assert together.fields == {**alone.fields, "shot": "00002"}
    assert together.destination == ["010", "00002", "comp"]
    assert (row(2).state, row(2).reason, row(2).quick_hash) == (State.TAKEN, "", f"{102:032x}")
    assert [(e.state, e.who, e.why) for e in JobEvent.objects.filter(job=together)] == [
        ("pending", "watcher", "")
    ]


def test_the_number_of_questions_to_the_database_does_not_grow_with_the_files(stage: Stage) -> None:
    few, many = stage.found(1, 2), stage.found(*range(3, 23))
    assert _queries(lambda: stage.take_in(many)) == _queries(lambda: stage.take_in(few))
    assert UploadJob.objects.count() == 22


def _queries(work: Callable[[], Collection[str]]) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert work()
    return len(asked)


def test_a_name_that_fits_no_rule_is_held_and_the_others_go_on(stage: Stage) -> None:
    odd = Found(b"untitled.mov", "untitled.mov", 5, 7)
    ledger.add(stage.folder, [odd], State.SETTLING, "")
    jobs = arrivals.take_in(stage.folder, {odd.key: (odd, "ab"), **stage.found(1)}, who="watcher")
    assert [(job.state, job.hold, bool(job.reason)) for job in jobs.values()] == [
        ("waiting", "name", True),
        ("pending", "", False),
    ]


@pytest.mark.django_db(transaction=True)
def test_the_workers_are_woken_as_many_as_there_are_not_once_a_file(stage: Stage) -> None:
    stage.take_in(stage.found(*range(50)))
    assert OrmQ.objects.count() == 8


def test_what_was_handed_over_under_another_name_is_left(stage: Stage) -> None:
    """It may have been moved."""
    stage.take_in(stage.found(1))
    other = Found(b"B/copy.mov", "B/copy.mov", 101, 7)
    ledger.add(stage.folder, [other], State.SETTLING, "")
    assert stage.take_in({other.key: (other, f"{101:032x}"), **stage.found(2)}) == keys(2)


def test_of_two_alike_that_come_together_one_is_left(stage: Stage) -> None:
    samples = stage.found(1)
    other = Found(b"B/copy.mov", "B/copy.mov", 101, 7)
    ledger.add(stage.folder, [other], State.SETTLING, "")
    assert stage.take_in({**samples, other.key: (other, f"{101:032x}")}) == keys(1)


def test_what_was_only_touched_is_left(stage: Stage) -> None:
    samples = stage.found(1)
    stage.take_in(samples)
    SourceFile.objects.update(state=State.SETTLING)
    assert stage.take_in(samples) == []


@pytest.mark.parametrize("state", ["pending", "waiting", "failed"])
def test_what_ends_an_earlier_job_is_left(stage: Stage, state: str) -> None:
    stage.take_in(stage.found(1))
    UploadJob.objects.update(state=state)
    changed = _changed(1)
    assert stage.take_in({changed.key: (changed, "other")}) == []


@pytest.mark.parametrize("state", ["done", "running", "cancelled"])
def test_a_new_version_of_what_has_gone_up_is_taken_in(stage: Stage, state: str) -> None:
    stage.take_in(stage.found(1))
    UploadJob.objects.update(state=state)
    changed = _changed(1)
    assert stage.take_in({changed.key: (changed, "other")}) == keys(1)
    assert list(UploadJob.objects.order_by("id").values_list("size", flat=True)) == [101, 5]


def _changed(number: int) -> Found:
    SourceFile.objects.filter(pk=row(number).pk).update(state=State.SETTLING, size=5, mtime_ns=8)
    return _file(number)._replace(size=5, mtime_ns=8)


@pytest.mark.parametrize(
    "meanwhile", [{"state": "taken"}, {"state": "ignored"}, {"size": 9}, {"mtime_ns": 9}]
)
def test_what_others_have_changed_is_left(stage: Stage, meanwhile: dict[str, object]) -> None:
    samples = stage.found(1, 2)
    SourceFile.objects.filter(key=_file(1).key).update(**meanwhile)
    assert stage.take_in(samples) == keys(2)
    assert UploadJob.objects.count() == 1


def test_what_others_change_between_reading_and_writing_is_left(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    samples = stage.found(1, 2)
    _meanwhile(monkeypatch, lambda: SourceFile.objects.filter(pk=row(1).pk).update(size=9))
    assert stage.take_in(samples) == keys(2)


def test_what_a_person_sends_meanwhile_has_one_job(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    samples = stage.found(1, 2)
    _meanwhile(monkeypatch, lambda: intake.take_in(row(1), project=None, who="alice"))
    assert stage.take_in(samples) == keys(2)
    assert UploadJob.objects.filter(source=row(1)).count() == 1


def test_all_of_them_or_none(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    samples = stage.found(1, 2)
    intake.take_in(row(1), project=None, who="alice")
    SourceFile.objects.update(state=State.SETTLING)
    monkeypatch.setattr(arrivals, "_with_jobs_to_mind", lambda _sources: set[int]())
    with pytest.raises(IntegrityError):
        stage.take_in(samples)
    assert UploadJob.objects.count() == 1
    assert row(2).state == State.SETTLING


def _meanwhile(monkeypatch: pytest.MonkeyPatch, somebody: Callable[[], object]) -> None:
    """After the rows were read, before they are locked."""
    real = arrivals._locked

    def locked(rows: list[SourceFile]) -> set[int]:
        somebody()
        return real(rows)

    monkeypatch.setattr(arrivals, "_locked", locked)
