"""A folder as a place to deliver to: checked copies, laid out by templates of their own."""

import errno
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path, PurePath

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pipeline.integrations import checksums, delivery_copy, delivery_root
from pipeline.integrations.base import (
    BaseIntegration,
    IntegrationError,
    MediaFile,
    NotSetUp,
    NotYet,
    Occupied,
    PlaceAway,
    Receipt,
)
from pipeline.integrations.reading import errors_of_the_file
from pipeline.models import Project
from pipeline.naming import Layout, NamingError, TemplateError
from pipeline.sizes import human_size

NO_ROOM = {errno.ENOSPC, errno.EDQUOT}
REFUSED = {errno.EACCES, errno.EPERM, errno.EROFS}


class FolderDelivery(BaseIntegration):
    """Lays a copy into the project's delivery folder, and its checksum into the list beside it.

    What is there under the name with the same content is the copy; with other content, the job
    waits for a person. Nothing is ever overwritten or deleted but half copies.
    """

    label = gettext_lazy("A folder")

    @classmethod
    def problems(cls, project: Project) -> Mapping[str, str]:
        return delivery_root.problems(project)

    @classmethod
    def prepare(cls, project: Project) -> str:
        return delivery_root.prepare(project.delivery_root)

    def initialize(self) -> None: ...

    def cleanup(self) -> None: ...

    def process_file(self, file: MediaFile) -> Receipt:
        project = Project.objects.get(code=file.project)
        if project.delivery_approved_only and not file.approved:
            raise NotYet(_("It is copied when it is approved on Frame.io."))
        root = delivery_root.usable_root(project)
        folders, name = _layout(project, file)
        with errors_of_the_file(), _errors_of_the_disk(root, file):
            target = delivery_root.folder_in(root, folders) / name
            sha256 = _delivered(file, target)
            checksums.write_down(target, sha256)
        note = _("copied to %(path)s") % {"path": target}
        return Receipt(f"sha256:{sha256}", "", (note,))

    def discard(self, file: MediaFile) -> None:
        root = delivery_root.usable_root(Project.objects.get(code=file.project))
        with _errors_of_the_disk(root, file):
            delivery_copy.discard(file)


def _layout(project: Project, file: MediaFile) -> tuple[tuple[str, ...], str]:
    """Where nothing is said: in the folders as on Frame.io, under its own name."""
    extension = PurePath(file.name).suffix.lstrip(".")
    fields = {"project": file.project, "ext": extension, **file.fields}
    try:
        layout = Layout(project.delivery_folder_template, project.delivery_name_template)
        folders = layout.folders(fields) if project.delivery_folder_template else file.folders
        name = layout.name(fields) or file.name
    except (NamingError, TemplateError) as error:
        text = _("%(name)s has no place in the delivery folder. %(why)s")
        raise NotSetUp(text % {"name": file.name, "why": error}) from error
    if not name.isprintable() or name == checksums.MANIFEST:
        text = _("%(name)r cannot be the name of a delivered file. Rename it.")
        raise IntegrationError(text % {"name": name}, permanent=True)
    return folders, name


def _delivered(file: MediaFile, target: Path) -> str:
    """The sha256 of what is there now."""
    if target.is_file():
        return _compared(file, target)
    left = shutil.disk_usage(target.parent).free
    if left < file.size:
        raise PlaceAway(_no_room(target.parent, file, left))
    return delivery_copy.copy(file, target)


def _compared(file: MediaFile, target: Path) -> str:
    """An attempt that was cut off just after the copy got its name comes here, too."""
    if target.stat().st_size == file.size:
        sha256 = delivery_copy.sha256_of(target, file.report)
        if delivery_copy.sha256_of_source(file) == sha256:
            delivery_copy.discard(file)
            return sha256
    raise Occupied(delivery_copy.occupied(target))


@contextmanager
def _errors_of_the_disk(root: Path, file: MediaFile) -> Iterator[None]:
    """A copy for which there is no room is not left half."""
    try:
        yield
    except OSError as error:
        if error.errno in NO_ROOM:
            delivery_copy.discard(file)
            left = shutil.disk_usage(root).free
            raise IntegrationError(_no_room(root, file, left)) from error
        if error.errno in REFUSED:
            text = _("PostFlow may not write to %(path)s (%(why)s). Give it the right to.")
        else:
            text = _("The delivery folder does not take the file: %(path)s (%(why)s).")
        path = error.filename or root
        raise PlaceAway(text % {"path": path, "why": error.strerror}) from error


def _no_room(folder: Path, file: MediaFile, left: int) -> str:
    text = _(
        "There is no room in %(folder)s: %(name)s has %(size)s, and %(left)s are free. Make room,"
        " and it is copied."
    )
    return text % {
        "folder": folder,
        "name": file.name,
        "size": human_size(file.size),
        "left": human_size(left),
    }
