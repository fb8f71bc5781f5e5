"""The doors to the outside services, by the name under which a project ticks them."""

from collections.abc import Iterable

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from pipeline.integrations.base import BaseIntegration
from pipeline.models import Project


def integration(name: str) -> BaseIntegration:
    """A fresh one, imported on first use."""
    return _kind(name)()


def integration_choices() -> list[tuple[str, str]]:
    """For forms: a callable, so that a new integration needs no migration."""
    return [(name, str(_kind(name).label)) for name in settings.INTEGRATIONS]


def problems_of(project: Project, names: Iterable[str]) -> dict[str, str]:
    """What the integrations of these names say of the project's settings, by field."""
    found: dict[str, str] = {}
    for name in names:
        found |= _kind(name).problems(project)
    return found


def prepare_places(project: Project) -> list[str]:
    """What still stands in the way of delivering the project's files, in sentences."""
    said = (_kind(name).prepare(project) for name in project.integrations)
    return [sentence for sentence in said if sentence]


def _kind(name: str) -> type[BaseIntegration]:
    try:
        kind = import_string(settings.INTEGRATIONS[name])
    except (KeyError, ImportError) as error:
        raise ImproperlyConfigured(
            _(
                "No integration named %(name)r can be loaded; INTEGRATIONS in the settings lists"
                " %(names)s."
            )
            % {"name": name, "names": ", ".join(settings.INTEGRATIONS)}
        ) from error
    if not (isinstance(kind, type) and issubclass(kind, BaseIntegration)):
        raise ImproperlyConfigured(
            _("%(path)s is no BaseIntegration.") % {"path": settings.INTEGRATIONS[name]}
        )
    return kind
