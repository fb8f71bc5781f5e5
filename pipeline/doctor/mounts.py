"""The watched folders, as this machine sees them: its workers have to read what they send."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TypeAlias

from django.utils.translation import gettext_lazy as _

from lucidlink.mount import Carrier, MountState, Place, check
from pipeline import lookouts
from pipeline.doctor.finding import Finding, fault, well
from pipeline.models import WatchedFolder
from postflow_site.said import said

Check: TypeAlias = Callable[[Path, Place], MountState]

soon: Check = partial(check, seconds=5)


def are_reached(look: Check = soon) -> Iterator[Finding]:
    known = not lookouts.nobody_watches()
    for folder in WatchedFolder.objects.filter(active=True):
        name = f"mount:{folder.path}"
        if known and folder.is_away:  # a dead mount keeps each thread that looks at it
            advice = _("Bring the mount back; nothing of it is taken for deleted until then.")
            found = fault(name, folder.path, folder.state_reason or _("It is away."), advice)
            yield replace(found, since=folder.state_since)
            continue
        yield _looked_at(name, folder, look)


def _looked_at(name: str, folder: WatchedFolder, look: Check) -> Finding:
    point, kind = folder.mount_point, folder.mount_kind
    carrier = Carrier(point, kind) if point else None
    state = look(folder.root, Place(folder.local, carrier, folder.marker))
    if state.online:
        on = state.carrier or _("this machine")
        text = said(_("It can be read; it is on %(mount)s."), mount=on)
        return well(name, folder.path, text)
    advice = _("Check LucidLink on this machine, and that PostFlow's user may read the folder.")
    return fault(name, folder.path, state.reason, advice)
