"""The comments beside the render on the mount, for those who work there."""

import logging
import secrets
from pathlib import Path

from pipeline.models import UploadJob
from pipeline.review.markers import as_csv

log = logging.getLogger(__name__)


def write(job: UploadJob) -> None:
    """`NAME.mov.comments.csv`, when it is not there as it should be. Never raises for the mount's
    sake: the next time the comments are read, it is tried again.
    """
    render = job.source.path
    beside = render.with_name(f"{render.name}.comments.csv")
    wanted = as_csv(job).encode()
    try:
        if _content(beside) != wanted and (job.comments.exists() or beside.exists()):
            _replace(beside, wanted)
    except OSError as error:
        log.warning("The comments on %s cannot be written beside it: %s", job.name, error.strerror)


def _content(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def _replace(path: Path, content: bytes) -> None:
    """All of it or nothing. The other name is one that no watched folder takes for a render."""
    half = path.with_name(f".{path.name}.{secrets.token_hex(8)}.tmp")
    try:
        with half.open("xb") as file:  # never through a link that somebody has laid there
            file.write(content)
        half.replace(path)
    except OSError:
        half.unlink(missing_ok=True)
        raise
