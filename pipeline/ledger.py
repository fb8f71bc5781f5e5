"""The watcher's rows: what is in the ledger, and every change the watcher makes to it.

Each change is conditional upon what was there before: another watcher, a person's upload or the
uploader may have been quicker, and then theirs stands.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import NamedTuple, Protocol, TypeVar

from django.db import InterfaceError, OperationalError, models, transaction
from django.db.models import Q
from django.utils import timezone

from pipeline import jobs
from pipeline.models import SourceFile, WatchedFolder
from pipeline.path_digests import digest

State = SourceFile.State
DATABASE_AWAY = (OperationalError, InterfaceError)
Item = TypeVar("Item")

BATCH = 500
LONG = timedelta(hours=4)  # longer than most renders take to be written
LONGEST_KEY = 4096  # of SourceFile.key
MISSED = (State.TAKEN, State.SETTLING, State.IGNORED)  # when gone; what was there before is not
LONGEST_REASON = 500  # of SourceFile.reason and WatchedFolder.state_reason


class Content(Protocol):
    """A file as it is on the disk now."""

    @property
    def raw(self) -> bytes: ...
    @property
    def key(self) -> str: ...
    @property
    def size(self) -> int: ...
    @property
    def mtime_ns(self) -> int: ...


class Known(NamedTuple):
    """What the ledger says of a key."""

    size: int
    mtime_ns: int
    state: str

    def is_of(self, file: Content) -> bool:
        return self.size == file.size and self.mtime_ns == file.mtime_ns


def known(folder: WatchedFolder, keys: Iterable[str]) -> dict[str, Known]:
    """Of those that are in it."""
    return {
        key: Known(size, mtime_ns, state)
        for batch in batches(keys)
        for key, size, mtime_ns, state in _rows(folder, batch).values_list(
            "key", "size", "mtime_ns", "state"
        )
    }


def has_files(folder: WatchedFolder) -> bool:
    """Whether any is thought to be on the mount."""
    return _of(folder).exclude(state=State.VANISHED).exists()


def waiting(folder: WatchedFolder) -> dict[str, str]:
    """The keys of the files that are not finished, and why."""
    return dict(_of(folder).filter(state=State.SETTLING).values_list("key", "reason"))


def watched(folder: WatchedFolder) -> models.QuerySet[SourceFile]:
    """The files that are missed when they are gone."""
    return _of(folder).filter(state__in=MISSED)


def watched_in(folder: WatchedFolder, directories: Iterable[str]) -> Iterator[str]:
    """The keys of such files; a directory is given by the digest of its key."""
    for batch in batches(directories):
        keys = watched(folder).filter(directory__in=batch).values_list("key", flat=True)
        yield from keys.iterator(chunk_size=BATCH)


def directories(folder: WatchedFolder) -> Iterator[str]:
    """Of such files, by the digests of their keys."""
    found = watched(folder).values_list("directory", flat=True).distinct()
    return found.iterator(chunk_size=BATCH)


def _of(folder: WatchedFolder) -> models.QuerySet[SourceFile]:
    return SourceFile.objects.filter(folder=folder).order_by()


def _rows(folder: WatchedFolder, keys: Iterable[str]) -> models.QuerySet[SourceFile]:
    return _of(folder).filter(digest__in=[digest(key) for key in keys])


def add(folder: WatchedFolder, files: Iterable[Content], state: State, reason: str) -> None:
    """Rows for files never seen before; those that somebody else has added meanwhile stay."""
    for batch in batches(files):
        rows = [
            SourceFile(
                folder=folder,
                key=file.key,
                raw_path=file.raw,
                size=file.size,
                mtime_ns=file.mtime_ns,
                state=state,
                reason=reason[:LONGEST_REASON],
            )
            for file in batch
        ]
        SourceFile.objects.bulk_create(rows, ignore_conflicts=True)


def take_baseline(folder: WatchedFolder, files: Iterable[Content]) -> int | None:
    """The files of the first look, which are not sent; how many. None when another watcher has
    done it: what is new since then is not old.

    A batch at a time, so that nobody waits long for the database; one that is cut short is taken
    up again by the next first look.
    """
    count = 0
    first = WatchedFolder.objects.filter(pk=folder.pk, first_pass_done=False)
    for batch in batches(files):
        with transaction.atomic():
            if not first.update(first_pass_done=False):  # and nobody ends it before we are done
                return None
            add(folder, batch, State.BASELINE, "")
        count += len(batch)
    there = _of(folder).filter(state=State.BASELINE).count()
    return count if first.update(first_pass_done=True, there_before=there) else None


def change(
    folder: WatchedFolder, file: Content, before: Known, state: State, reason: str = ""
) -> bool:
    """The row's content and state, unless it is no longer as it was `before`."""
    rows = _rows(folder, [file.key]).filter(**before._asdict())
    changed = rows.update(
        raw_path=file.raw,
        size=file.size,
        mtime_ns=file.mtime_ns,
        state=state,
        reason=reason[:LONGEST_REASON],
        changed_at=timezone.now(),
    )
    return changed == 1


def explain(folder: WatchedFolder, keys: Iterable[str], reason: str) -> None:
    """Why these are not finished yet."""
    for batch in batches(keys):
        rows = _rows(folder, batch).filter(state=State.SETTLING)
        rows.update(reason=reason[:LONGEST_REASON])


def explain_all(folder: WatchedFolder, reason: str) -> None:
    """Why none of its files can be finished now."""
    _of(folder).filter(state=State.SETTLING).update(reason=reason[:LONGEST_REASON])


