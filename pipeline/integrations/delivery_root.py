"""The folder under which a project's copies are laid: allowed, there, and the one it was."""

import contextlib
import os
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from pipeline import places
from pipeline.integrations.base import NotSetUp, PlaceAway
from pipeline.models import Project, WatchedFolder
from pipeline.naming import Layout, TemplateError
from pipeline.naming.layout import FOLDERS, NAME
from pipeline.studio import here

# An empty mount point looks like an empty folder. This is in the folder, and so not in its place
# when the mount is away.
MARKER = ".postflow-delivery"
TEMPLATES = {FOLDERS: "delivery_folder_template", NAME: "delivery_name_template"}


def problems(project: Project) -> dict[str, str]:
    """What of the project's settings cannot be: a sentence for each field."""
    found: dict[str, str] = {}
    if fault := fault_of_root(project.delivery_root):
        found["delivery_root"] = fault
    try:
        Layout(project.delivery_folder_template, project.delivery_name_template)
    except TemplateError as error:
        found[TEMPLATES[error.where]] = str(error)
    if project.delivery_approved_only and not _hears_of_approval(project):
        found["delivery_approved_only"] = _(
            "PostFlow hears of an approval only where it delivers to Frame.io too, and reads"
            " comments for some days. Set both, or copy all files."
        )
    return found


def _hears_of_approval(project: Project) -> bool:
    return "frameio" in project.integrations and project.comments_for_days > 0


def fault_of_root(text: str) -> str:
    """Why nothing may be delivered there, in words; nothing when it may."""
    if not text:
        return _("Say in which folder the copies are laid.")
    if not os.path.isabs(text):  # noqa: PTH117  as text: a path of another system is none here
        return _("Give the whole path, from the root.")
    root = places.real(here(Path(text)))
    allowed = roots()
    if not any(root.is_relative_to(places.real(each)) for each in allowed):
        if not allowed:
            return _(
                "No folder may be delivered to yet: whoever runs PostFlow lists those that may in"
                " the setting DELIVERY_ROOTS."
            )
        return _("Deliveries may only go below %(roots)s (the setting DELIVERY_ROOTS).") % {
            "roots": ", ".join(map(str, allowed))
        }
    return _watched(root)


def roots() -> list[Path]:
    """Below which copies may be laid, as they are written in the settings."""
    return [Path(each) for each in settings.DELIVERY_ROOTS]


def _watched(root: Path) -> str:
    """Copies in a watched folder would be sent up in their turn, without end."""
    for folder in WatchedFolder.objects.filter(active=True):
        watched = places.real(folder.root)
        if root.is_relative_to(watched) or watched.is_relative_to(root):
            text = _("%(folder)s is watched, and the copies would be sent again. Choose another.")
            return text % {"folder": folder.path}
    return ""


def prepare(text: str) -> str:
    """Mark the folder as the one that is meant. Gives why that cannot be done, in words."""
    if not text or fault_of_root(text):
        return ""  # said elsewhere
    root = here(Path(text))
    answer = places.within(places.PATIENCE, lambda: _mark(root))
    return _("The folder does not answer. Is its mount connected?") if answer is None else answer


def _mark(root: Path) -> str:
    try:
        with (
            contextlib.suppress(FileExistsError),
            (root / MARKER).open("x", encoding="utf-8") as file,
        ):
            said = _(
                "PostFlow delivers into this folder. Without this file it takes the mount to be"
                " away."
            )
            file.write(f"{said}\n")
    except OSError as error:
        text = _("%(folder)s cannot be written to: %(why)s.")
        return text % {"folder": root, "why": error.strerror}
    return ""


def usable_root(project: Project) -> Path:
    """Raises NotSetUp or PlaceAway."""
    if fault := fault_of_root(project.delivery_root):
        text = _("Project %(code)s cannot be delivered to a folder: %(why)s")
        raise NotSetUp(text % {"code": project.code, "why": fault})
    root = here(Path(project.delivery_root))
    if not places.within(places.PATIENCE, lambda: (root / MARKER).is_file()):
        raise PlaceAway(
            _(
                "The delivery folder %(folder)s is away: its file %(marker)s is not to be seen. Is"
                " the mount connected? If the folder is new, save the project's page once more."
            )
            % {"folder": root, "marker": MARKER}
        )
    return root


def folder_in(root: Path, folders: tuple[str, ...]) -> Path:
    """The folder below the root, made if it is missing. Raises NotSetUp when a link leads out."""
    folder = root.joinpath(*folders)
    if _lies_in(root, folder):
        folder.mkdir(parents=True, exist_ok=True)
    if not _lies_in(root, folder):
        text = _("%(folder)s leads out of the delivery folder. Take away the link in it.")
        raise NotSetUp(text % {"folder": folder})
    return folder


def _lies_in(root: Path, folder: Path) -> bool:
    """Wherever links in it lead."""
    return folder.resolve().is_relative_to(root.resolve())
