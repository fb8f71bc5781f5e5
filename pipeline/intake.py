"""From a file to its job: the one way in, for the watcher and for people."""

import os
import unicodedata
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from django.db import transaction

from pipeline import jobs, places, routing
from pipeline.models import JobEvent, Project, SourceFile, UploadJob, WatchedFolder


def take_in(
    source: SourceFile,
    *,
    project: Project | None,
    who: str,
    overrides: Mapping[str, str] = routing.NOTHING_BY_HAND,
    discord_webhook_url: str = "",
) -> UploadJob:
    """The job for what `source` holds now (its size and mtime); made if it is not there yet.

    A file whose name cannot be read into a destination gets a job that is held, with the reason.
    Called twice for one content, by anyone, it gives the same job.
    """
    known = UploadJob.objects.filter(
        source=source, size=source.size, mtime_ns=source.mtime_ns
    ).first()
    if known is None:
        known = _new_job(source, project, who, overrides, discord_webhook_url)
    elif known.state == jobs.State.CANCELLED and known.hold == jobs.Hold.FILE:
        jobs.retry(known, who)  # dropped while it was being written to, and back as it was
    SourceFile.objects.filter(pk=source.pk, size=source.size, mtime_ns=source.mtime_ns).update(
        state=SourceFile.State.TAKEN, reason=""
    )
    return known


def _new_job(
    source: SourceFile,
    project: Project | None,
    who: str,
    overrides: Mapping[str, str],
    discord_webhook_url: str,
) -> UploadJob:
    name = PurePosixPath(source.key).name
    values: dict[str, object] = {
        "name": name,
        "project": project,
        "overrides": dict(overrides),
        "discord_webhook_url": discord_webhook_url,
        **destination(name, project, overrides),
    }
    with transaction.atomic():
        job, made = UploadJob.objects.get_or_create(
            source=source, size=source.size, mtime_ns=source.mtime_ns, defaults=values
        )
        if made:
            JobEvent.objects.create(job=job, state=job.state, who=who, why=job.reason)
            jobs.supersede(job)
            jobs.wake_on_commit()
    return job


def destination(
    name: str, project: Project | None, overrides: Mapping[str, str]
) -> dict[str, object]:
    """The job's columns that say where it goes, or why that cannot be told."""
    try:
        route = routing.route(name, project, overrides)
    except routing.Held as held:
        return {"state": jobs.State.WAITING, "hold": held.hold, "reason": held.reason}
    return {"state": jobs.State.PENDING, **columns(route)}


def columns(route: routing.Route) -> dict[str, object]:
    return {
        "project": route.project,
        "rule": route.rule,
        "fields": route.fields,
        "version": route.version,
        "destination": list(route.destination),
    }


def source_for(path: Path) -> SourceFile:
    """The ledger's row for a file that a person names; of its watched folder where it lies in one.

    Raises OSError when the file cannot be looked at.
    """
    found = path.stat()
    folder, relative = _place_of(path)
    now = {
        "raw_path": os.fsencode(relative),
        "size": found.st_size,
        "mtime_ns": found.st_mtime_ns,
    }
    row, _made = SourceFile.objects.update_or_create(
        folder=folder,
        key=key_of(relative),
        defaults=now,
        create_defaults={**now, "state": SourceFile.State.TAKEN},
    )
    return row


def known_job(path: Path) -> UploadJob | None:
    """The job that has the file as it is now, if it was ever taken in. Raises OSError."""
    found = path.stat()
    folder, relative = _place_of(path)
    return UploadJob.objects.filter(
        source__folder=folder,
        source__key=key_of(relative),
        size=found.st_size,
        mtime_ns=found.st_mtime_ns,
    ).first()


def key_of(relative: Path) -> str:
    return unicodedata.normalize("NFC", relative.as_posix())


def folder_of(path: Path) -> WatchedFolder | None:
    """The watched folder that holds the file."""
    return _place_of(path)[0]


def _place_of(path: Path) -> tuple[WatchedFolder | None, Path]:
    """The watched folder that holds the file, and the file's path in it.

    By whatever symlinks either is named, as the watcher would find it; where several are nested,
    the active one, and of those the innermost.
    """
    folders = WatchedFolder.objects.all()
    there = places.real(path.parent) / path.name  # a link to a file is sent under its own name
    roots = [(folder, _root(folder)) for folder in folders]
    found = [(folder, there.relative_to(root)) for folder, root in roots if root in there.parents]
    if not found:
        return None, path
    return max(found, key=lambda place: (place[0].active, -len(place[1].parts)))


def _root(folder: WatchedFolder) -> Path:
    """One that is away is not asked where it leads: that may take for ever."""
    path = Path(folder.path)
    return path if folder.online is False else places.real(path)
