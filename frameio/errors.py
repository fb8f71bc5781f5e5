"""What can go wrong with Frame.io, and whether trying again can help.

FrameioError
├── Unauthorized        401: the login is not accepted, even after a refresh
├── NeedsLogin          a person has to log in: no token, or Adobe says `invalid_grant`
│   └── LoginFailed     this login was cancelled, refused, or was not ours
├── Forbidden           403: this login may not do that
├── NotFound            404: it is no longer there
├── FolderMissing       it would have to be made, and the project says not to
├── Invalid             400, 409, 422: what we ask for is wrong
├── RateLimited         429: too fast; nothing was done
├── Unavailable         5xx, timeouts, dropped lines, DNS: it may or may not have been done
├── StorageRefused      part storage will not take a part
├── Incomplete          Frame.io did not get, or could not join, what was sent
├── UrlsExpired         the presigned addresses are too old
├── SourceUnreadable    the file cannot be opened or read, or can never be sent
├── NotFromFrameio      a webhook's delivery that is forged, too old, or garbled
└── SourceChanged       the file is not, or no longer, the one we were asked to send

Messages are for producers: no token and no presigned address ever stands in one.
"""

from datetime import timedelta
from typing import ClassVar


class FrameioError(Exception):
    """`permanent`: trying again cannot help. `retry_after`: how long Frame.io asks us to wait."""

    usually_permanent: ClassVar[bool] = False

    def __init__(
        self,
        message: str,
        *,
        permanent: bool | None = None,
        retry_after: timedelta | None = None,
    ) -> None:
        super().__init__(message)
        self.permanent = self.usually_permanent if permanent is None else permanent
        self.retry_after = retry_after


class Unauthorized(FrameioError):
    """401, even with a fresh token."""


class NeedsLogin(FrameioError):
    """A person has to log in again. A dropped line is never a reason for this."""


class LoginFailed(NeedsLogin):
    """The login that was just tried came to nothing."""


class Forbidden(FrameioError):
    """403: the login lacks the right, or the account is locked."""

    usually_permanent = True


class NotFound(FrameioError):
    """404."""

    usually_permanent = True


class FolderMissing(FrameioError):
    """The project uses only folders that are there already."""

    usually_permanent = True


class Invalid(FrameioError):
    """400, 409 or 422. `detail` and `pointer` are Frame.io's own words, empty when it gave none."""

    usually_permanent = True

    def __init__(self, message: str, *, detail: str = "", pointer: str = "") -> None:
        super().__init__(message)
        self.detail = detail
        self.pointer = pointer


class RateLimited(FrameioError):
    """429: refused before anything was done."""


class Unavailable(FrameioError):
    """No usable answer. A create may have happened: look before you repeat it."""


class StorageRefused(FrameioError):
    """Part storage said no. `code` is its own, e.g. SignatureDoesNotMatch."""

    usually_permanent = True

    def __init__(self, message: str, *, code: str = "") -> None:
        super().__init__(message)
        self.code = code


class Incomplete(FrameioError):
    """What was sent is not what Frame.io has. The placeholder was deleted: send it all again."""


class UrlsExpired(FrameioError):
    """Nobody renews a presigned address: the placeholder has to be made anew."""


class SourceUnreadable(FrameioError):
    """Missing, a folder, empty, without permission, or its disk answers with an error."""


class SourceChanged(FrameioError):
    """Size or date differ from what was asked for, or the file went away while being read."""


class NotFromFrameio(FrameioError):
    """Its signature, time or body is not what Frame.io sends. Nobody should act upon it."""

    usually_permanent = True
