"""What a channel has to be able to do, and how it says that it could not.

NotificationError      it was not told
    ChannelGone        and never will be here: the channel was deleted, or its key is wrong
    MessageGone        what was to be edited was deleted
    SlowDown           not now: come back after `retry_after`
    NoAnswer           it was sent, and may be there all the same
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import timedelta

from notifications.message import Message


class NotificationError(Exception):
    """A sentence for people, without the channel's address: that is a secret.

    `permanent`: trying again cannot help. `retry_after`: the other side said when to come back.
    """

    def __init__(
        self, message: str, *, permanent: bool = False, retry_after: timedelta | None = None
    ) -> None:
        super().__init__(message)
        self.permanent = permanent
        self.retry_after = retry_after


class ChannelGone(NotificationError):
    """Nothing sent to this address will ever arrive."""

    def __init__(self, message: str) -> None:
        super().__init__(message, permanent=True)


class MessageGone(NotificationError):
    """Somebody has deleted the message, and so wants it no more."""

    def __init__(self, message: str) -> None:
        super().__init__(message, permanent=True)


class SlowDown(NotificationError):
    """Nothing was taken, and nothing is wrong with it."""


class NoAnswer(NotificationError):
    """Whether it arrived is not known."""


@dataclass(frozen=True)
class Sent:
    """Empty ids: the service gives none, and what was said stays as it is. `thread_id` is set when
    the message opened a thread."""

    message_id: str = ""
    thread_id: str = ""


class Notifier(ABC):
    """One call each, at once: who calls waits between calls, for as long as `pause` says."""

    pause: timedelta = timedelta()

    @abstractmethod
    def send(self, message: Message) -> Sent:
        """Raises NotificationError."""

    def edit(self, sent: Sent, message: Message) -> None:
        """Put `message` in the place of what was sent. Raises NotificationError."""
        raise NotImplementedError
