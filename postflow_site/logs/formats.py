"""The two forms of a line: for people, and for programs that gather logs."""

import json
import logging
import re
from datetime import UTC, datetime

from postflow_site.logs.redaction import Redaction

# A file's name may hold a line break or a terminal's commands; a line of the log is one line.
_COMMANDS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


class Line(logging.Formatter):
    """`2026-11-21 15:40:01,123 INFO [4711] frameio.calls: job 12: GET /v4/me: 200 in 31 ms`

    What follows it, such as a traceback, is indented: no content can look like a line of ours.
    """

    def __init__(self, redact: Redaction) -> None:
        super().__init__("%(asctime)s %(levelname)s [%(process)d] %(name)s: %(of)s%(message)s")
        self._redact = redact

    def format(self, record: logging.LogRecord) -> str:
        job = getattr(record, "job", None)
        record.of = "" if job is None else f"job {job}: "
        return _COMMANDS.sub(_shown, self._redact(super().format(record))).replace("\n", "\n    ")


class JsonLine(logging.Formatter):
    """`{"at", "level", "process", "logger", "job", "message"}`, and `traceback` where there is one.

    `at` is UTC; `job` is null for what belongs to no job.
    """

    def __init__(self, redact: Redaction) -> None:
        super().__init__()
        self._redact = redact

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC)
        line: dict[str, object] = {
            "at": at.isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "process": record.process,
            "logger": record.name,
            "job": getattr(record, "job", None),
            "message": self._redact(record.getMessage()),
        }
        if record.exc_info:
            line["traceback"] = self._redact(self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=False)


def _shown(found: re.Match[str]) -> str:
    return f"\\x{ord(found[0]):02x}"
