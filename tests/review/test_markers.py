import secrets
from pathlib import Path

import pytest
from opentimelineio.adapters import read_from_string
from opentimelineio.opentime import RationalTime, TimeRange

from pipeline import review
from pipeline.models import UploadJob
from pipeline.review import sidecar
from pipeline.review.timeline import as_otio
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


FILM_2997 = {"frame_rate": "30000/1001", "start_timecode": "01:00:00;00", "duration": 120.0}


def test_a_drop_frame_film_has_a_drop_frame_list(tmp_path: Path) -> None:
    job = filmed(tmp_path, FILM_2997)
    said(job, "Here", frame=1799, timecode="00:00:59:29", duration=2)
    edl = review.as_edl(job)
    assert "FCM: DROP FRAME" in edl
    assert "V     C        00:00:59;29 00:01:00;03 00:00:59;29 00:01:00;03" in edl
    assert "* LOC: 00:00:59;29 RED" in edl


def test_a_semicolon_in_a_comment_says_so_too(tmp_path: Path) -> None:
    job = filmed(tmp_path, {"frame_rate": "60000/1001"})
    said(job, "Here", frame=3600, timecode="00:01:00;04")
    assert "* LOC: 00:01:00;04 RED" in review.as_edl(job)


@pytest.mark.parametrize(
    ("media", "timecode"),
    [
        (FILM_2997, "00:01:00:00"),  # no drop-frame count has such a number
        ({**FILM_2997, "start_timecode": "01:00:00:00"}, "00:00:59:29"),
        ({"frame_rate": "24000/1001", "start_timecode": "01:00:00;00"}, "00:00:59:23"),
        ({"reason": "It is no film."}, "00:00:59:23"),
    ],
)
def test_other_counts_drop_nothing(tmp_path: Path, media: dict[str, object], timecode: str) -> None:
    job = filmed(tmp_path, media)
    said(job, "Here", frame=7, timecode=timecode)
    edl = review.as_edl(job)
    assert "FCM: NON-DROP FRAME" in edl
    assert f"* LOC: {timecode} RED" in edl


def test_a_timecode_that_the_rate_has_not_is_left_as_it_came(tmp_path: Path) -> None:
    job = filmed(tmp_path, {"frame_rate": "24"})
    said(job, "Here", frame=29, timecode="00:00:00:29")
    assert "00:00:00:29 00:00:00:29 00:00:00:29 00:00:00:29" in review.as_edl(job)


def filmed(directory: Path, media: dict[str, object]) -> UploadJob:
    job = arrived(directory)
    job.media = media
    job.save(update_fields=["media"])
    return job


def test_a_timeline_has_a_marker_at_each_comments_frame(tmp_path: Path) -> None:
    job = filmed(tmp_path, FILM_2997)
    dark = said(job, "Too dark", frame=48, timecode="00:00:01:18", duration=4, done_at=NOON)
    said(job, "It is meant to be", answers=dark, author="Ann")
    said(job, "Good start, all in all")
    timeline = read_from_string(as_otio(job), "otio_json")
    (clip,) = timeline.find_clips()
    (marker,) = clip.markers
    rate = 30000 / 1001
    assert marker.marked_range == TimeRange(RationalTime(107892 + 48, rate), RationalTime(4, rate))
    assert (marker.name, marker.color) == ("Rhea Viewer", "GREEN")
    assert marker.comment == "Rhea Viewer: Too dark / Ann: It is meant to be"
    assert clip.media_reference.target_url == job.name
    assert clip.available_range() == TimeRange(RationalTime(107892, rate), RationalTime(3596, rate))


def test_a_timeline_without_film_data_is_as_long_as_its_comments(job: UploadJob) -> None:
    timeline = read_from_string(as_otio(job), "otio_json")
    (clip,) = timeline.find_clips()
    assert [marker.marked_range.start_time.value for marker in clip.markers] == [48, 1510]
    assert clip.duration() == RationalTime(1514, 24)


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


def test_what_somebody_laid_in_the_way_is_not_written_through(
    job: UploadJob, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who may write to the mount may lay links there, but not have us write where they lead."""
    precious = tmp_path / "precious"
    precious.write_text("kept")
    monkeypatch.setattr(secrets, "token_hex", lambda _size: "guessed")
    (tmp_path / f".{job.name}.comments.csv.guessed.tmp").symlink_to(precious)
    sidecar.write(job)
    assert precious.read_text() == "kept"
