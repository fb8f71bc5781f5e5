import os
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from frameio import uploads
from frameio.client import FrameioClient
from frameio.errors import (
    FrameioError,
    Incomplete,
    Invalid,
    NotFound,
    RateLimited,
    SourceChanged,
    SourceUnreadable,
    StorageRefused,
    Unavailable,
    UrlsExpired,
)
from frameio.http import storage_client
from frameio.joining import Joins
from frameio.journal import Begun, discard
from frameio.shapes import File, Placeholder
from frameio.source import OpenFile, open_unbuffered
from frameio.storage import PART_TRIES
from frameio.uploads import DirectUpload
from tests.frameio.fake import FakeFrameio, data, refusal, s3_refusal
from tests.frameio.journals import PaperJournal

NOW = datetime(2026, 11, 21, 10, 0, 5, tzinfo=UTC)
NAME = "UNDLM_sc010_sh020_comp_v003.mov"


class Studio:
    """One render and everything that sends it; what is odd in a test is changed there."""

    def __init__(self, client: FrameioClient, fake: FakeFrameio, render: Path) -> None:
        self.client = client
        self.fake = fake
        self.render = render
        self.journal = PaperJournal()
        self.reports: list[int] = []
        self.report: Callable[[int], None] = self.reports.append
        self.open_file: Callable[[Path], OpenFile] = open_unbuffered
        self.pauses: list[float] = []
        self.now = NOW
        self.seconds = 0.0
        self.parts_at_once = 1
        stat = render.stat()
        self.size, self.mtime_ns = stat.st_size, stat.st_mtime_ns
        self.name = NAME

    def wait(self, _stop: threading.Event, seconds: float) -> bool:
        self.pauses.append(seconds)
        self.seconds += seconds
        return False

    def send(self) -> File:
        with storage_client(self.fake.transport()) as storage:
            upload = DirectUpload(
                self.client,
                storage,
                self.journal,
                report=self.report,
                parts_at_once=self.parts_at_once,
                block_size=1000,
                joins=Joins(),
                open_file=self.open_file,
                wait=self.wait,
                now=lambda: self.now,
                clock=lambda: self.seconds,
            )
            return upload.send(self.render, self.size, self.mtime_ns, "acc", "folder", self.name)

    def puts(self) -> list[str]:
        return [call for call in self.fake.calls if call.startswith("PUT ")]


@pytest.fixture
def studio(client: FrameioClient, fake: FakeFrameio, render: Path) -> Studio:
    fake.part_sizes = lambda size: [4_000, 4_000, size - 8_000]
    return Studio(client, fake, render)


# --- The main road --------------------------------------------------------------------------------
def test_it_sends_a_file(studio: Studio) -> None:
    file = studio.send()
    assert studio.fake.whole(file.id) == studio.render.read_bytes()
    assert (file.name, file.size) == (NAME, 10_000)
    assert file.view_url == f"https://next.frame.io/view/{file.id}"


def test_it_sends_a_file_of_one_part(studio: Studio) -> None:
    studio.fake.part_sizes = lambda size: [size]
    assert studio.fake.whole(studio.send().id) == studio.render.read_bytes()


def test_it_cuts_where_frameio_wants_it_cut(studio: Studio) -> None:
    studio.fake.part_sizes = lambda _size: [1, 8_998, 1_001]
    file = studio.send()
    assert [len(part) for part in studio.fake.parts.values()] == [1, 8_998, 1_001]
    assert studio.fake.whole(file.id) == studio.render.read_bytes()


def test_it_sends_parts_at_the_same_time(studio: Studio) -> None:
    """Each part waits for the two others: one after another, none would ever arrive."""
    together = threading.Barrier(3, timeout=10)
    studio.parts_at_once = 3
    studio.fake.part_sizes = lambda _size: [3_000, 3_000, 4_000]
    studio.report = _meet_once(together, studio.reports)
    studio.send()
    assert sum(studio.reports) == 10_000


def _meet_once(together: threading.Barrier, reports: list[int]) -> Callable[[int], None]:
    met = threading.local()

    def report(count: int) -> None:
        reports.append(count)
        if count and not hasattr(met, "done"):
            met.done = True
            together.wait()

    return report


