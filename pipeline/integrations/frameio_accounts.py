"""Which Frame.io accounts are connected, and what they offer; connecting one from the shell."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext as _

from frameio import connecting, errors
from frameio.accounts import warnings
from frameio.client import FrameioClient
from frameio.models import Account
from pipeline.integrations.base import IntegrationError, NeedsLogin
from postflow_site.encryption import is_readable


@dataclass(frozen=True)
class AccountState:
    """`login_expires_at`: when a person has to log in again if nothing is sent until then.
    `warning`: it ends within three days, in a sentence; else empty.
    `is_readable`: a key in FIELD_ENCRYPTION_KEYS opens the stored login.
    """

    pk: int
    label: str
    email: str
    connected: bool
    needs_login: bool
    is_readable: bool
    login_expires_at: datetime | None
    warning: str = ""

    @property
    def awaits_login(self) -> bool:
        """Its renders wait until a person has logged in again."""
        return self.needs_login or not self.is_readable


def accounts() -> list[AccountState]:
    soon = {ending.account_pk: ending.text for ending in warnings()}
    return [_state(account, soon.get(account.pk, "")) for account in Account.objects.all()]


def account_labels() -> dict[int, str]:
    """By the account's key."""
    return {account.pk: str(account) for account in Account.objects.all()}


def _state(account: Account, warning: str = "") -> AccountState:
    readable = is_readable(account)
    return AccountState(
        pk=account.pk,
        label=str(account),
        email=account.email,
        connected=account.connected_at is not None and not account.needs_login and readable,
        needs_login=account.needs_login,
        is_readable=readable,
        login_expires_at=account.refresh_expires_at,
        warning=warning,
    )


@contextmanager
def client_of(
    account_pk: int | None, *, in_haste: bool = False
) -> Iterator[tuple[FrameioClient, Account]]:
    """The account's connection; None, or one that was removed, stands for the only one there is.

    `in_haste`: for a page that somebody waits for. Frame.io's errors come out as ours. Raises
    IntegrationError.
    """
    account = _account(account_pk)
    with _ours(), connecting.client_for(account, in_haste=in_haste) as client:
        yield client, account


def _account(account_pk: int | None) -> Account:
    own = Account.objects.filter(pk=account_pk).first() if account_pk else None
    account = own or _only_one(account_pk)
    if not account.account_id:
        raise NeedsLogin(
            _("The login %(account)s has several Frame.io accounts. Choose one on its page.")
            % {"account": account}
        )
    return account


def _only_one(removed: int | None) -> Account:
    """A login that was deleted and made again has another row: projects need not be told."""
    found = list(Account.objects.all()[:2])
    if len(found) == 1:
        return found[0]
    if not found:
        raise NeedsLogin(_("No Frame.io account is connected. Connect one in the admin."))
    if removed:
        raise NeedsLogin(
            _("The Frame.io account of this project was removed. Choose another on its page.")
        )
    raise NeedsLogin(_("There are several Frame.io accounts. Choose one on the project's page."))


def in_our_terms(error: errors.FrameioError) -> IntegrationError:
    if isinstance(error, errors.NeedsLogin | errors.Unauthorized):
        return NeedsLogin(str(error))
    return IntegrationError(str(error), permanent=error.permanent, retry_after=error.retry_after)


# --- Connecting from the shell --------------------------------------------------------------------


@dataclass(frozen=True)
class Login:
    """A login that a person has to go through in a browser, at `address`."""

    address: str
    state: str = field(repr=False)
    redirect_uri: str


def begin_login() -> Login:
    """Raises IntegrationError when the credential is not set up."""
    redirect_uri = settings.FRAMEIO_REDIRECT_URI
    if not redirect_uri:
        raise IntegrationError(
            _(
                "Set FRAMEIO_REDIRECT_URI to the redirect address of your credential at Adobe,"
                " e.g. https://localhost:8000/frameio/callback."
            ),
            permanent=True,
        )
    with _ours():
        address, state = connecting.begin(connecting.server_in_settings(), redirect_uri)
    return Login(address, state, redirect_uri)


def finish_login(login: Login, pasted: str) -> AccountState:
    """`pasted` is the address at which the browser ended up. Raises IntegrationError."""
    with _ours():
        account = connecting.finish(
            connecting.server_in_settings(),
            pasted,
            expected_state=login.state,
            redirect_uri=login.redirect_uri,
        )
    return _state(account)


def sandbox_login(url: str) -> AccountState:
    """Log in at a sandbox, with nobody needed to press its button. Raises IntegrationError."""
    with _ours():
        return _state(connecting.sandbox_login(url))


@contextmanager
def _ours() -> Iterator[None]:
    try:
        yield
    except errors.FrameioError as error:
        raise in_our_terms(error) from error
