"""Which job a line of the log belongs to, whoever writes it."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_job: ContextVar[int | None] = ContextVar("job", default=None)


@contextmanager
def of_job(job_id: int) -> Iterator[None]:
    """What is logged meanwhile is of that job. A thread of its own has to be given the context:
    `contextvars.copy_context`."""
    before = _job.set(job_id)
    try:
        yield
    finally:
        _job.reset(before)


class WithJob(logging.Filter):
    """Gives each record its `job`: an id, or None."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.job = _job.get()
        return True
