"""What people do with files in the watcher's ledger: send anyway, ignore, forget and look again;
and what they say of a folder whose mount or files are not what they were.

Each is a conditional update: the watcher, the uploader or another person may be quicker. The
watcher is told by `WatchedFolder.ledger_changes` to look at it at once.
"""

import stat
from collections.abc import Collection

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from pipeline import glance, intake, jobs, revisions
from pipeline.models import Revision, SourceFile, UploadJob, WatchedFolder

State = SourceFile.State


class ActionRefused(Exception):
    """It cannot be done with this file; the message says why."""


def send_anyway(source: SourceFile, who: str, look: glance.Look = glance.glance) -> UploadJob:
    """Hand the file over now, as it is, whatever it waits for. Raises ActionRefused."""
    _refuse_unsendable(source)
    found = look(source.path)
    if found.status is None or not stat.S_ISREG(found.status.st_mode):
        why = found.why_not or _("it is not a file")
        raise ActionRefused(_("%(file)s cannot be read: %(why)s.") % {"file": source, "why": why})
    size, mtime_ns = found.status.st_size, found.status.st_mtime_ns
    if size == 0:
        why = _("%(file)s is empty, and Frame.io takes no empty files.")
        raise ActionRefused(why % {"file": source})
    known = source.jobs.filter(size=size, mtime_ns=mtime_ns).first()
    if known is not None and known.state in {jobs.State.DONE, jobs.State.RUNNING}:
        why = _("%(file)s: this content is %(state)s already (upload %(id)d).")
        values = {"file": source, "state": known.get_state_display(), "id": known.pk}
        raise ActionRefused(why % values)
    _change(source, size=size, mtime_ns=mtime_ns, state=State.SETTLING, quick_hash="")
    job = intake.take_in(source, project=source.folder_project, who=who)
    if known is not None and job.state != jobs.State.PENDING:
        jobs.retry(job, who)
    return job


def _refuse_unsendable(source: SourceFile) -> None:
    try:
        bytes(source.raw_path).decode()
    except UnicodeDecodeError:
        why = _("%(file)s: its name is not valid text (UTF-8). Rename the file.")
        raise ActionRefused(why % {"file": source}) from None


def ignore(source: SourceFile, who: str) -> None:
    """From now on nothing of this path is sent by itself. Uploads there are go on."""
    if source.state == State.IGNORED:
        raise ActionRefused(_("%(file)s is ignored already.") % {"file": source})
    _change(source, state=State.IGNORED, reason=_("Ignored by %(who)s.") % {"who": who})


def forget(source: SourceFile, who: str) -> None:
    """As if it had never been seen: the watcher's next look finds it. What has arrived is not sent
    again. A row that no watcher looks at goes, unless it has uploads."""
    is_watched = source.folder is not None and source.folder.active
    if not is_watched and not source.jobs.exists():
        as_seen = SourceFile.objects.filter(pk=source.pk, state=source.state, jobs=None)
        if not as_seen.delete()[0]:
            raise _changed(source)
        return
    reason = _("To be looked at again, for %(who)s.") % {"who": who}
    _change(source, state=State.SETTLING, reason=reason, quick_hash="")


def accept_absence(folder: WatchedFolder) -> None:
    """The files that are missing are gone, a person says. Raises ActionRefused."""
    if not WatchedFolder.objects.filter(pk=folder.pk, missing__gt=0).update(absence_accepted=True):
        raise ActionRefused(_("Nothing is missing in %(folder)s any more.") % {"folder": folder})
    revisions.note(folder, Revision.Act.WRITTEN_OFF)


def send_what_was_there(folder: WatchedFolder, who: str) -> int:
    """The files that were there before the folder was watched are taken up as if they were new: the
    watcher's next look examines them, and hands over the finished ones. Raises ActionRefused."""
    there = SourceFile.objects.filter(folder=folder, state=State.BASELINE)
    reason = _("Was there before; to be sent, for %(who)s.") % {"who": who}
    with transaction.atomic():
        count = there.update(state=State.SETTLING, reason=reason, changed_at=timezone.now())
        WatchedFolder.objects.filter(pk=folder.pk).update(
            ledger_changes=F("ledger_changes") + 1, there_before=0
        )
        if count:
            revisions.note(folder, Revision.Act.SENT_BEFORE)
    if not count:
        raise ActionRefused(
            _("No file of %(folder)s is left that was there before.") % {"folder": folder}
        )
    return count


def leave_what_was_there(folder: WatchedFolder) -> None:
    """The question is answered; they can be sent from the folder's page all the same. Raises
    ActionRefused."""
    asked = WatchedFolder.objects.filter(pk=folder.pk, there_before__gt=0)
    if not asked.update(there_before=0):
        raise ActionRefused(_("That was answered already, for %(folder)s.") % {"folder": folder})


def accept_mount(folder: WatchedFolder, mount_point: str, kind: str) -> None:
    """The folder is on this mount from now on, a person says who was shown it. The watcher takes it
    up at its next round. Raises ActionRefused when another one is there meanwhile."""
    as_shown = WatchedFolder.objects.filter(
        pk=folder.pk, other_mount_point=mount_point, other_mount_kind=kind
    )
    with revisions.noting(folder, Revision.Act.MOUNT):
        accepted = as_shown.exclude(other_mount_point="").update(
            mount_point=mount_point, mount_kind=kind, other_mount_point="", other_mount_kind=""
        )
        if not accepted:
            why = _("What is mounted at %(folder)s has just changed. Look at it again.")
            raise ActionRefused(why % {"folder": folder})


def save_changes(folder: WatchedFolder, changed: Collection[str]) -> None:
    """These columns alone: the watcher writes the others."""
    columns = set(changed)
    if {"path", "local", "marker"} & columns:
        forgotten = ["mount_point", "mount_kind", "other_mount_point", "other_mount_kind"]
        for column in forgotten:  # the one that is there now will be remembered
            setattr(folder, column, "")
        columns |= set(forgotten)
    if {"path", "active"} & columns:
        folder.watched_since = timezone.now()
        columns.add("watched_since")
    folder.save(update_fields=columns)


def _change(source: SourceFile, **columns: object) -> None:
    with transaction.atomic():
        as_seen = SourceFile.objects.filter(
            pk=source.pk, state=source.state, size=source.size, mtime_ns=source.mtime_ns
        )
        if not as_seen.update(changed_at=timezone.now(), **columns):
            raise _changed(source)
        _tell_watcher(source)
        if source.state == State.BASELINE and source.folder:
            asked = WatchedFolder.objects.filter(pk=source.folder.pk, there_before__gt=0)
            asked.update(there_before=F("there_before") - 1)
    source.refresh_from_db()


def _tell_watcher(source: SourceFile) -> None:
    if source.folder:
        rows = WatchedFolder.objects.filter(pk=source.folder.pk)
        rows.update(ledger_changes=F("ledger_changes") + 1)


def _changed(source: SourceFile) -> ActionRefused:
    why = _("%(file)s has just changed in the ledger. Look at it again.")
    return ActionRefused(why % {"file": source})
