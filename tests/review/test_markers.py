from pathlib import Path

import pytest

from pipeline import review
from pipeline.models import UploadJob
from pipeline.review import sidecar
from tests.review.said import NOON, arrived, said

pytestmark = pytest.mark.django_db

EXPECTED = Path(__file__).parent / "expected"


@pytest.fixture
def job(tmp_path: Path) -> UploadJob:
    """Talked about: at two places, with an answer, in several lines, and without a place."""
    job = arrived(tmp_path)
    said(job, "Good start, all in all")
    late = said(
        job, "The sky flickers,\n see 'ref'", frame=1510, timecode="00:01:02:22", duration=4
    )
    said(job, "Too dark | on the left", frame=48, timecode="00:00:02:00", done_at=NOON)
    said(job, "=1+1 of them", answers=late, author="Ann")
    return job


def test_a_table_has_all_that_was_said_in_the_films_order(job: UploadJob) -> None:
    assert review.as_csv(job).encode() == (EXPECTED / "comments.csv").read_bytes()


def test_an_edl_has_a_locator_for_each_comment_with_a_timecode(job: UploadJob) -> None:
    assert review.as_edl(job).encode() == (EXPECTED / "comments.edl").read_bytes()


def test_a_last_frame_ends_in_the_next_second(job: UploadJob) -> None:
    said(job, "Here", frame=86399, timecode="00:59:59:23")
    assert "00:59:59:23 01:00:00:00" in review.as_edl(job)


def test_what_nobody_talked_about_gives_empty_lists(tmp_path: Path) -> None:
    job = arrived(tmp_path)
    assert review.as_csv(job) == "Frame,Timecode,Frames,Author,Comment,Answers,Said,Done\r\n"
    assert review.as_edl(job) == f"TITLE: {job.name}\r\nFCM: NON-DROP FRAME\r\n\r\n"


def test_the_table_lies_beside_the_render(job: UploadJob, tmp_path: Path) -> None:
    sidecar.write(job)
    sidecar.write(job)
    (beside,) = tmp_path.iterdir()
    assert beside.name == f"{job.name}.comments.csv"
    assert beside.read_bytes() == review.as_csv(job).encode()


def test_it_is_emptied_when_all_was_taken_back(job: UploadJob, tmp_path: Path) -> None:
    sidecar.write(job)
    job.comments.all().delete()
    sidecar.write(job)
    assert (tmp_path / f"{job.name}.comments.csv").read_text().count("\n") == 1


def test_without_comments_there_is_none(tmp_path: Path) -> None:
    sidecar.write(arrived(tmp_path))
    assert list(tmp_path.iterdir()) == []


def test_a_mount_that_is_away_stops_nothing(
    job: UploadJob, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    tmp_path.rmdir()
    sidecar.write(job)
    assert "cannot be written beside it" in caplog.text
    assert not tmp_path.exists()
