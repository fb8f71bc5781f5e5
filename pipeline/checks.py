"""System checks: what `manage.py check` and every start say about this installation."""

from collections.abc import Sequence
from pathlib import Path

from django.apps import AppConfig
from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _
from pydantic import ValidationError

from pipeline.integrations import integration
from postflow_site.configuration import Frameio, faults
from postflow_site.said import said

VARIABLES = {
    "upload_timeout": "FRAMEIO_PATIENCE",
    "max_retries": "UPLOAD_RETRIES",
    "default_project_id": "FRAMEIO_DEFAULT_PROJECT_ID",
    "default_workspace_id": "FRAMEIO_DEFAULT_WORKSPACE_ID",
}

SHORTEST_LEASE = 10  # seconds


@checks.register
def integrations_can_be_loaded(
    app_configs: Sequence[AppConfig] | None,  # noqa: ARG001  Django passes it by name
    **_options: object,
) -> list[CheckMessage]:
    return [problem for name in settings.INTEGRATIONS if (problem := _problem(name))]


def _problem(name: str) -> CheckMessage | None:
    try:
        integration(name)
    except ImproperlyConfigured as error:
        hint = said(_("Mend its line in INTEGRATIONS."))
        return checks.Error(str(error), hint=hint, id="postflow.E001")
    return None


@checks.register
def redirect_is_https(
    app_configs: Sequence[AppConfig] | None,  # noqa: ARG001  Django passes it by name
    **_options: object,
) -> list[CheckMessage]:
    """https://developer.adobe.com, "Implementation": the default redirect must be HTTPS."""
    uri = settings.FRAMEIO_REDIRECT_URI
    if not uri or uri.startswith("https://"):
        return []
    return [
        checks.Warning(
            said(
                _("FRAMEIO_REDIRECT_URI is %(uri)s, and Adobe takes HTTPS addresses only."), uri=uri
            ),
            hint=said(
                _(
                    "Use https://localhost:8000/frameio/callback and paste the address by hand, or"
                    " a proxy with a certificate."
                )
            ),
            id="postflow.W002",
        )
    ]


@checks.register
def configuration_is_private(
    app_configs: Sequence[AppConfig] | None,  # noqa: ARG001  Django passes it by name
    **_options: object,
) -> list[CheckMessage]:
    """Whoever reads a webhook's address may post in the team's channel."""
    path = Path(settings.POSTFLOW_CONFIG)
    if not path.is_file() or "webhook_url" not in path.read_text("utf-8"):
        return []
    if not path.stat().st_mode & 0o077:
        return []
    return [
        checks.Warning(
            said(
                _("%(path)s holds a webhook's address, and others on this machine may read it."),
                path=path,
            ),
            hint=f"chmod 600 {path}",
            id="postflow.W003",
        )
    ]


@checks.register
def numbers_make_sense(
    app_configs: Sequence[AppConfig] | None,  # noqa: ARG001  Django passes it by name
    **_options: object,
) -> list[CheckMessage]:
    """Those that the configuration file bounds are bounded in the environment, too."""
    given = {
        "upload_timeout": settings.FRAMEIO_PATIENCE,
        "max_retries": settings.UPLOAD_RETRIES,
        "default_project_id": settings.FRAMEIO_DEFAULT_PROJECT_ID,
        "default_workspace_id": settings.FRAMEIO_DEFAULT_WORKSPACE_ID,
    }
    try:
        Frameio.model_validate(given)
    except ValidationError as error:
        return [
            checks.Error(f"{VARIABLES[key]}: {reason}.", id="postflow.E004")
            for key, reason in faults(error)
        ]
    return []


@checks.register
def lease_outlasts_its_heartbeat(
    app_configs: Sequence[AppConfig] | None,  # noqa: ARG001  Django passes it by name
    **_options: object,
) -> list[CheckMessage]:
    """A beat every two seconds (pipeline.heartbeat), and a database that may be slow to answer."""
    if settings.JOB_LEASE_SECONDS >= SHORTEST_LEASE:
        return []
    return [
        checks.Error(
            said(
                _(
                    "JOB_LEASE_SECONDS is %(seconds)d: uploads would be taken from workers that are"
                    " alive."
                ),
                seconds=settings.JOB_LEASE_SECONDS,
            ),
            hint=said(
                _("Set it to %(seconds)d or more; 60 is the default."), seconds=SHORTEST_LEASE
            ),
            id="postflow.E005",
        )
    ]
