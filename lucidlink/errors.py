"""What an error of the file system means on a mount, in words."""

import errno
import os

GONE = frozenset({errno.ENOENT, errno.ENOTDIR, errno.ELOOP})
"""It went away, or another kind of thing is there now, since its folder was listed."""

_MEANING = {
    errno.ENOENT: "it is not there",
    errno.ENOTDIR: "it is not a folder",
    errno.EACCES: "PostFlow's user may not read it",
    errno.EPERM: "PostFlow's user may not read it",
    errno.ENOTCONN: "the mount's program has stopped; start it again",
    errno.ESTALE: "the mount it belongs to is gone",
    errno.EIO: "the mount gives read errors",
    errno.ENAMETOOLONG: "its path is too long",
    errno.EMFILE: "PostFlow has too many files open",
}


def in_words(error: OSError) -> str:
    """Why it cannot be read: "the mount gives read errors (Input/output error)"."""
    if error.errno is None:
        return str(error)
    system = os.strerror(error.errno)
    meaning = _MEANING.get(error.errno)
    return f"{meaning} ({system})" if meaning else system
