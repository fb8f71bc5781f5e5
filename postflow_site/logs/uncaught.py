"""What ends a thread or a process goes into the log too, where secrets are taken out of it."""

import logging
import sys
import threading
from types import TracebackType

log = logging.getLogger(__name__)


def log_uncaught() -> None:
    """For this process from now on, in place of Python's bare traceback on the console."""
    sys.excepthook = _of_the_process
    threading.excepthook = _of_a_thread


def _of_the_process(
    kind: type[BaseException], error: BaseException, traceback: TracebackType | None
) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, traceback)
    else:
        log.critical("This process ends by an error.", exc_info=(kind, error, traceback))


def _of_a_thread(args: threading.ExceptHookArgs) -> None:
    name = args.thread.name if args.thread else "?"
    error = args.exc_value or args.exc_type()
    log.critical(
        "The thread %s has ended by an error.",
        name,
        exc_info=(args.exc_type, error, args.exc_traceback),
    )
