"""A project's shot list out of a CSV file: scene, shot, task, due."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from pipeline.channels import Shot
from pipeline.models import Project

COLUMNS = ("scene", "shot", "task", "due")
DELIMITERS = ",;\t"
DAYS = ("%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y")
LONGEST = 100
MOST_LINES = 50_000


class NotAShotList(Exception):
    """What is wrong, and in which line."""


@dataclass(frozen=True)
class Line:
    scene: str
    shot: str
    task: str
    due: date | None


def read(content: bytes) -> list[Line]:
    """The first line names the columns; `shot` has to be one. Raises NotAShotList."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", "replace")  # as Excel on Windows writes it
    first = text.split("\n", 1)[0]
    delimiter = max(DELIMITERS, key=first.count)
    rows = csv.reader(text.splitlines(), delimiter=delimiter)
    try:
        names = [name.strip().casefold() for name in next(rows, [])]
        if "shot" not in names:
            raise NotAShotList(_("The first line has to name the columns: scene, shot, task, due."))
        return list(_lines(names, rows))
    except csv.Error as error:
        raise NotAShotList(_("This is no CSV file (%(why)s).") % {"why": error}) from error


def _lines(names: list[str], rows: Iterator[list[str]]) -> Iterator[Line]:
    for number, row in enumerate(rows, start=2):
        values = {
            name: value.strip() for name, value in zip(names, row, strict=False) if name in COLUMNS
        }
        if not any(values.values()):
            continue
        if number > MOST_LINES:
            raise NotAShotList(_("A shot list has %(most)d lines at most.") % {"most": MOST_LINES})
        yield _line(values, number)


def _line(values: dict[str, str], number: int) -> Line:
    if not values.get("shot"):
        raise NotAShotList(_("Line %(line)d has no shot.") % {"line": number})
    if any(len(value) > LONGEST for value in values.values()):
        raise NotAShotList(_("A name in line %(line)d is too long.") % {"line": number})
    scene, task = values.get("scene", ""), values.get("task", "")
    return Line(scene, values["shot"], task, _day(values.get("due", ""), number))


def _day(text: str, number: int) -> date | None:
    if not text:
        return None
    for form in DAYS:
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007  a day has no zone
        except ValueError:
            continue
    said = _("Line %(line)d: “%(text)s” is no day. Write it as 2026-11-30.")
    raise NotAShotList(said % {"line": number, "text": text})


def take_over(project: Project, lines: list[Line], *, whole: bool) -> None:
    """All or none; `whole`: lines that are not in it are no longer expected."""
    rows = {(line.scene, line.shot, line.task): line for line in lines}
    with transaction.atomic():
        if whole:
            Shot.objects.filter(project=project).delete()
        Shot.objects.bulk_create(
            [Shot(project=project, **vars(line)) for line in rows.values()],
            batch_size=500,
            update_conflicts=True,
            unique_fields=["project", "scene", "shot", "task"],
            update_fields=["due"],
        )
