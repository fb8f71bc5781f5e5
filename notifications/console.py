"""The channel that is always there: readable text on a stream."""

from typing import TextIO

from notifications.base import NotificationError, Notifier
from notifications.message import Level, Message
from notifications.plain import plain

MARKS: dict[Level, str] = {"success": "+", "error": "!", "info": "-"}


class ConsoleNotifier(Notifier):
    """Its message ids are empty: what was printed cannot be found again."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def send(self, message: Message) -> str:
        encoding = self._stream.encoding or "utf-8"
        text = written(message).encode(encoding, "replace").decode(encoding)
        try:
            self._stream.write(text)
            self._stream.flush()
        except (OSError, ValueError) as error:  # ValueError: the stream is closed
            raise NotificationError(f"The console takes no text: {error}.") from error
        return ""


def written(message: Message) -> str:
    """
    + SH010 anim v003
      https://next.frame.io/...
      Project: UNDLM
      job 12 · rule
    """
    fields = [f"{name}: {value}" for name, value in message.fields if value.strip()]
    below = [message.text, message.url, *fields, message.footer]
    lines = [line for part in below for line in plain(part).splitlines() if line]
    return "\n  ".join([f"{MARKS[message.level]} {plain(message.title)}", *lines]) + "\n"
