"""Which tables, which of their columns, and by what a row is known again."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.db import models
from pydantic import JsonValue

from pipeline.channels import Channel
from pipeline.models import MountPath, NamingRule, Project, Studio, UploadWindow, WatchedFolder
from pipeline.studio import THE_ONE

# A login is connected anew wherever the file is read. So is a channel given its address, which is a
# secret; until then it is off.
OF_THIS_PLACE = {"Project.frameio_account", "Channel.address", "Channel.active"}


@dataclass(frozen=True)
class Table:
    """`key`: the columns that tell one row from another. `kind`: what people call a row. `only`:
    which rows are meant, where not all are."""

    section: str
    kind: str
    model: type[models.Model]
    key: tuple[str, ...]
    only: Mapping[str, object] = field(default_factory=dict)

    def columns(self) -> dict[str, models.Field[object, object]]:
        there = (*self.model._meta.concrete_fields, *self.model._meta.many_to_many)
        return {column.name: column for column in there if _is_carried(column)}


def _is_carried(column: models.Field[object, object]) -> bool:
    known_as = f"{column.model.__name__}.{column.name}"
    return column.editable and not column.primary_key and known_as not in OF_THIS_PLACE


MOUNT_PATHS = Table("mount_paths", "mount path", MountPath, ("share", "host"))
PROJECTS = Table("projects", "project", Project, ("code",))
RULES = Table("rules", "rule", NamingRule, ("name", "project"))
FOLDERS = Table("folders", "folder", WatchedFolder, ("path",))
UPLOAD_HOURS = Table(
    "upload_hours", "upload hours", UploadWindow, ("from_time", "to_time", "days", "project")
)
# That of DISCORD_WEBHOOK_URL is the settings', those of single uploads are nobody's.
CHANNELS = Table("channels", "channel", Channel, ("name",), {"origin": Channel.Origin.PERSON})
LIMITS = Table("limits", "limits", Studio, (), {"pk": THE_ONE})  # one row, so no list in the file
# In this order: the later name the earlier.
TABLES = (MOUNT_PATHS, PROJECTS, RULES, FOLDERS, UPLOAD_HOURS, CHANNELS)


def written(column: models.Field[object, object], row: models.Model) -> JsonValue:
    """The column as it stands in the file; other projects by their codes."""
    if isinstance(column, models.ManyToManyField):
        return [] if row._state.adding else codes(getattr(row, column.name).all())
    value = getattr(row, column.name)
    if isinstance(value, Project):
        return value.code
    if value is None or isinstance(value, (str, int, float, list, dict)):
        return value
    return str(column.value_to_string(row))


def codes(projects: Iterable[Project]) -> list[JsonValue]:
    return [*sorted(project.code for project in projects)]


def title(table: Table, row: models.Model) -> str:
    """`rule Episodic (UNDLM)`, `upload hours 19:00 – 07:00`, for people."""  # noqa: RUF002
    if isinstance(row, UploadWindow):
        return f"{table.kind} {row}"
    if not table.key:
        return table.kind
    columns = table.columns()
    first, *others = [written(columns[name], row) for name in table.key]
    more = f" ({others[0]})" if others and others[0] else ""
    return f"{table.kind} {first}{more}"
