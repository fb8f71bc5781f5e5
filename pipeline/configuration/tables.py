"""Which tables, which of their columns, and by what a row is known again."""

from dataclasses import dataclass

from django.db import models
from pydantic import JsonValue

from pipeline.models import MountPath, NamingRule, Project, WatchedFolder

# Ids of this installation alone: a login is connected anew wherever the file is read.
OF_THIS_PLACE = {"frameio_account"}


@dataclass(frozen=True)
class Table:
    """`key`: the columns that tell one row from another. `kind`: what people call a row."""

    section: str
    kind: str
    model: type[models.Model]
    key: tuple[str, ...]

    def columns(self) -> dict[str, models.Field[object, object]]:
        return {
            column.name: column
            for column in self.model._meta.concrete_fields
            if column.editable and not column.primary_key and column.name not in OF_THIS_PLACE
        }


MOUNT_PATHS = Table("mount_paths", "mount path", MountPath, ("share", "host"))
PROJECTS = Table("projects", "project", Project, ("code",))
RULES = Table("rules", "rule", NamingRule, ("name", "project"))
FOLDERS = Table("folders", "folder", WatchedFolder, ("path",))
TABLES = (MOUNT_PATHS, PROJECTS, RULES, FOLDERS)  # in this order: the later name the earlier


def written(column: models.Field[object, object], row: models.Model) -> JsonValue:
    """The column as it stands in the file; another project by its code."""
    value = getattr(row, column.name)
    if isinstance(value, Project):
        return value.code
    if value is None or isinstance(value, (str, int, float, list, dict)):
        return value
    return str(column.value_to_string(row))


def title(table: Table, row: models.Model) -> str:
    """`rule Episodic (UNDLM)`, for people."""
    columns = table.columns()
    first, *others = [written(columns[name], row) for name in table.key]
    more = f" ({others[0]})" if others and others[0] else ""
    return f"{table.kind} {first}{more}"
