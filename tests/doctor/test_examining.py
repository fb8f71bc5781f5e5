"""All checks side by side, and the record of what they found."""

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError
from django.utils.translation import gettext, override
from pytest_django import Settings

from pipeline import doctor
from pipeline.doctor import doors, processes, record
from pipeline.doctor.examining import examine
from pipeline.doctor.finding import Finding, State, fault, warning, well
from pipeline.models import Chore, HealthFinding, WatchedFolder

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
LATER = NOW + timedelta(minutes=5)


def finds(*found: Finding) -> Callable[[], list[Finding]]:
    return lambda: list(found)


def test_findings_come_in_the_order_of_the_checks() -> None:
    found = examine({"b": finds(well("b1", "B", ""), well("b2", "B", "")), "a": finds()})
    assert [one.name for one in found] == ["b1", "b2"]


def test_they_look_side_by_side() -> None:
    """Each waits for the other: one after the other, neither would ever answer."""
    both = threading.Barrier(2, timeout=20)

    def look() -> list[Finding]:
        both.wait()
        return [well("x", "X", "")]

    assert [one.state for one in examine({"a": look, "b": look})] == [State.OK, State.OK]


def test_one_that_does_not_answer_holds_up_nobody() -> None:
    hang = threading.Event()

    def hung() -> list[Finding]:
        hang.wait()
        return []

    found = examine({"mount": hung, "b": finds(well("b", "B", ""))}, patience=0.2)
    hang.set()
    assert [(one.name, one.state) for one in found] == [("mount", State.FAULT), ("b", State.OK)]
    assert found[0].text == "No answer within 0 s."


def test_one_that_breaks_is_a_fault_and_logged(caplog: pytest.LogCaptureFixture) -> None:
    def broken() -> Iterator[Finding]:
        yield well("half", "Half", "")
        raise KeyError("surprise")

    (found,) = examine({"odd": broken})
    assert (found.name, found.state) == ("odd", State.FAULT)
    assert "KeyError" in str(found.text)
    assert "surprise" in caplog.text


def test_what_needs_a_database_that_is_away_is_one_finding() -> None:
    def blind() -> list[Finding]:
        raise DatabaseError("no such table")

    found = examine({"cluster": blind, "disk": finds(well("disk", "Disk", "")), "jobs": blind})
    assert [one.name for one in found] == ["disk", "unexamined"]
    assert found[1].text == "Without the database, nothing can be said of: cluster, jobs."
    assert not doctor.is_ready(found)


def test_they_speak_the_language_of_who_asks() -> None:
    def look() -> list[Finding]:
        return [well("x", gettext("Overview"), "")]

    with override("fr"):
        (found,) = examine({"x": look})
        assert found.title == gettext("Overview") != "Overview"


@pytest.mark.django_db
def test_what_stays_as_it_was_keeps_its_since() -> None:
    broken = fault("disk", "Disk", "1 GB free", "Make room.")
    assert record.keep([broken], NOW, "box")[0].since == NOW
    assert record.keep([broken], LATER, "box")[0].since == NOW
    assert record.keep([well("disk", "Disk", "fine")], LATER, "box")[0].since == LATER
    row = HealthFinding.objects.get()
    assert (row.state, row.text, row.advice, row.seen_at) == ("ok", "fine", "", LATER)


@pytest.mark.django_db
@pytest.mark.usefixtures("marked_french")
def test_what_is_kept_can_be_read_in_each_language(settings: Settings) -> None:
    settings.PUBLIC_URL = "https://postflow.test"
    WatchedFolder.objects.create(path="/mnt/a")
    looks = (processes.cluster_works, processes.folders_are_watched, doors.frameio_answers)
    record.keep([found for look in looks for found in look()], NOW, "box")
    read = {row.name: row for row in HealthFinding.objects.all()}
    assert read["cluster"].text == "No cluster is running, so nothing goes up."
    assert read["watcher"].advice == "Start it: manage.py runwatcher."
    with override("fr"):
        assert read["cluster"].title == "«Uploading»"
        assert read["cluster"].text == "«No cluster is running, so nothing goes up.»"
        assert read["watcher"].text == "«No watcher is running."
        assert read["accounts"].advice.startswith("«Open https://postflow.test and press")


@pytest.mark.django_db
def test_a_check_that_knows_since_when_is_believed() -> None:
    since = NOW - timedelta(hours=3)
    away = Finding("mount:/a", "/a", State.FAULT, "away", "", since)
    assert record.keep([away], NOW, "box")[0].since == since
    assert HealthFinding.objects.get().since == since


@pytest.mark.django_db
def test_what_is_no_longer_found_is_forgotten_on_that_machine_alone() -> None:
    record.keep([well("a", "A", ""), well("b", "B", "")], NOW, "box")
    record.keep([well("a", "A", "")], NOW, "other")
    record.keep([well("b", "B", "")], LATER, "box")
    kept = HealthFinding.objects.order_by("host").values_list("host", "name")
    assert list(kept) == [("box", "b"), ("other", "a")]


@pytest.mark.django_db
def test_what_stands_is_what_is_not_well_the_faults_first() -> None:
    record.keep([warning("sqlite", "SQLite", "old", ""), well("disk", "Disk", "")], NOW, "box")
    record.keep([fault("discord", "Discord", "gone", ""), fault("jobs", "J", "", "")], NOW, "b")
    standing = record.standing(LATER, besides={"jobs"})
    assert [row.name for row in standing.troubles] == ["discord", "sqlite"]
    assert (standing.seen_at, standing.stale) == (NOW, False)


@pytest.mark.django_db
def test_what_nobody_has_looked_at_for_long_is_not_known() -> None:
    assert record.standing(NOW).stale
    record.keep([fault("disk", "Disk", "", "")], NOW, "box")
    standing = record.standing(NOW + timedelta(minutes=16))
    assert (standing.troubles, standing.stale) == ([], True)


@pytest.mark.django_db
def test_by_itself_it_looks_once_in_five_minutes(monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[int] = []

    def look() -> list[Finding]:
        looked.append(1)
        return [well("a", "A", "")]

    monkeypatch.setattr(doctor, "CHECKS", {"a": look})
    assert doctor.is_due()
    doctor.by_itself()
    doctor.by_itself()
    assert (len(looked), doctor.is_due()) == (1, False)
    Chore.objects.update(begun_at=NOW - timedelta(days=1))
    assert doctor.is_due()
