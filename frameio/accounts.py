"""What a person does with a login once it stands: choose, keep an eye on it, end it."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import httpx
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from frameio import shapes
from frameio.connecting import client_for
from frameio.errors import FrameioError
from frameio.leases import Leases
from frameio.models import Account
from frameio.oauth import ims_of, login_lease
from postflow_site.encryption import WrongKey

log = logging.getLogger(__name__)

WARN_AHEAD = timedelta(days=3)


@dataclass(frozen=True)
class EndingLogin:
    account_pk: int
    ends_at: datetime
    text: str


def warnings(now: Callable[[], datetime] = timezone.now) -> list[EndingLogin]:
    """The logins that end within three days unless a person, or an upload, renews them."""
    people = Account.objects.filter(kind=Account.Kind.PERSON, needs_login=False)
    rows = people.defer("client_secret", "access_token", "refresh_token")
    ends = [(row, row.refresh_expires_at or row.access_expires_at) for row in rows]
    return [
        EndingLogin(row.pk, ends_at, _ending(row, ends_at))
        for row, ends_at in ends
        if ends_at is not None and ends_at <= now() + WARN_AHEAD
    ]


def _ending(account: Account, ends_at: datetime) -> str:
    return _("Connect Frame.io again: the login of %(account)s ends soon (%(date)s).") % {
        "account": account,
        "date": date_format(timezone.localtime(ends_at), "DATETIME_FORMAT"),
    }


def offered(account: Account) -> list[shapes.Account]:
    """The Frame.io accounts that the login has now. Raises `FrameioError`."""
    with client_for(account, in_haste=True) as client:
        return client.accounts()


def why_not(account: Account, account_id: str) -> str:
    """Why the login cannot be used for that Frame.io account; empty when it can."""
    try:
        found = {each.id: each.name for each in offered(account)}
    except FrameioError as error:
        return str(error)
    if account_id in found:
        return ""
    return _("%(account)s cannot use this Frame.io account. It has: %(names)s.") % {
        "account": account,
        "names": ", ".join(found.values()) or _("none"),
    }


def disconnect(
    account: Account,
    transport: httpx.BaseTransport | None = None,
    leases: Leases | None = None,
) -> str:
    """Take the login back at Adobe, and forget its tokens whatever Adobe says.

    The answer is for the person who asked: empty, or what is left to do at Adobe. The row stays,
    with its name and folders, and can be connected again.
    """
    # With the lease, so that no refresh stores new tokens behind our back.
    with (leases or Leases()).held(login_lease(account.pk)):
        current = Account.objects.get(pk=account.pk)
        left = _revoked(current, transport)
        Account.objects.filter(pk=account.pk).update(
            access_token="",
            refresh_token="",
            access_expires_at=None,
            refresh_expires_at=None,
            needs_login=True,
        )
    log.info("%s was disconnected. %s", current, left)
    return left


def _revoked(account: Account, transport: httpx.BaseTransport | None) -> str:
    """A refresh token takes its access tokens with it; a service has only the latter."""
    try:
        if token := account.refresh_token or account.access_token:
            ims_of(account, transport).revoke(token)
    except (FrameioError, WrongKey) as error:
        return _(
            "The tokens are deleted here, but Adobe did not take the login back: %(error)s Remove"
            " the app from the Adobe account, or wait two weeks."
        ) % {"error": error}
    return ""
