"""The login round trip, from the address a person opens to an `Account` that works.

`begin` gives the address and the state to remember; `finish` takes the address Adobe sent the
person back to, from the browser or pasted by hand.
"""

import logging
import secrets
from dataclasses import dataclass, replace

import httpx
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from frameio import shapes, tallies
from frameio.answers import unreachable
from frameio.client import FrameioClient
from frameio.errors import LoginFailed, NeedsLogin
from frameio.http import api_client
from frameio.models import Account
from frameio.oauth import REFRESH_TOKEN_LIFE, AccountAuth, Bearer, Ims, Tokens, ims_of
from frameio.pace import SharedPace
from postflow_site.encryption import WrongKey

log = logging.getLogger(__name__)

SANDBOX_CREDENTIAL = "sandbox"  # id and secret


@dataclass(frozen=True)
class Server:
    """A Frame.io to connect to: the real one, or a sandbox."""

    api_url: str
    ims: Ims
    transport: httpx.BaseTransport | None = None


def server_in_settings() -> Server:
    client = settings.FRAMEIO_CLIENT_ID, settings.FRAMEIO_CLIENT_SECRET
    ims = Ims(settings.FRAMEIO_IMS_URL, *client, tally=tallies.note)
    return Server(settings.FRAMEIO_API_URL, ims)


def server_of(account: Account) -> Server:
    """Where the account is logged in again: with its own credential, while that can be read."""
    try:
        ims = ims_of(account)
    except WrongKey:
        ims = replace(server_in_settings().ims, url=account.ims_url)
    return Server(account.api_url, ims)


def client_for(account: Account, *, in_haste: bool = False) -> FrameioClient:
    """The account's own connection; it renews its tokens by itself. To be closed."""
    auth, pace = AccountAuth(account.pk), SharedPace(account.pk)
    return FrameioClient(account.api_url, auth, pace=pace, tally=tallies.note, in_haste=in_haste)


def begin(server: Server, redirect_uri: str) -> tuple[str, str]:
    """The address where a person logs in, and the state to hand to `finish`."""
    if not server.ims.client_id:
        raise LoginFailed(
            _("Set FRAMEIO_CLIENT_ID and FRAMEIO_CLIENT_SECRET first: they come from Adobe.")
        )
    state = secrets.token_urlsafe(32)
    return server.ims.authorize_url(redirect_uri, state), state


def finish(
    server: Server,
    redirect_url: str,
    *,
    expected_state: str,
    redirect_uri: str,
    row: Account | None = None,
) -> Account:
    """Take up where Adobe sent the person back: check, get tokens, ask who it is, store.

    A login of the same Frame.io user is stored in the row it has; `row` is one made by hand that
    has no user yet. Raises `FrameioError`.
    """
    code = _code_in(redirect_url, expected_state)
    try:
        tokens = server.ims.exchange(code, redirect_uri)
    except NeedsLogin as error:
        raise LoginFailed(
            _("Adobe did not accept this login: it is too old or was used before. Start again.")
        ) from error
    user, accounts = _who(server, tokens)
    if row is not None and not Account.objects.filter(user_id=user.id).exists():
        Account.objects.filter(pk=row.pk, user_id="").update(user_id=user.id)
    return _stored(server, tokens, user, accounts)


def connect_service(server: Server) -> Account:
    """Connect by the credential alone, without a person: server to server.

    Works for Frame.io accounts that are administered in the Adobe Admin Console, with a credential
    of that type. Raises `FrameioError`.
    """
    tokens = server.ims.credentials()
    user, accounts = _who(server, tokens)
    return _stored(server, tokens, user, accounts, Account.Kind.SERVICE)


def sandbox_login(url: str, transport: httpx.BaseTransport | None = None) -> Account:
    """Connect to a sandbox without a person: open its login page, press Allow, and go on.

    The second time, the same account gets new tokens. Raises `FrameioError`.
    """
    ims = Ims(url, SANDBOX_CREDENTIAL, SANDBOX_CREDENTIAL, transport)
    server = Server(url, ims, transport)
    redirect_uri = f"{url}/_sandbox/"
    address, state = begin(server, redirect_uri)
    with api_client(url, None, transport) as http:
        try:
            page = http.get(address)
            wish = dict(httpx.URL(address).params)
            allowed = http.post(page.url.path, data=wish)  # the button's form
        except httpx.RequestError as error:
            raise unreachable(_("The sandbox"), http.base_url.host, error) from error
    if not allowed.has_redirect_location:
        raise LoginFailed(_("There is no sandbox at %(url)s, or it refused.") % {"url": url})
    back = allowed.headers["location"]
    return finish(server, back, expected_state=state, redirect_uri=redirect_uri)


def _code_in(redirect_url: str, expected_state: str) -> str:
    try:
        answer = httpx.URL(redirect_url.strip()).params
    except httpx.InvalidURL as error:
        raise LoginFailed(_("This is no address. Copy all of it from the browser.")) from error
    if answer.get("error") == "access_denied":
        raise LoginFailed(_("The login was cancelled. Frame.io is not connected."))
    if "error" in answer:
        raise LoginFailed(
            _("Adobe refused the login (%(error)s). Check the credential's settings at Adobe.")
            % {"error": answer["error"][:100]}
        )
    same = secrets.compare_digest(answer.get("state", "").encode(), expected_state.encode())
    if not expected_state or not same:
        raise LoginFailed(_("This login was not started here, or was started twice. Start again."))
    if not answer.get("code"):
        raise LoginFailed(_("The address holds no code. Copy all of it from the browser."))
    return answer["code"]


def _who(server: Server, tokens: Tokens) -> tuple[shapes.User, list[shapes.Account]]:
    with FrameioClient(server.api_url, Bearer(tokens.access), transport=server.transport) as client:
        user, accounts = client.me(), client.accounts()
    if not accounts:
        raise LoginFailed(
            _("%(email)s has no Frame.io account. Log in with the Adobe ID used for Frame.io.")
            % {"email": user.email}
        )
    return user, accounts


def _stored(
    server: Server,
    tokens: Tokens,
    user: shapes.User,
    accounts: list[shapes.Account],
    kind: str = Account.Kind.PERSON,
) -> Account:
    now = timezone.now()
    before = Account.objects.filter(user_id=user.id).first()
    chosen = _choose(before.account_id if before else "", accounts)
    own = server.ims.client_id != settings.FRAMEIO_CLIENT_ID
    account, _made = Account.objects.update_or_create(
        user_id=user.id,
        defaults={
            "name": before.name if before and before.name else f"{user.name} · {accounts[0].name}",
            "email": user.email,
            "kind": kind,
            "account_id": chosen,
            "api_url": server.api_url,
            "ims_url": server.ims.url,
            "client_id": server.ims.client_id if own else "",
            "client_secret": server.ims.client_secret if own else "",
            "access_token": tokens.access,
            "refresh_token": tokens.refresh,
            "access_expires_at": now + tokens.expires_in,
            "refresh_expires_at": now + REFRESH_TOKEN_LIFE if tokens.refresh else None,
            "needs_login": False,
            "connected_at": now,
        },
    )
    log.info("%s was connected", account)
    return account


def _choose(before: str, accounts: list[shapes.Account]) -> str:
    """The one chosen before, or the only one; else a person has to choose."""
    ids = [account.id for account in accounts]
    if before in ids:
        return before
    return ids[0] if len(ids) == 1 else ""
