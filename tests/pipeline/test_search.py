"""What a search finds, on whichever database the tests run; and what answers it."""

import unicodedata
from collections.abc import Callable

import pytest
from django.db import connection

from pipeline import search, search_index
from pipeline.models import Project, SourceFile, UploadJob, WatchedFolder
from pipeline.search import containing, latest
from pipeline.search_index import BLOCK
from pipeline.seen_before import moved

pytestmark = pytest.mark.django_db

Make = Callable[..., UploadJob]


@pytest.fixture
def make() -> Make:
    folder = WatchedFolder.objects.create(path="/mnt/studio")
    project = Project.objects.create(code="UNDLM", name="Undertow")

    def make(
        key: str, name: str = "", shot: str = "", state: str = "done", pk: int | None = None
    ) -> UploadJob:
        source = SourceFile.objects.create(
            folder=folder, key=key, raw_path=b"x", size=1, mtime_ns=1, state="taken"
        )
        return UploadJob.objects.create(
            pk=pk,
            source=source,
            size=1,
            mtime_ns=1,
            name=name or key.rpartition("/")[2],
            project=project,
            fields={"shot": shot} if shot else {},
            state=state,
        )

    return make


def found(text: str) -> list[str]:
    return [job.name for job in containing(UploadJob.objects.order_by("pk"), text)]


def test_a_name_a_path_and_a_shot_are_found_by_any_part_of_three_letters(make: Make) -> None:
    make("s01/SC010/UNDLM_010_comp_v003.mov", shot="SH0040")
    make("s02/SC020/MERID_020_anim_v001.mov", name="sent by hand.mov", shot="SH0050")
    for part in ("UNDLM_010_comp_v003.mov", "und", "10_com", "s01/SC0", "0040", "sh0040", "v003"):
        assert found(part) == ["UNDLM_010_comp_v003.mov"], part
    for part in ("MERID", "hand", "sc020", "BY"):
        assert found(part) == ["sent by hand.mov"], part
    assert found(".mov") == ["UNDLM_010_comp_v003.mov", "sent by hand.mov"]
    assert found("zzqxw") == []


def test_each_word_has_to_be_there_wherever(make: Make) -> None:
    make("s01/UNDLM_comp.mov", shot="SH0040")
    make("s02/UNDLM_comp.mov", shot="SH0050")
    assert len(found("comp undlm")) == 2
    assert len(found("undlm s02/")) == 1
    assert len(found("0040 comp s0")) == 1
    assert found("0040 s02/") == []


def test_accents_are_found_in_small_and_in_capitals_and_however_they_are_typed(make: Make) -> None:
    make("Épisode/étalonnage.mov")
    for typed in ("étalon", "ÉTALON", "épisode", unicodedata.normalize("NFD", "Épisode")):
        assert found(typed) == ["étalonnage.mov"], typed
    assert found("étalonné") == []


@pytest.mark.parametrize("sign", ['"', "'", "%", "_", "*", "\\", "-", "(", "^", ":"])
def test_signs_stand_for_themselves(make: Make, sign: str) -> None:
    make(f"a{sign}bc/x.mov", name="with")
    make("aXbc/x.mov", name="without")
    assert found(f"a{sign}bc") == ["with"]
    assert found(f"a{sign}") == ["with"]
    assert found(f"{sign}OR bc") == []


def test_what_is_changed_or_gone_is_found_as_it_is_now(make: Make) -> None:
    job, other = make("one.mov", shot="SH0040"), make("two.mov", shot="SH0040")
    UploadJob.objects.filter(pk=job.pk).update(fields={"shot": "SH0077"}, state="failed")
    assert found("0077") == ["one.mov"]
    assert found("0040") == ["two.mov"]
    other.fields = {}
    other.save()
    assert found("0040") == []
    other.delete()
    assert found("two") == []
    assert [file.key for file in containing(SourceFile.objects.all(), "two")] == ["two.mov"]
    SourceFile.objects.filter(key="two.mov").delete()
    assert containing(SourceFile.objects.all(), "two").count() == 0