@pytest.mark.parametrize(
    ("media_type", "header"),
    [("video/quicktime", "video/quicktime"), (None, "application/octet-stream")],
)
def test_parts_carry_what_their_address_was_signed_for(
    studio: Studio, media_type: str | None, header: str
) -> None:
    studio.fake.media_type = media_type
    studio.send()
    put = next(request for request in studio.fake.requests if request.method == "PUT")
    assert put.headers["content-type"] == header
    assert put.headers["x-amz-acl"] == "private"
    assert put.headers["content-length"] == "4000"
    assert "transfer-encoding" not in put.headers


def test_no_login_goes_to_the_storage(studio: Studio) -> None:
    studio.send()
    puts = [request for request in studio.fake.requests if request.method == "PUT"]
    assert [request.headers.get("authorization") for request in puts] == [None] * 3


def test_it_reports_each_byte_once(studio: Studio) -> None:
    studio.send()
    assert sum(studio.reports) == 10_000
    assert max(studio.reports) == 1_000


def test_it_writes_everything_down_before_it_happens(studio: Studio) -> None:
    file = studio.send()
    assert studio.journal.events == [
        "beginning",
        f"started {file.id}",
        "sent 1",
        "sent 2",
        "sent 3",
    ]


def test_it_waits_until_frameio_says_that_it_is_complete(studio: Studio) -> None:
    waiting = {"upload_complete": False, "upload_failed": False}
    studio.fake.next("GET", "/status", data({**waiting}))
    studio.fake.next("GET", "/status", data({**waiting}))
    studio.send()
    assert studio.pauses == [0.5, 1.0]


# --- Files that cannot be sent --------------------------------------------------------------------
def test_a_missing_file_costs_no_call(studio: Studio) -> None:
    studio.render.unlink()
    with pytest.raises(SourceUnreadable, match="is not there"):
        studio.send()
    assert studio.fake.calls == []


def test_a_folder_costs_no_call(studio: Studio) -> None:
    studio.render.unlink()
    studio.render.mkdir()
    with pytest.raises(SourceUnreadable, match="is a folder") as caught:
        studio.send()
    assert (caught.value.permanent, studio.fake.calls) == (True, [])


def test_an_empty_file_costs_no_call(studio: Studio) -> None:
    studio.render.write_bytes(b"")
    studio.size, studio.mtime_ns = 0, studio.render.stat().st_mtime_ns
    with pytest.raises(SourceUnreadable, match="is empty") as caught:
        studio.send()
    assert (caught.value.permanent, studio.fake.calls) == (True, [])


def test_a_file_without_permission_costs_no_call(studio: Studio) -> None:
    def refuse(path: Path) -> OpenFile:
        raise PermissionError(13, "Permission denied")

    studio.open_file = refuse
    with pytest.raises(SourceUnreadable, match="may not be read"):
        studio.send()
    assert studio.fake.calls == []


def test_a_file_on_a_broken_disk_costs_no_call(studio: Studio) -> None:
    def break_down(path: Path) -> OpenFile:
        raise OSError(5, "Input/output error")

    studio.open_file = break_down
    with pytest.raises(SourceUnreadable, match="Input/output error") as caught:
        studio.send()
    assert (caught.value.permanent, studio.fake.calls) == (False, [])


def test_a_file_that_changed_since_costs_no_call(studio: Studio) -> None:
    studio.render.write_bytes(b"another render")
    with pytest.raises(SourceChanged):
        studio.send()
    assert studio.fake.calls == []


@pytest.mark.parametrize(
    ("name", "words"),
    [("", "empty"), ("a" * 256, "255"), ("sh\udcff.mov", "UTF-8")],
)
def test_a_name_that_frameio_cannot_take_costs_no_call(
    studio: Studio, name: str, words: str
) -> None:
    studio.name = name
    with pytest.raises(Invalid, match=words):
        studio.send()
    assert studio.fake.calls == []


def test_a_name_goes_up_in_nfc(studio: Studio) -> None:
    studio.name = "Scène.mov"
    assert studio.send().name == "Scène.mov"


# --- Files that change on the way -----------------------------------------------------------------
def _at_first_report(studio: Studio, change: Callable[[], object]) -> None:
    """Do it when the first block is out."""

    def report(count: int) -> None:
        if not studio.reports:
            change()
        studio.reports.append(count)

    studio.report = lambda count: report(count) if count else None


def _shrink(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:2_500])


