"""Lists of a million rows: what they cost does not grow with the rows, and they say so in words."""

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from pipeline import search
from pipeline.models import SourceFile, UploadJob
from tests.admin.conftest import MakeJob, State

UPLOADS = "/admin/pipeline/uploadjob/"
FILES = "/admin/pipeline/sourcefile/"


def asked(client: Client, address: str) -> list[str]:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return [query["sql"] for query in queries]


@pytest.mark.parametrize(
    "address",
    [UPLOADS, f"{UPLOADS}?q=UNDLM", f"{UPLOADS}?state=failed&q=UNDLM", FILES, f"{FILES}?q=UNDLM"],
)
def test_as_many_queries_for_a_page_of_rows_as_for_two(
    make_job: MakeJob, nora: Client, address: str
) -> None:
    for _number in range(2):
        make_job(State.FAILED)
    asked(nora, address)
    few = len(asked(nora, address))
    for _number in range(40):
        make_job(State.FAILED)
    assert len(asked(nora, address)) == few


def test_the_overview_and_its_progress_ask_as_much_of_many_as_of_few(
    make_job: MakeJob, nora: Client
) -> None:
    def count(address: str) -> int:
        cache.clear()
        return len(asked(nora, address))

    for state in State:
        make_job(state)
    before = {address: count(address) for address in ("/", "/admin/progress.json")}
    for _number in range(15):
        for state in State:
            make_job(state)
    assert {address: count(address) for address in before} == before


def test_a_long_list_says_that_there_are_more_and_shows_the_first(
    make_job: MakeJob, nora: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "AT_MOST", 100)
    for _number in range(101):
        make_job(State.FAILED)
    for query in ("", "?q=UNDLM", "?state=failed", "?state=failed&q=UNDLM"):
        page = nora.get(UPLOADS + query).content.decode()
        assert "More than 100 uploads." in page, query
        assert "Select all uploads, more than 100" in page
        assert "101" not in page.partition("<main")[2].partition("result_list")[0]
    assert nora.get(f"{UPLOADS}?p=2").context["cl"].result_list.count() == 50
    assert nora.get(f"{UPLOADS}?p=3").status_code == 302  # the first page, and that it is none
    page = nora.get(f"{UPLOADS}?state=done").content.decode()
    assert "More than" not in page


def test_an_action_on_all_that_a_search_finds_is_on_those_too_that_are_not_listed(
    make_job: MakeJob, nora: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "AT_MOST", 3)
    made = [make_job(State.FAILED) for _number in range(6)]
    chosen = {"action": "retry_chosen", "select_across": "1", "_selected_action": made[0].pk}
    nora.post(f"{UPLOADS}?q=UNDLM", chosen)
    assert UploadJob.objects.filter(state=State.PENDING).count() == 6


ORDERS = ["1", "-1", "2", "-2", "5", "-5"]
ORDERS_OF_FILES = [f"{sign}{number}" for sign in ("", "-") for number in (1, 2, 3, 4, 6)]


@pytest.mark.parametrize(
    ("address", "table", "queries"),
    [
        (
            UPLOADS,
            "pipeline_uploadjob",
            ["", "?state=done", "?scene=SC010", "?project__id__exact={project}"]
            + [f"?o={order}" for order in ORDERS],
        ),
        (
            FILES,
            "pipeline_sourcefile",
            ["", "?state=taken", "?folder__id__exact={folder}"]
            + [f"?o={order}" for order in ORDERS_OF_FILES],
        ),
    ],
)
def test_an_index_has_the_rows_of_a_list_in_order(
    make_job: MakeJob, nora: Client, address: str, table: str, queries: list[str]
) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL sorts a few rows rather than look into an index")
    made = [make_job(State.DONE) for _number in range(60)]
    source = SourceFile.objects.get(pk=made[0].source_id)
    for query in queries:
        at = address + query.format(project=made[0].project_id, folder=source.folder_id)
        rows = [sql for sql in asked(nora, at) if f'FROM "{table}"' in sql and "LIMIT" in sql]
        assert rows, at
        for sql in rows:
            assert "TEMP B-TREE FOR ORDER BY" not in _plan(sql), sql


def _plan(sql: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
        return " / ".join(step[3] for step in cursor.fetchall())
