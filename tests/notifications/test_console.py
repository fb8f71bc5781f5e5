import io

import pytest

from notifications.base import NotificationError
from notifications.console import ConsoleNotifier
from notifications.message import Message

FULL = Message(
    "SH010 anim v003",
    text="First.\nSecond.",
    url="https://next.frame.io/x",
    level="success",
    fields=(("Project", "UNDLM"), ("Scene", "")),
    footer="job 12 · Shots",
)


def test_a_message_is_readable_text() -> None:
    stream = io.StringIO()

    assert ConsoleNotifier(stream).send(FULL) == ""
    assert stream.getvalue() == (
        "+ SH010 anim v003\n"
        "  First.\n"
        "  Second.\n"
        "  https://next.frame.io/x\n"
        "  Project: UNDLM\n"
        "  job 12 · Shots\n"
    )


def test_a_terminal_that_knows_only_ascii_gets_the_message_too() -> None:
    bytes_written = io.BytesIO()

    with io.TextIOWrapper(bytes_written, encoding="ascii") as stream:
        ConsoleNotifier(stream).send(Message("é\x1b[2J"))
        assert bytes_written.getvalue() == b"- ?[2J\n"


def test_a_console_that_is_gone_is_a_notification_error() -> None:
    stream = io.StringIO()
    stream.close()

    with pytest.raises(NotificationError, match="The console takes no text"):
        ConsoleNotifier(stream).send(FULL)