def _grow(path: Path) -> None:
    with path.open("ab") as file:
        file.write(b"more")


def _rewrite(path: Path) -> None:
    path.write_bytes(bytes(10_000))


@pytest.mark.parametrize("change", [_grow, _rewrite])
def test_a_part_of_a_file_that_changes_never_completes(
    studio: Studio, change: Callable[[Path], object]
) -> None:
    studio.fake.part_sizes = lambda size: [size]
    _at_first_report(studio, lambda: change(studio.render))
    with pytest.raises(SourceChanged):
        studio.send()
    assert studio.fake.parts == {}


@pytest.mark.parametrize("change", [_shrink, _grow, _rewrite, Path.unlink])
def test_a_file_that_changes_leaves_nothing_behind(
    studio: Studio, change: Callable[[Path], object]
) -> None:
    _at_first_report(studio, lambda: change(studio.render))
    with pytest.raises(SourceChanged):
        studio.send()
    assert (studio.fake.files, studio.journal.begun) == ({}, None)


def test_a_file_that_changes_after_its_last_byte_was_sent_is_not_delivered(
    studio: Studio,
) -> None:
    studio.fake.part_sizes = lambda size: [size]

    def report(count: int) -> None:
        studio.reports.append(count)
        if sum(studio.reports) == 10_000:
            _grow(studio.render)

    studio.report = report
    with pytest.raises(SourceChanged):
        studio.send()
    assert studio.fake.files == {}


def test_a_mount_that_goes_away_keeps_what_was_sent(studio: Studio) -> None:
    elsewhere = studio.render.parent.with_name("unmounted")

    def report(count: int) -> None:
        studio.reports.append(count)
        if sum(studio.reports) == 4_000:
            studio.render.parent.rename(elsewhere)

    studio.report = report
    with pytest.raises(SourceUnreadable):
        studio.send()
    assert studio.journal.begun is not None
    assert len(studio.fake.files) == 1


def test_what_cannot_be_deleted_now_stays_in_the_journal(studio: Studio) -> None:
    _at_first_report(studio, studio.render.unlink)
    studio.fake.next("DELETE", "", httpx.ReadTimeout("slow"))
    for _ in range(3):
        studio.fake.next("DELETE", "", httpx.Response(503))
    with pytest.raises(SourceChanged):
        studio.send()
    assert studio.journal.begun is None
    assert len(studio.fake.files) == 1
    with pytest.raises(SourceUnreadable):
        studio.send()
    assert (studio.fake.files, studio.journal.graves) == ({}, [])


def test_what_could_not_be_deleted_goes_when_the_file_has_arrived(studio: Studio) -> None:
    _at_first_report(studio, studio.render.unlink)
    for _ in range(8):
        studio.fake.next("DELETE", "", httpx.Response(503))
    with pytest.raises(SourceChanged):
        studio.send()
    studio.report = studio.reports.append
    _write_again(studio)
    arrived = studio.send()
    assert (list(studio.fake.files), studio.journal.graves) == ([arrived.id], [])


def _write_again(studio: Studio) -> None:
    studio.render.write_bytes(bytes(studio.size))
    os.utime(studio.render, ns=(studio.mtime_ns, studio.mtime_ns))


# --- Going on -------------------------------------------------------------------------------------
def _die_after_the_first_part(studio: Studio) -> None:
    studio.fake.next("PUT", "/0002", ValueError("the process is killed here"))
    with pytest.raises(ValueError, match="killed"):
        studio.send()
    studio.fake.calls.clear()
    studio.reports.clear()


def test_it_goes_on_with_the_parts_that_are_missing(studio: Studio) -> None:
    _die_after_the_first_part(studio)
    file = studio.send()
    assert studio.puts() == [f"PUT /{file.id}/0002", f"PUT /{file.id}/0003"]
    assert studio.fake.whole(file.id) == studio.render.read_bytes()
    assert (len(studio.fake.files), sum(studio.reports)) == (1, 10_000)


def test_it_sends_nothing_when_frameio_has_everything(studio: Studio) -> None:
    file = studio.send()
    studio.fake.calls.clear()
    assert studio.send() == file
    assert studio.puts() == []


def test_it_takes_frameios_word_for_complete_even_after_days(studio: Studio) -> None:
    file = studio.send()
    studio.now += timedelta(days=3)
    assert studio.send() == file


