"""Who watches the folders, and whether they still answer; as the database's own clock has it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from pipeline.models import WatchedFolder, Watcher
from postflow_site.said import said

SILENT_AFTER = timedelta(seconds=30)


@dataclass(frozen=True)
class Lookout:
    watcher: Watcher
    folders: int
    silent: bool


def lookouts() -> list[Lookout]:
    """Those that live, and those that have died with folders in their charge."""
    silent = set(
        Watcher.objects.filter(seen_at__lt=Now() - SILENT_AFTER).values_list("pk", flat=True)
    )
    duties = list(WatchedFolder.objects.filter(active=True).values_list("watcher", flat=True))
    found = [
        Lookout(watcher, duties.count(watcher.pk), watcher.pk in silent)
        for watcher in Watcher.objects.all()
    ]
    return [lookout for lookout in found if lookout.folders or not lookout.silent]


def nobody_watches(known: Sequence[Lookout] | None = None) -> str:
    """In words, when folders are to be watched and no watcher answers; empty otherwise. `known`:
    the lookouts, where they have been asked for already. The words are the reader's."""
    found = lookouts() if known is None else known
    if not WatchedFolder.objects.filter(active=True).exists():
        return ""
    if not found:
        return said(_("No watcher is running. Start it: manage.py runwatcher."))
    if all(lookout.silent for lookout in found):
        text = _("The watcher on %(node)s does not answer. Start it: manage.py runwatcher.")
        return said(text, node=found[0].watcher)
    return ""
