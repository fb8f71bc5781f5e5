"""From a file to its job: the one way in, for the watcher and for people."""

import logging
import os
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from django.db import IntegrityError, transaction

from pipeline import jobs, outbox, places, routing, studio
from pipeline.models import JobEvent, Project, SourceFile, UploadJob, WatchedFolder
from pipeline.path_digests import digest
from pipeline.quick_hash import quick_hash
from pipeline.rulebook import Rulebook

log = logging.getLogger(__name__)


def take_in(
    source: SourceFile,
    *,
    project: Project | None,
    who: str,
    overrides: Mapping[str, str] = routing.NOTHING_BY_HAND,
    discord_webhook_url: str = "",
    sample: str | None = None,
) -> UploadJob:
    """The job for what `source` holds now (its size and mtime); made if it is not there yet.

    A file whose name cannot be read into a destination gets a job that is held, with the reason.
    Called twice for one content, by anyone, it gives the same job. `sample` is the
    content's quick hash, where the row has not got it.
    """
    known = UploadJob.objects.filter(
        source=source, size=source.size, mtime_ns=source.mtime_ns
    ).first()
    if known is None:
        known = _new_job(source, project, who, overrides, discord_webhook_url)
    elif jobs.is_dropped(known):
        jobs.retry(known, who)  # it was being written to, or gone, and is back as it was
        known.refresh_from_db()
    SourceFile.objects.filter(pk=source.pk, size=source.size, mtime_ns=source.mtime_ns).update(
        state=SourceFile.State.TAKEN,
        reason="",
        quick_hash=source.quick_hash if sample is None else sample,
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
        "filled_in_by": who if overrides else "",
        "discord_webhook_url": discord_webhook_url,
        **destination(name, project, overrides),
    }
    with transaction.atomic():
        job, made = UploadJob.objects.get_or_create(
            source=source, size=source.size, mtime_ns=source.mtime_ns, defaults=values
        )
        if made:
            JobEvent.objects.create(job=job, state=job.state, who=who, why=job.reason)
            outbox.changed(job.pk)
            jobs.supersede(job)
            jobs.wake_on_commit()
    return job


def destination(
    name: str,
    project: Project | None,
    overrides: Mapping[str, str] = routing.NOTHING_BY_HAND,
    book: Rulebook | None = None,
) -> dict[str, object]:
    """The job's columns that say where it goes, or why that cannot be told. `book`: the rules, read
    once where there are many names."""
    try:
        route = routing.route(name, project, overrides, book)
    except routing.Held as held:
        return {"state": jobs.State.WAITING, "hold": held.hold, "reason": held.reason}
    return {"state": jobs.State.PENDING, **columns(route)}


def columns(route: routing.Route) -> dict[str, object]:
    return {
        "project": saved(route.project),
        "rule": route.rule,
        "fields": route.fields,
        "version": route.version,
        "destination": list(route.destination),
    }


def columns_by_hand(route: routing.Route, who: str) -> dict[str, object]:
    """What a person says of it, whatever its name says."""
    given = {**route.fields, "project": route.project.code}
    if route.destination:
        given["folder"] = "/".join(route.destination)
    return {**columns(route), "overrides": given, "filled_in_by": who}


def saved(project: Project) -> Project:
    """The project of a route; one that its rule makes is saved now. Of two who do so at once, both
    get the first.
    """
    if project.pk is not None:
        return project
    try:
        with transaction.atomic():
            project.save(force_insert=True)
    except IntegrityError:
        return Project.objects.get(code=project.code)
    log.info("Made the project %s: its code stands in a file's name.", project.code)
    return project


def source_for(path: Path) -> SourceFile:
    """The ledger's row for a file that a person names; of its watched folder where it lies in one.

    Raises OSError when the file cannot be looked at.
    """
    found = path.stat()
    folder, relative = place_of(path)
    now = {
        "raw_path": os.fsencode(relative),
        "size": found.st_size,
        "mtime_ns": found.st_mtime_ns,
        "quick_hash": _sample(path),
    }
    key = key_of(relative)
    row, _made = SourceFile.objects.update_or_create(
        folder=folder,
        digest=digest(key),
        defaults=now,
        create_defaults={**now, "key": key, "state": SourceFile.State.TAKEN},
    )
    return row


def _sample(path: Path) -> str:
    try:
        return quick_hash(path)
    except OSError:
        return ""  # not known; whoever sends it will say what is wrong with it


def known_job(path: Path) -> UploadJob | None:
    """The job that has the file as it is now, if it was ever taken in. Raises OSError."""
    found = path.stat()
    folder, relative = place_of(path)
    return UploadJob.objects.filter(
        source__folder=folder,
        source__digest=digest(key_of(relative)),
        size=found.st_size,
        mtime_ns=found.st_mtime_ns,
    ).first()


def key_of(relative: Path) -> str:
    return places.nfc(relative.as_posix())


def folder_of(path: Path) -> WatchedFolder | None:
    """The watched folder that holds the file."""
    return place_of(path)[0]


def place_of(path: Path) -> tuple[WatchedFolder | None, Path]:
    """The watched folder that holds the file, and the file's path in it; the whole path outside of
    all.

    By whatever symlinks, and in whichever Unicode form, either is named: LucidLink's own is NFD.
    Where several are nested, the active one, and of those the innermost.
    """
    there = places.real(path.parent) / path.name  # a link to a file is sent under its own name
    found = [
        (folder, below)
        for folder in WatchedFolder.objects.all()
        if (below := places.below(folder.real_root, there))
    ]
    if not found:
        return None, studio.written(path)
    return max(found, key=lambda place: (place[0].active, -len(place[1].parts)))