def test_what_has_arrived_stays_when_the_source_changed_since(studio: Studio) -> None:
    """We died between the last byte and telling anyone; then the artist rendered again."""
    file = studio.send()
    _grow(studio.render)
    assert studio.send() == file


def test_what_has_arrived_elsewhere_stays_there(studio: Studio) -> None:
    """A producer sends the job to another name: people may have commented on the first."""
    first = studio.send()
    studio.name = "other.mov"
    second = studio.send()
    assert set(studio.fake.files) == {first.id, second.id}


def test_what_was_half_sent_to_another_name_is_removed(studio: Studio) -> None:
    _die_after_the_first_part(studio)
    studio.name = "other.mov"
    file = studio.send()
    assert list(studio.fake.files) == [file.id]


def test_it_begins_again_when_the_placeholder_is_gone(studio: Studio) -> None:
    _die_after_the_first_part(studio)
    studio.fake.files.clear()
    studio.send()
    assert len(studio.puts()) == 3


def test_it_begins_again_when_the_addresses_are_a_day_old(studio: Studio) -> None:
    _die_after_the_first_part(studio)
    studio.now += timedelta(hours=23, minutes=1)
    file = studio.send()
    assert list(studio.fake.files) == [file.id]
    assert len(studio.puts()) == 3


def test_it_begins_again_when_frameio_gave_up(studio: Studio) -> None:
    _die_after_the_first_part(studio)
    failed = {"upload_complete": False, "upload_failed": True}
    studio.fake.next("GET", "/status", data({**failed}))
    file = studio.send()
    assert list(studio.fake.files) == [file.id]


def test_it_begins_again_for_another_file(studio: Studio) -> None:
    _die_after_the_first_part(studio)
    _grow(studio.render)
    stat = studio.render.stat()
    studio.size, studio.mtime_ns = stat.st_size, stat.st_mtime_ns
    file = studio.send()
    assert list(studio.fake.files) == [file.id]
    assert studio.fake.whole(file.id) == studio.render.read_bytes()


# --- A create without an answer -------------------------------------------------------------------
def _lose_the_answer(studio: Studio, created_at: str = "2026-11-21T10:00:06Z") -> str:
    """Frame.io made the placeholder, and the line dropped before it could say so."""
    studio.fake.next("POST", "/local_upload", httpx.ReadTimeout("slow"))
    with pytest.raises(Unavailable):
        studio.send()
    return studio.fake.add_file("folder", NAME, 10_000, created_at)


def test_a_placeholder_whose_answer_was_lost_is_removed(studio: Studio) -> None:
    lost = _lose_the_answer(studio)
    file = studio.send()
    assert file.id != lost
    assert list(studio.fake.files) == [file.id]


def test_a_placeholder_of_another_job_stays(studio: Studio) -> None:
    others = _lose_the_answer(studio)
    studio.journal.anothers = {others}
    studio.send()
    assert others in studio.fake.files


def test_a_placeholder_of_another_hour_stays(studio: Studio) -> None:
    persons = _lose_the_answer(studio, created_at="2026-11-21T08:00:00Z")
    studio.send()
    assert persons in studio.fake.files


@pytest.mark.parametrize(
    "difference", [{"name": "other.mov"}, {"file_size": 9}, {"status": "uploaded"}]
)
def test_a_file_that_is_not_ours_stays(studio: Studio, difference: dict[str, str | int]) -> None:
    others = _lose_the_answer(studio)
    studio.fake.files[others].update(difference)
    studio.send()
    assert others in studio.fake.files


def test_a_first_upload_looks_for_nothing(studio: Studio) -> None:
    studio.send()
    assert studio.fake.calls[0].startswith("POST ")


def test_a_long_429_gives_the_job_back(studio: Studio) -> None:
    studio.fake.next("POST", "/local_upload", httpx.Response(429, headers={"retry-after": "900"}))
    with pytest.raises(RateLimited):
        studio.send()


def test_a_folder_that_is_gone_is_said_so_and_is_no_trouble_later(studio: Studio) -> None:
    studio.fake.next("POST", "/local_upload", refusal(404, "Not Found"))
    with pytest.raises(NotFound):
        studio.send()
    studio.fake.next("GET", "/folders/folder/files", refusal(404, "Not Found"))
    assert studio.send().size == 10_000


