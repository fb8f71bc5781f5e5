"""What a search finds, on whichever database the tests run; and what answers it."""

import unicodedata
from collections.abc import Callable

import pytest
from django.db import connection

from pipeline import search
from pipeline.models import Project, SourceFile, UploadJob, WatchedFolder
from pipeline.search import containing, latest_containing

pytestmark = pytest.mark.django_db

Make = Callable[..., UploadJob]


@pytest.fixture
def make() -> Make:
    folder = WatchedFolder.objects.create(path="/mnt/studio")
    project = Project.objects.create(code="UNDLM", name="Undertow")

    def make(key: str, name: str = "", shot: str = "", state: str = "done") -> UploadJob:
        source = SourceFile.objects.create(
            folder=folder, key=key, raw_path=b"x", size=1, mtime_ns=1, state="taken"
        )
        return UploadJob.objects.create(
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


def test_of_more_than_are_listed_filters_still_see_all(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "AT_MOST", 3)
    made = [
        make(f"{number}/comp.mov", state="failed" if number == 0 else "done") for number in range(6)
    ]
    assert containing(UploadJob.objects.all(), "comp").count() == 6
    assert containing(UploadJob.objects.filter(state="failed"), "comp").get() == made[0]
    assert list(latest_containing(UploadJob.objects.all(), "comp")) == made[:1:-1]


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
    looked_for = search._LookedFor(UploadJob, "undlm comp")
    rows = UploadJob.objects.filter(looked_for.condition())
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute("SET LOCAL enable_indexscan = off")  # one row is not worth an index
        assert "pipeline_uploadjob_search" in rows.explain()
    else:
        assert "VIRTUAL TABLE INDEX" in rows.explain()
