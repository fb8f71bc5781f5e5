"""Many finished files at once: what is plainly new gets its jobs in one short transaction.

Plainly new is a content that its folder has not seen under this name or another, and whose job ends
no earlier one. Everything else is for the caller to take in one by one.
"""

from collections.abc import Collection, Mapping, Sequence
from pathlib import PurePosixPath
from typing import TypeAlias

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from pipeline import intake, jobs, ledger, outbox
from pipeline.models import JobEvent, SourceFile, UploadJob, WatchedFolder
from pipeline.rulebook import Rulebook

Samples: TypeAlias = Mapping[str, tuple[ledger.Content, str]]
"""A finished file's key -> the file as it was seen, and its quick hash."""

FileState = SourceFile.State


def take_in(folder: WatchedFolder, samples: Samples, *, who: str) -> dict[str, UploadJob]:
    """The jobs that were made, by the keys of their files.

    All of them or none: raises IntegrityError when somebody else takes in one of the files at this
    very moment.
    """
    rows = _plainly_new(folder, samples)
    if not rows:
        return {}
    book = Rulebook.now()
    prepared = {row.pk: _job(row, folder, book) for row in rows}
    with transaction.atomic():
        still_new = _locked(rows)
        ours = [row for row in rows if row.pk in still_new]
        made = UploadJob.objects.bulk_create([prepared[row.pk] for row in ours])
        JobEvent.objects.bulk_create(
            [JobEvent(job=job, state=job.state, who=who, why=job.reason) for job in made]
        )
        outbox.changed(*[job.pk for job in made])
        _note_taken(ours)
        jobs.wake_on_commit(jobs.top_up)
    return {job.source.key: job for job in made}


def _plainly_new(folder: WatchedFolder, samples: Samples) -> list[SourceFile]:
    """With their quick hashes, which are not saved yet."""
    hashes = [quick_hash for _file, quick_hash in samples.values()]
    seen = ledger.sampled(folder, hashes)
    new: list[SourceFile] = []
    rows = {row.key: row for row in ledger.settling(folder, samples)}
    for row in (rows[key] for key in samples if key in rows):
        file, quick_hash = samples[row.key]
        as_known = (bytes(row.raw_path), row.size, row.mtime_ns)
        content = (quick_hash, row.size, row.mtime_ns)
        touched = row.quick_hash == quick_hash
        if as_known == (file.raw, file.size, file.mtime_ns) and not touched and content not in seen:
            row.quick_hash = quick_hash
            new.append(row)
        seen.add(content)
    return new


def _job(row: SourceFile, folder: WatchedFolder, book: Rulebook) -> UploadJob:
    name = PurePosixPath(row.key).name
    columns = {"project": folder.project, **intake.destination(name, folder.project, book=book)}
    return UploadJob(source=row, size=row.size, mtime_ns=row.mtime_ns, name=name, **columns)


def _locked(rows: Sequence[SourceFile]) -> set[int]:
    """Those that are still as they were read, and stay so until the transaction ends."""
    pks = [row.pk for row in rows]
    as_read = {(row.pk, row.size, row.mtime_ns) for row in rows}
    settling = SourceFile.objects.filter(pk__in=pks, state=FileState.SETTLING).order_by("pk")
    now = settling.select_for_update(of=("self",)).values_list("pk", "size", "mtime_ns")
    return {row[0] for row in now if row in as_read} - _with_jobs_to_mind(pks)


def _with_jobs_to_mind(sources: Collection[int]) -> set[int]:
    """Files that have this very job already, or an earlier one that ends with a new one."""
    same = Q(size=F("source__size"), mtime_ns=F("source__mtime_ns"))
    minded = UploadJob.objects.filter(same | Q(state__in=jobs.SUPERSEDED), source__in=sources)
    return set(minded.values_list("source", flat=True))


def _note_taken(rows: Sequence[SourceFile]) -> None:
    taken = SourceFile.objects.filter(pk__in=[row.pk for row in rows])
    taken.update(state=FileState.TAKEN, reason="", changed_at=timezone.now())
    SourceFile.objects.bulk_update(rows, ["quick_hash"])