# --- Parts that fail ------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "trouble",
    [
        s3_refusal(503, "SlowDown", "Please reduce your rate"),
        s3_refusal(400, "RequestTimeout", "idle"),
        httpx.Response(502, html="<html>"),
        httpx.WriteTimeout("slow"),
        httpx.RemoteProtocolError("dropped"),
    ],
)
def test_a_part_is_sent_again(studio: Studio, trouble: httpx.Response | Exception) -> None:
    studio.fake.next("PUT", "/0002", trouble)
    file = studio.send()
    assert studio.fake.whole(file.id) == studio.render.read_bytes()
    assert sum(studio.reports) == 10_000
    assert len(studio.pauses) == 1


def test_a_part_is_not_sent_for_ever(studio: Studio) -> None:
    for _ in range(PART_TRIES):
        studio.fake.next("PUT", "/0002", httpx.ConnectError("refused"))
    with pytest.raises(Unavailable, match=r"storage cannot be reached at storage\.test"):
        studio.send()
    assert studio.journal.events[-1] == "sent 1"
    assert Counter(studio.puts())[studio.puts()[1]] == PART_TRIES


def test_expired_addresses_are_replaced_once(studio: Studio) -> None:
    studio.fake.next("PUT", "/0002", s3_refusal(403, "AccessDenied", "Request has expired"))
    file = studio.send()
    assert list(studio.fake.files) == [file.id]
    assert studio.fake.whole(file.id) == studio.render.read_bytes()
    assert sum(studio.reports) == 10_000


def test_addresses_that_always_expire_are_not_replaced_for_ever(studio: Studio) -> None:
    for _ in range(2):
        studio.fake.next("PUT", "/0001", s3_refusal(403, "AccessDenied", "Request has expired"))
    with pytest.raises(UrlsExpired):
        studio.send()


def test_a_refused_part_leaves_nothing_behind(studio: Studio) -> None:
    studio.fake.next("PUT", "/0002", s3_refusal(403, "SignatureDoesNotMatch", "..."))
    with pytest.raises(StorageRefused, match="SignatureDoesNotMatch") as caught:
        studio.send()
    assert (caught.value.code, studio.fake.files) == ("SignatureDoesNotMatch", {})
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("sizes", [[4_000, 4_000], [10_000, 1], []])
def test_parts_that_are_not_the_file_are_not_sent(studio: Studio, sizes: list[int]) -> None:
    studio.fake.part_sizes = lambda _size: sizes
    with pytest.raises(Incomplete, match=r"asks for \d+ bytes"):
        studio.send()
    assert (studio.puts(), studio.fake.files) == ([], {})


# --- Frame.io does not join them ------------------------------------------------------------------
def test_what_is_never_joined_is_deleted_and_sent_again_next_time(studio: Studio) -> None:
    studio.fake.next("PUT", "/0002", httpx.Response(200))  # says so, and keeps nothing
    with pytest.raises(Incomplete, match=r"has all of .* does not put it together"):
        studio.send()
    assert 600 <= studio.seconds < 660
    assert (studio.fake.files, studio.journal.begun) == ({}, None)
    studio.send()
    assert len(studio.fake.files) == 1


def test_what_was_all_sent_before_a_crash_is_not_waited_for_for_ever(studio: Studio) -> None:
    studio.fake.next("PUT", "/0002", httpx.Response(200))
    studio.report = _raise_at_zero
    with pytest.raises(ValueError, match="killed"):
        studio.send()
    studio.report = studio.reports.append
    with pytest.raises(Incomplete, match="does not put it together"):
        studio.send()
    assert (studio.fake.files, studio.journal.begun) == ({}, None)


def _raise_at_zero(count: int) -> None:
    """While Frame.io joins the parts."""
    if count == 0:
        raise ValueError("the process is killed here")


def test_a_large_file_may_take_longer_to_join(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "JOINED_MEANWHILE", 5_000)  # the render has 10 000 bytes
    studio.fake.next("PUT", "/0002", httpx.Response(200))
    with pytest.raises(Incomplete):
        studio.send()
    assert 1800 <= studio.seconds < 1860


def test_parts_that_cannot_be_joined_are_sent_again_next_time(studio: Studio) -> None:
    failed = {"upload_complete": False, "upload_failed": True}
    studio.fake.next("GET", "/status", data({**failed}))
    with pytest.raises(Incomplete):
        studio.send()
    assert (studio.fake.files, studio.journal.begun) == ({}, None)


