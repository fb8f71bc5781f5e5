"""The channel that is always there: readable text in the log."""

import logging

from notifications.base import Notifier, Sent
from notifications.message import Level, Message
from notifications.plain import plain

MARKS: dict[Level, str] = {"success": "+", "error": "!", "info": "-"}


class LogNotifier(Notifier):
    """Its message ids are empty: what was logged cannot be found again."""

    def __init__(self, log: logging.Logger) -> None:
        self._log = log

    def send(self, message: Message) -> Sent:
        self._log.info("%s", written(message))
        return Sent()


def written(message: Message) -> str:
    """
    + SH010 anim v003
      https://next.frame.io/...
      Project: UNDLM
      job 12 · rule
    """
    return "\n  ".join([f"{MARKS[message.level]} {plain(message.title)}", *_lines(message)])


def body(message: Message) -> str:
    """All but the title, a line each."""
    return "\n".join(_lines(message))


def _lines(message: Message) -> list[str]:
    fields = [f"{name}: {value}" for name, value in message.fields if value.strip()]
    below = [message.text, message.url, *fields, message.footer]
    return [line for part in below for line in plain(part).splitlines() if line]
