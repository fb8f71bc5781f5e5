"""This machine: its disk, its configuration and its keys."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

from django.conf import settings
from django.core import checks
from django.core.exceptions import ImproperlyConfigured
from django.db import DEFAULT_DB_ALIAS
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from pipeline.doctor.finding import Finding, fault, warning, well
from pipeline.integrations.frameio_accounts import accounts
from pipeline.sizes import human_size
from postflow_site.encryption import decrypt, encrypt
from postflow_site.said import said

size = lazy(human_size, str)

GIB = 1024**3
LITTLE = 5 * GIB  # bytes
TOO_LITTLE = GIB // 2


def has_room(
    free: Callable[[Path], int] = lambda path: shutil.disk_usage(path).free,
) -> Iterator[Finding]:
    name, title, var = "disk", _("Disk"), Path(settings.POSTFLOW_VAR)
    left = free(var)
    text = said(_("%(free)s free where %(var)s is."), free=size(left), var=var)
    advice = _("Make room there: without it nothing can be noted, and uploads stop.")
    if left < TOO_LITTLE:
        yield fault(name, title, text, advice)
    elif left < LITTLE:
        yield warning(name, title, text, advice)
    else:
        yield well(name, title, text)


def is_configured() -> Iterator[Finding]:
    """What `manage.py check --database default` says."""
    name, title = "configuration", _("Configuration")
    said = checks.run_checks(databases=[DEFAULT_DB_ALIAS])
    for number, message in enumerate(said, start=1):
        is_error = message.level >= checks.ERROR
        make = fault if is_error else warning
        hint = message.hint or _("Run manage.py check for the details.")
        yield make(f"{name}:{message.id or number}", title, message.msg, hint)
    if not said:
        yield well(name, title, _("Nothing to complain of."))


def keys_open() -> Iterator[Finding]:
    name, title = "encryption", _("Encryption key")
    advice = _("Put the key back into FIELD_ENCRYPTION_KEYS, or connect Frame.io again.")
    try:
        decrypt(encrypt("-"))
    except ImproperlyConfigured as error:
        yield fault(name, title, str(error), advice)
        return
    if closed := [account.label for account in accounts() if not account.is_readable]:
        text = _("It does not open the stored login of: %(accounts)s.")
        yield fault(name, title, said(text, accounts=", ".join(closed)), advice)
    else:
        yield well(name, title, _("It opens what is stored."))
