"""What a channel has to be able to do, and how it says that it could not.

NotificationError      it was not told
    ChannelGone        and never will be here: the channel was deleted, or its key is wrong
"""

from abc import ABC, abstractmethod
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


class Notifier(ABC):
    @abstractmethod
    def send(self, message: Message) -> str:
        """Tell it, and return the channel's id of what was said. Raises NotificationError."""