def remark(folder: WatchedFolder, keys: Iterable[str], reason: str) -> None:
    """Of files that were handed over."""
    for batch in batches(keys):
        rows = _rows(folder, batch).filter(state=State.TAKEN)
        rows.update(reason=reason[:LONGEST_REASON])


def vanish(folder: WatchedFolder, keys: Iterable[str]) -> None:
    for batch in batches(keys):
        rows = _rows(folder, batch)
        gone = {"state": State.VANISHED, "reason": "", "changed_at": timezone.now()}
        rows.filter(state__in=MISSED).update(**gone)
        jobs.give_up_held(rows.filter(state=State.VANISHED))


def note_missing(folder: WatchedFolder, missing: int) -> None:
    """How many files are not taken to be gone. With none, a person's word has had its effect."""
    if folder.missing != missing or (folder.absence_accepted and not missing):
        accepted = folder.absence_accepted and missing > 0
        WatchedFolder.objects.filter(pk=folder.pk).update(
            missing=missing, absence_accepted=accepted
        )


def twins(row: SourceFile, quick_hash: str) -> models.QuerySet[SourceFile]:
    """Others in its folder with the same content, which were handed over."""
    same = SourceFile.objects.filter(
        folder=row.folder, quick_hash=quick_hash, size=row.size, mtime_ns=row.mtime_ns
    )
    there = same.filter(state__in=[State.TAKEN, State.VANISHED])
    return there.exclude(Q(pk=row.pk) | Q(quick_hash="")).order_by("-id")


def sampled(folder: WatchedFolder, hashes: Iterable[str]) -> set[tuple[str, int, int]]:
    """Contents with these quick hashes that were handed over: quick hash, size and date."""
    there = _of(folder).filter(state__in=[State.TAKEN, State.VANISHED])
    return {
        content
        for batch in batches(hashes)
        for content in there.exclude(quick_hash="")
        .filter(quick_hash__in=batch)
        .values_list("quick_hash", "size", "mtime_ns")
    }


def settling(folder: WatchedFolder, keys: Iterable[str]) -> Iterator[SourceFile]:
    """The rows of those that wait."""
    for batch in batches(keys):
        yield from _rows(folder, batch).filter(state=State.SETTLING)


def settled(folder: WatchedFolder, file: Content) -> SourceFile | None:
    """The row of a finished file, holding what the file holds; None when it is not ours to send:
    somebody has handed this content over already, has it ignored, or changed the row just now."""
    columns = {"raw_path": file.raw, "size": file.size, "mtime_ns": file.mtime_ns}
    row, _made = SourceFile.objects.get_or_create(
        folder=folder,
        digest=digest(file.key),
        defaults={**columns, "key": file.key, "state": State.SETTLING},
    )
    before = Known(row.size, row.mtime_ns, row.state)
    if row.state == State.IGNORED or (before.is_of(file) and row.state != State.SETTLING):
        return None
    if not change(folder, file, before, State.SETTLING):
        return None
    row.refresh_from_db()
    return row


def waiting_long(now: datetime) -> Q:
    """Files not finished for so long that a person should look at them."""
    return Q(state=State.SETTLING, changed_at__lt=now - LONG)


def note_state(folder: WatchedFolder, *, online: bool, reason: str) -> bool:
    """Whether it is there and why not; `since` is set when that changes. Tells whether it did."""
    reason = reason[:LONGEST_REASON]
    rows = WatchedFolder.objects.filter(pk=folder.pk, online=folder.online)
    if folder.online != online:
        now = timezone.now()
        return rows.update(online=online, state_reason=reason, state_since=now) == 1
    if folder.state_reason != reason:
        rows.update(state_reason=reason)
    return False


def note_carrier(folder: WatchedFolder, mount_point: str, kind: str) -> bool:
    """The mount the folder is on, unless it is written down already. Tells whether it was."""
    rows = WatchedFolder.objects.filter(pk=folder.pk, path=folder.path, mount_point="")
    return rows.update(mount_point=mount_point, mount_kind=kind) == 1


def note_other_mount(folder: WatchedFolder, mount_point: str, kind: str) -> None:
    """The mount that is there instead of the one it was on; empty when there is none such."""
    if (folder.other_mount_point, folder.other_mount_kind) != (mount_point, kind):
        WatchedFolder.objects.filter(
            pk=folder.pk, mount_point=folder.mount_point, mount_kind=folder.mount_kind
        ).update(other_mount_point=mount_point, other_mount_kind=kind)


class ClientStanding(Protocol):
    @property
    def linked(self) -> bool | None: ...
    @property
    def unsent(self) -> int | None: ...


def note_standing(folder: WatchedFolder, client: ClientStanding) -> None:
    if (folder.client_linked, folder.client_unsent) != (client.linked, client.unsent):
        WatchedFolder.objects.filter(pk=folder.pk).update(
            client_linked=client.linked, client_unsent=client.unsent
        )


def note_pass(folder: WatchedFolder, seconds: float, files: int) -> None:
    WatchedFolder.objects.filter(pk=folder.pk).update(
        last_pass_at=timezone.now(), last_pass_seconds=seconds, files_seen=files
    )


def note_first_pass(folder: WatchedFolder) -> None:
    WatchedFolder.objects.filter(pk=folder.pk, first_pass_done=False).update(first_pass_done=True)


def batches(items: Iterable[Item]) -> Iterator[Sequence[Item]]:
    rest = iter(items)
    while batch := list(islice(rest, BATCH)):
        yield batch
