"""A naming rule as it was before a change, in the form of its page: it is looked at, tried and
back-tested there, and saved as any other change is."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.http import HttpRequest

from pipeline.admin.revision_words import RULES
from pipeline.models import NamingRule, Project, Revision

OF_PROJECTS = ("project", "new_projects_like")  # kept by their codes


@dataclass(frozen=True)
class Restored:
    """`gone`: codes of projects that it named, and that are not there any more."""

    revision: Revision
    values: Mapping[str, object]
    gone: list[str]


def restored(request: HttpRequest, object_id: str | None) -> Restored | None:
    """What `?restore=` asks for: of this rule, or of one that was deleted."""
    key = request.GET.get("restore", "")
    found = Revision.objects.filter(pk=key, kind=RULES).first() if key.isdecimal() else None
    if found is None or not found.before or not _is_of(found, object_id):
        return None
    values: dict[str, object] = dict(found.before)
    projects = {name: _project(values.get(name)) for name in OF_PROJECTS}
    gone = [str(values[name]) for name in OF_PROJECTS if values.get(name) and not projects[name]]
    by_key = {name: project and project.pk for name, project in projects.items()}
    return Restored(found, {**values, **by_key}, gone)


def _is_of(revision: Revision, object_id: str | None) -> bool:
    if object_id is not None:
        return revision.object_id == object_id
    return not NamingRule.objects.filter(pk=revision.object_id).exists()


def _project(code: object) -> Project | None:
    return Project.objects.filter(code=code).first() if code else None
