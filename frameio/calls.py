"""One HTTP call and its one line in the log: what was called, and never with which secrets.

`LOG_LEVEL=DEBUG` shows all of them; what was refused, or got no answer, is told in any case.
"""

import logging
import re
import time
from collections.abc import Callable, Iterable
from typing import Protocol

import httpx

log = logging.getLogger(__name__)

NO_ANSWER = "none"


class Tally(Protocol):
    """Is told of each call: its operation, the answer's status (or `NO_ANSWER`), the seconds, and
    those it had waited for its turn before."""

    def __call__(
        self, operation: str, status: str, seconds: float, waited: float = 0.0, /
    ) -> None: ...


def untallied(_operation: str, _status: str, _seconds: float, _waited: float = 0.0) -> None: ...


def logged(
    call: Callable[[], httpx.Response],
    operation: str,
    sent: int | None = None,
    tally: Tally = untallied,
    waited: float = 0.0,
    clock: Callable[[], float] = time.monotonic,
) -> httpx.Response:
    """The answer to `call`. `operation` names it for the log and for `tally`, `sent` is how many
    bytes went out, `waited` how many seconds it had to wait for its turn.

    Raises `httpx.RequestError` as it came.
    """
    begun = clock()
    try:
        response = call()
    except httpx.RequestError as error:
        seconds = clock() - begun
        log.warning("%s: %s after %.0f ms", operation, type(error).__name__, seconds * 1000)
        tally(operation, NO_ANSWER, seconds, waited)
        raise
    seconds = clock() - begun
    size = "" if sent is None else f", {sent} bytes"
    log.log(
        _level(response.status_code),
        "%s: %d in %.0f ms%s%s",
        operation,
        response.status_code,
        seconds * 1000,
        size,
        f", request {ident}" if (ident := request_id(response)) else "",
    )
    tally(operation, str(response.status_code), seconds, waited)
    return response


# Frame.io's own first; those of Adobe's login and of the storage (S3) are called otherwise.
_NAMES: Iterable[str] = ("x-request-id", "x-debug-id", "x-amz-request-id")


def request_id(response: httpx.Response) -> str:
    """By which the other side's support finds the call; empty when it is not told."""
    told = (response.headers.get(name, "") for name in _NAMES)
    return next((one for one in told if re.fullmatch(r"[\w.,:/+=-]{1,100}", one)), "")


def _level(status: int) -> int:
    """A refusal is often part of the game (gone already, too fast); trouble over there is not."""
    if status >= 500:
        return logging.WARNING
    return logging.INFO if status >= 400 else logging.DEBUG