def test_a_moved_file_and_all_that_was_sent_of_it_are_found_where_it_is_now(make: Make) -> None:
    job = make("s01/UNDLM_comp.mov")
    now = SourceFile.objects.create(
        folder=job.source.folder,
        key="approved/UNDLM_final.mov",
        raw_path=b"y",
        size=1,
        mtime_ns=1,
        state="settling",
    )
    assert moved(job.source, now, "the watcher")
    assert found("approved") == ["UNDLM_comp.mov"]
    assert found("undlm_comp") == ["UNDLM_comp.mov"]
    assert found("s01/") == []
    files = containing(SourceFile.objects.all(), "approved")
    assert [file.key for file in files] == ["approved/UNDLM_final.mov"]
    assert containing(SourceFile.objects.all(), "s01/").count() == 0


def test_rows_made_by_the_dozen_are_found(make: Make) -> None:
    make("a/first.mov")
    rows = [
        SourceFile(key=f"b/{number:03}.mov", raw_path=b"x", size=1, mtime_ns=1, state="taken")
        for number in range(10)
    ]
    sources = SourceFile.objects.bulk_create(rows)
    UploadJob.objects.bulk_create(
        UploadJob(source=source, size=1, mtime_ns=1, name="by.mov", state="pending")
        for source in sources
    )
    assert len(found("/007")) == 1
    assert containing(SourceFile.objects.all(), "b/00").count() == 10


@pytest.mark.parametrize("text", ["comp", "comp 1/", "co", ""])
def test_the_latest_are_the_latest_of_those_that_a_filter_leaves(make: Make, text: str) -> None:
    states = ["failed"] * 4 + ["done"] * 5
    made = [make(f"1/{number}/comp.mov", state=state) for number, state in enumerate(states)]
    every, failed = UploadJob.objects.all(), UploadJob.objects.filter(state="failed")
    assert list(latest(every, text, 3)) == made[:4:-1]  # one more, so that it is known of
    assert list(latest(failed, text, 3)) == made[3::-1]
    assert list(latest(failed, text, 2)) == made[3:0:-1]
    assert list(latest(failed, text, 9)) == made[3::-1]
    assert list(latest(failed.order_by("pk"), text, 2)) == made[1:4]


@pytest.mark.parametrize("dense", [1, 1000])
def test_what_is_frequent_is_found_the_other_way_too(
    make: Make, monkeypatch: pytest.MonkeyPatch, dense: int
) -> None:
    monkeypatch.setattr(search, "DENSE", dense * search.AT_MOST)
    apart = BLOCK * 2 // 3
    made = [make(f"{number}/comp.mov", state="failed", pk=number * apart) for number in range(1, 8)]
    made[5].delete()
    UploadJob.objects.filter(pk=made[6].pk).update(state="done")
    assert list(latest(UploadJob.objects.filter(state="failed"), "comp", 2)) == made[4:1:-1]
    assert list(latest(UploadJob.objects.filter(state="failed"), "comp", 9)) == made[4::-1]
    assert list(latest(UploadJob.objects.all(), "1/comp", 9)) == made[:1]
    assert list(latest(UploadJob.objects.filter(pk__in=[]), "comp", 9)) == []


def test_two_letters_are_looked_for_among_the_latest(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "LOOKED_BACK", 2)
    for number in range(4):
        make(f"{number}/fx.mov", name=f"fx{number}.mov")
    assert found("fx") == ["fx2.mov", "fx3.mov"]
    assert len(found("fx .mov")) == 4


def test_an_index_answers(make: Make) -> None:
    make("s01/SC010/UNDLM_010_comp_v003.mov")
    looked_for = search._LookedFor(UploadJob.objects.all(), "undlm comp")
    rows = UploadJob.objects.filter(looked_for.condition())
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute("SET LOCAL enable_indexscan = off")  # one row is not worth an index
        assert search_index.UPLOADS.in_blocks in rows.explain()
    else:
        assert "VIRTUAL TABLE INDEX" in rows.explain()
