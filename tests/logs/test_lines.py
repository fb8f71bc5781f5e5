import json
import logging
import sys
import threading
from contextvars import copy_context

import pytest

from postflow_site.logs.formats import JsonLine, Line
from postflow_site.logs.of_job import WithJob, of_job
from postflow_site.logs.redaction import Redaction


def record(message: str, *args: object) -> logging.LogRecord:
    made = logging.LogRecord("frameio.calls", logging.INFO, "", 0, message, args, None)
    WithJob().filter(made)
    return made


def line(message: str, *args: object) -> str:
    """Without its date."""
    return Line(Redaction()).format(record(message, *args)).split(" ", 2)[2]


def test_a_line_says_who_and_of_which_job() -> None:
    with of_job(12):
        assert line("%d parts", 3).endswith("] frameio.calls: job 12: 3 parts")
    assert line("none").endswith("] frameio.calls: none")


def test_a_job_within_a_job_ends_where_it_began() -> None:
    with of_job(1):
        with of_job(2):
            pass
        assert "job 1: x" in line("x")


def test_a_thread_that_is_given_the_context_writes_for_the_same_job() -> None:
    said: list[str] = []
    with of_job(7):
        thread = threading.Thread(target=copy_context().run, args=[lambda: said.append(line("x"))])
    thread.start()
    thread.join()
    assert "job 7: x" in said[0]


def test_a_name_with_a_line_break_cannot_write_a_line_of_its_own() -> None:
    shown = line("%s", "a.mov\n2026-11-21 ERROR forged\x1b[2J")
    assert shown.splitlines()[1] == "    2026-11-21 ERROR forged\\x1b[2J"


def test_json_is_one_object_a_line() -> None:
    with of_job(12):
        made = record("token=%s\n", "abc")
    try:
        raise ValueError("token=abc")
    except ValueError:
        made.exc_info = sys.exc_info()
    text = JsonLine(Redaction()).format(made)
    told = json.loads(text)
    assert "\n" not in text
    assert (told["level"], told["logger"], told["job"]) == ("INFO", "frameio.calls", 12)
    assert told["at"].endswith("+00:00")
    assert told["traceback"].startswith("Traceback")
    assert "abc" not in text


@pytest.mark.parametrize("form", [Line, JsonLine])
def test_a_record_that_passed_no_filter_is_written_too(form: type[Line] | type[JsonLine]) -> None:
    bare = logging.LogRecord("x", logging.INFO, "", 0, "said", (), None)
    assert "said" in form(Redaction()).format(bare)
