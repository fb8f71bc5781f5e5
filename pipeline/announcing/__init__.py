"""Telling the team: who is told of what (`addressing`, `bursts`, `incidents`, `daily`), and the
sending of it (`sending`)."""

from pipeline.announcing.reviews import tell_comments, tell_status
from pipeline.announcing.rounds import AT_ONCE, announce, is_due
from pipeline.announcing.sending import send_test

__all__ = ["AT_ONCE", "announce", "is_due", "send_test", "tell_comments", "tell_status"]
