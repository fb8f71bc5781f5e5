"""What an error of the file system means on a mount, in words."""

import errno
import os

from lucidlink.words import gettext as _
from lucidlink.words import gettext_noop

GONE = frozenset({errno.ENOENT, errno.ENOTDIR, errno.ELOOP})
"""It went away, or another kind of thing is there now, since its folder was listed."""

_MEANING = {
    errno.ENOENT: gettext_noop("it is not there"),
    errno.ENOTDIR: gettext_noop("it is not a folder"),
    errno.EACCES: gettext_noop("PostFlow's user may not read it"),
    errno.EPERM: gettext_noop("PostFlow's user may not read it"),
    errno.ENOTCONN: gettext_noop("the mount's program has stopped; start it again"),
    errno.ESTALE: gettext_noop("the mount it belongs to is gone"),
    errno.EIO: gettext_noop("the mount gives read errors"),
    errno.ENAMETOOLONG: gettext_noop("its path is too long"),
    errno.EMFILE: gettext_noop("PostFlow has too many files open"),
}


def in_words(error: OSError) -> str:
    """Why it cannot be read: "the mount gives read errors (Input/output error)"."""
    if error.errno is None:
        return str(error)
    system = os.strerror(error.errno)
    if error.errno not in _MEANING:
        return system
    meaning = _(_MEANING[error.errno])
    return f"{meaning} ({system})"
