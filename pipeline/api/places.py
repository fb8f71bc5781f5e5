"""Paths in requests: only what lies in a watched folder or an allowed root, symlinks followed."""

from pathlib import Path

from django.utils.translation import gettext as _

from pipeline import browsing, glance, places, studio
from pipeline.api.errors import Refusal


def allowed(text: str) -> Path:
    """Where this machine has the file, its folders' symlinks resolved; `text` may be as any machine
    sees it. Raises Refusal, which never tells whether there is something outside."""
    path = studio.here(Path(text))
    if "\0" in text or not path.is_absolute():
        raise Refusal(
            422,
            "path_not_whole",
            _("This is no whole path."),
            _("Give the path from the root, as this server sees it."),
        )
    real = places.real(path)
    if not any(places.below(root, real) for root in browsing.real_roots()):
        raise Refusal(
            403,
            "path_outside",
            _("This path lies in no watched folder and in none of ALLOWED_ROOTS."),
            _("Name a file in one of them, or have its folder added to ALLOWED_ROOTS."),
        )
    return places.real(path.parent) / path.name  # a link to a file is sent under its own name


def readable(path: Path) -> Path:
    """The path again, if the mount answers: what follows may not hang in a dead one."""
    seen = glance.glance(path)
    if seen.status is None:
        raise Refusal(
            422,
            "file_not_readable",
            _("The file cannot be read: %(why)s.") % {"why": seen.why_not},
            _("Check the path, and that the mount is connected."),
        )
    return path