def test_a_file_of_another_size_is_not_ours(studio: Studio) -> None:
    _die_after_the_first_part(studio)
    (file,) = studio.fake.files
    studio.fake.next("GET", f"/files/{file}", data(studio.fake.files[file] | {"file_size": 3}))
    with pytest.raises(Incomplete, match="holds 3 of the 10000 bytes"):
        studio.send()


# --- Stopping -------------------------------------------------------------------------------------
class Cancelled(Exception):
    pass


def test_it_stops_when_the_report_says_so(studio: Studio) -> None:
    def report(count: int) -> None:
        raise Cancelled

    studio.report = report
    with pytest.raises(Cancelled):
        studio.send()
    assert len(studio.fake.files) == 1
    assert studio.journal.begun is not None


def test_it_stops_while_it_waits_for_frameio(studio: Studio) -> None:
    waiting = {"upload_complete": False, "upload_failed": False}
    studio.fake.next("GET", "/status", data({**waiting}))

    def report(count: int) -> None:
        studio.reports.append(count)
        if sum(studio.reports) == 10_000 and count == 0:
            raise Cancelled

    studio.report = report
    with pytest.raises(Cancelled):
        studio.send()


class LostBeforeTheFirstByte(PaperJournal):
    def started(self, placeholder: Placeholder) -> None:
        raise Cancelled


class LostWhileStandingStill(PaperJournal):
    def doom(self, account_id: str, file_ids: Sequence[str]) -> None:
        raise Cancelled


class LostAfterTheFirstPart(PaperJournal):
    def sent(self, number: int) -> None:
        raise Cancelled


def test_it_stops_before_the_first_byte_when_the_job_is_not_ours(studio: Studio) -> None:
    studio.journal = LostBeforeTheFirstByte()
    with pytest.raises(Cancelled):
        studio.send()
    assert studio.puts() == []
    assert studio.fake.files == {}


def test_who_stood_still_deletes_nothing_of_who_went_on(studio: Studio) -> None:
    _at_first_report(studio, studio.render.unlink)
    studio.journal = LostWhileStandingStill()
    with pytest.raises(Cancelled):
        studio.send()
    assert len(studio.fake.files) == 1


def test_a_placeholder_that_a_person_deleted_is_made_again_once(studio: Studio) -> None:
    _at_first_report(studio, lambda: studio.fake.files.clear())
    assert studio.send().size == studio.render.stat().st_size
    assert len(studio.fake.files) == 1


def test_it_stops_the_other_parts_when_the_job_is_not_ours(studio: Studio) -> None:
    studio.journal = LostAfterTheFirstPart()
    studio.fake.part_sizes = lambda _size: [10] * 1_000
    with pytest.raises(Cancelled):
        studio.send()
    assert len(studio.puts()) < 1_000


def test_a_cancelled_job_leaves_nothing_behind(studio: Studio) -> None:
    _die_after_the_first_part(studio)
    discard(studio.client, studio.journal)
    assert (studio.fake.files, studio.journal.begun) == ({}, None)


def test_a_job_that_began_nothing_is_discarded_without_a_call(studio: Studio) -> None:
    discard(studio.client, studio.journal)
    assert studio.fake.calls == []


# --- The rest -------------------------------------------------------------------------------------
def test_what_was_begun_survives_the_way_through_a_journal(studio: Studio) -> None:
    studio.send()
    begun = studio.journal.begun
    assert begun is not None
    again = Begun.parse(begun.as_json(), begun.placeholder, begun.sent)
    assert again == begun


def test_it_says_when_frameio_is_away(studio: Studio) -> None:
    studio.fake.next("POST", "/local_upload", httpx.ConnectError("no route"))
    with pytest.raises(FrameioError, match=r"Frame\.io cannot be reached at frameio\.test"):
        studio.send()


@pytest.mark.slow
def test_ten_thousand_parts_arrive(studio: Studio) -> None:
    studio.fake.part_sizes = lambda size: [1] * size
    studio.parts_at_once = 8
    studio.send()
    assert len([call for call in studio.fake.calls if call.startswith("PUT")]) == 10_000
    assert studio.fake.whole("file-1") == studio.render.read_bytes()
