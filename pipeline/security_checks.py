"""System checks of who may read what PostFlow keeps on the disk."""

import os
import stat
from collections.abc import Sequence
from pathlib import Path
from typing import TypeAlias

from django.apps import AppConfig
from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage
from django.utils.translation import gettext_lazy as _

from postflow_site.said import said

Kind: TypeAlias = type[checks.Error] | type[checks.Warning]

OTHERS = stat.S_IRWXO  # a group is somebody's choice


@checks.register
def secrets_are_private(
    app_configs: Sequence[AppConfig] | None,  # noqa: ARG001  Django passes it by name
    **_options: object,
) -> list[CheckMessage]:
    """Who reads the keys may log in as anybody, and use the Frame.io logins."""
    var = Path(settings.POSTFLOW_VAR)
    found = [
        _complaint(var / "secrets.env", "0600", checks.Error, "postflow.E006"),
        _complaint(var, "0700", checks.Warning, "postflow.W007"),
        _complaint(Path(settings.BASE_DIR) / ".env", "0600", checks.Warning, "postflow.W007"),
    ]
    return [complaint for complaint in found if complaint]


def _complaint(path: Path, mode: str, kind: Kind, ident: str) -> CheckMessage | None:
    if os.name == "nt" or not path.exists():  # Windows has no such bits
        return None
    now = stat.S_IMODE(path.stat().st_mode)
    if not now & OTHERS:
        return None
    return kind(
        said(
            _("%(path)s can be read or changed by other users of this machine (mode %(mode)s)."),
            path=path,
            mode=f"{now:04o}",
        ),
        hint=f"chmod {mode} {path}",
        id=ident,
    )
