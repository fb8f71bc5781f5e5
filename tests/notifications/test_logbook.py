import logging

import pytest

from notifications.base import Sent
from notifications.logbook import LogNotifier
from notifications.message import Message

FULL = Message(
    "SH010 anim v003",
    text="First.\nSecond.",
    url="https://next.frame.io/x",
    level="success",
    fields=(("Project", "UNDLM"), ("Scene", "")),
    footer="job 12 · Shots",
)


def logged(message: Message, caplog: pytest.LogCaptureFixture) -> str:
    caplog.set_level(logging.INFO, "team")
    assert LogNotifier(logging.getLogger("team")).send(message) == Sent()
    return caplog.records[-1].getMessage()


def test_a_message_is_readable_text(caplog: pytest.LogCaptureFixture) -> None:
    assert logged(FULL, caplog) == (
        "+ SH010 anim v003\n"
        "  First.\n"
        "  Second.\n"
        "  https://next.frame.io/x\n"
        "  Project: UNDLM\n"
        "  job 12 · Shots"
    )


def test_a_name_cannot_move_the_cursor(caplog: pytest.LogCaptureFixture) -> None:
    assert logged(Message("é\x1b[2J"), caplog) == "- é[2J"


def test_a_percent_sign_in_a_name_is_just_that(caplog: pytest.LogCaptureFixture) -> None:
    assert logged(Message("100%s.mov"), caplog) == "- 100%s.mov"
