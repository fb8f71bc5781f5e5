"""Where lines end up, and that several processes may write at once."""

import logging
import logging.config
import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from postflow_site.logs import arrangement
from postflow_site.logs.arrangement import logging_settings
from postflow_site.logs.of_job import of_job

ROOT = Path(__file__).parents[2]

# Each process logs its lines into small files, so that all of them put files aside many times.
WRITER = """
import logging, logging.config, os, sys
from pathlib import Path
from postflow_site.logs import arrangement
arrangement.LARGEST, arrangement.KEPT = 40_000, 50
place = Path(sys.argv[1])
settings = arrangement.logging_settings(place, level="INFO", form="text", secrets=[])
settings["root"]["handlers"].remove("console")
logging.config.dictConfig(settings)
logging.getLogger("frameio").info("before the fork")
child = os.fork()  # as django-q2 does it, with the files open
for number in range(500):
    logging.getLogger("frameio").info("%s-%d-%d", sys.argv[2], bool(child), number)
if child:
    sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


@pytest.fixture
def logs(tmp_path: Path) -> Iterator[Path]:
    """The product's files; pytest's own handlers stay where they are."""
    root = logging.getLogger()
    before = {name: (logger.handlers[:], logger.level) for name, logger in _loggers(root)}
    settings = logging_settings(tmp_path / "logs", level="INFO", form="text", secrets=["s" * 20])
    logging.config.dictConfig(settings | {"incremental": False})
    ours = {handler for _name, logger in _loggers(root) for handler in logger.handlers}
    yield tmp_path / "logs"
    for name, logger in _loggers(root):
        logger.handlers[:], level = before.get(name, ([], logging.NOTSET))
        logger.setLevel(level)
    for handler in ours:
        handler.close()


def _loggers(root: logging.Logger) -> list[tuple[str, logging.Logger]]:
    named = logging.Logger.manager.loggerDict.items()
    found = [(name, one) for name, one in named if isinstance(one, logging.Logger)]
    return [("", root), *found]


def lines(path: Path) -> list[str]:
    return path.read_text().splitlines() if path.exists() else []


@pytest.mark.parametrize(
    ("logger", "file"),
    [
        ("frameio.calls", "frameio"),
        ("pipeline.review.polling", "frameio"),
        ("lucidlink.hints", "lucidlink"),
        ("pipeline.watching.rounds", "lucidlink"),
        ("frameio.oauth", "auth"),
    ],
)
def test_a_line_is_in_its_own_file_and_in_the_one_that_has_all(
    logs: Path, logger: str, file: str
) -> None:
    with of_job(3):
        logging.getLogger(logger).info("hello")
    assert "job 3: hello" in lines(logs / f"{file}.log")[0]
    assert "job 3: hello" in lines(logs / "postflow.log")[0]
    assert lines(logs / "error.log") == []


def test_errors_have_a_file_of_their_own(logs: Path) -> None:
    logging.getLogger("pipeline.jobs").error("broken %s", "s" * 20)
    logging.getLogger("django.request").error("broken too")
    assert [line.rpartition(": ")[2] for line in lines(logs / "error.log")] == [
        "broken [hidden]",
        "broken too",
    ]


def test_only_its_own_user_may_read_them(logs: Path) -> None:
    logging.getLogger("frameio").info("hello")
    assert stat.S_IMODE(logs.stat().st_mode) == 0o700
    modes = {stat.S_IMODE(file.stat().st_mode) for file in logs.iterdir()}
    assert modes == {0o600}


def test_without_files_there_is_the_console_alone() -> None:
    settings = logging_settings(None, level="INFO", form="json", secrets=[])
    assert list(settings["handlers"]) == ["console"]  # type: ignore[call-overload]


def test_a_form_that_is_not_known_is_refused() -> None:
    with pytest.raises(ValueError, match="LOG_FORMAT is 'xml'; it has to be one of: text, json"):
        logging_settings(None, level="INFO", form="xml", secrets=[])


@pytest.mark.processes
@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this system")
def test_no_line_is_lost_when_several_processes_write_and_rotate(tmp_path: Path) -> None:
    place = tmp_path / "logs"
    words = [sys.executable, "-c", WRITER, str(place)]
    writers = [subprocess.Popen([*words, name], cwd=ROOT) for name in ("a", "b")]
    assert [writer.wait(timeout=120) for writer in writers] == [0, 0]
    files = [file for file in place.glob("frameio.log*") if file.stat().st_size]
    said = [line.rpartition(": ")[2] for file in files for line in lines(file)]
    wanted = {f"{n}-{fork:d}-{i}" for n in "ab" for fork in (0, 1) for i in range(500)}
    assert len(files) > 1
    assert sorted(said) == sorted([*wanted, "before the fork", "before the fork"])


def test_the_size_is_bounded() -> None:
    assert arrangement.LARGEST * (arrangement.KEPT + 1) * 5 < 1_000_000_000


def test_wrong_passwords_are_told_with_the_logins(logs: Path) -> None:
    logging.getLogger("axes.handlers.database").info("came in")
    logging.getLogger("axes.handlers.database").warning("kept out")
    assert ["kept out" in line for line in lines(logs / "auth.log")] == [True]
