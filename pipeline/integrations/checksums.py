"""The list of checksums beside the copies: `sha256sum -c SHA256SUMS` checks a folder by it."""

import os
from pathlib import Path

MANIFEST = "SHA256SUMS"
NO_LINK = getattr(os, "O_NOFOLLOW", 0)  # Windows has none


def write_down(target: Path, sha256: str) -> None:
    """Once for each file, however often it is called. One short write, so that others' lines stay
    whole. Raises OSError."""
    line = f"{sha256}  {target.name}\n".encode()
    path = target.with_name(MANIFEST)
    descriptor = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | NO_LINK, 0o666)
    with open(descriptor, "r+b", buffering=0) as manifest:
        if line in manifest.readlines():
            return
        manifest.write(line)
        os.fsync(manifest.fileno())
