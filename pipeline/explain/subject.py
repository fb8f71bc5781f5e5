import os
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from pipeline import intake
from pipeline.glance import Glance
from pipeline.models import SourceFile, UploadJob, WatchedFolder
from pipeline.path_digests import digest

JOBS_SHOWN = 5


@dataclass(frozen=True)
class Subject:
    """The file in question, and the rows that speak of it. `jobs`: the latest first."""

    path: Path
    seen: Glance
    folder: WatchedFolder | None
    key: str
    row: SourceFile | None
    jobs: list[UploadJob]

    @property
    def job(self) -> UploadJob | None:
        """The job of what the file holds; where it is not to be seen, of what it held."""
        there = self.seen.status
        for job in self.jobs:
            if there is None or (job.size, job.mtime_ns) == (there.st_size, there.st_mtime_ns):
                return job
        return None


def subject(path: Path, seen: Glance) -> Subject:
    folder, relative = intake.place_of(path)
    shown = os.fsencode(relative).decode("utf-8", "backslashreplace")
    key = unicodedata.normalize("NFC", Path(shown).as_posix())
    rows = SourceFile.objects.filter(folder=folder, digest=digest(key))
    row = rows.select_related("folder").first()
    jobs = UploadJob.objects.filter(source=row).select_related("project").order_by("-id")
    return Subject(path, seen, folder, key, row, list(jobs[:JOBS_SHOWN]) if row else [])
