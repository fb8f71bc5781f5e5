"""Adobe's login (IMS), and the tokens it gives.

https://developer.adobe.com/developer-console/docs/guides/authentication/UserAuthentication/ims
"""

import logging
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import httpx
from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from frameio import tallies
from frameio.answers import JsonObject, body_of, raise_for_login, unreachable
from frameio.calls import Tally, logged, untallied
from frameio.errors import FrameioError, NeedsLogin, Unavailable
from frameio.http import api_client
from frameio.leases import Leases
from frameio.models import Account
from postflow_site.encryption import is_readable

log = logging.getLogger(__name__)

AHEAD = timedelta(minutes=5)
IDLE = timedelta(days=7)  # a refresh token that nobody has used for so long is renewed for itself
# Adobe's default; the answer does not say. https://developer.adobe.com/developer-console/docs/
REFRESH_TOKEN_LIFE = timedelta(days=14)


@dataclass(frozen=True)
class Tokens:
    access: str = field(repr=False)
    refresh: str = field(repr=False)  # empty: keep the one you have
    expires_in: timedelta


@dataclass(frozen=True)
class Ims:
    """Adobe's login service as one registered credential sees it."""

    url: str
    client_id: str
    client_secret: str = field(repr=False)
    transport: httpx.BaseTransport | None = None
    tally: Tally = untallied

    def authorize_url(self, redirect_uri: str, state: str) -> str:
        """Where a person logs in and allows; the answer comes to `redirect_uri`."""
        query = httpx.QueryParams(
            client_id=self.client_id,
            redirect_uri=redirect_uri,
            scope=settings.FRAMEIO_SCOPES,
            response_type="code",
            state=state,
        )
        return f"{self.url.rstrip('/')}/ims/authorize/v2?{query}"

    def exchange(self, code: str, redirect_uri: str) -> Tokens:
        return self._tokens(grant_type="authorization_code", code=code, redirect_uri=redirect_uri)

    def refresh(self, refresh_token: str) -> Tokens:
        return self._tokens(grant_type="refresh_token", refresh_token=refresh_token)

    def credentials(self) -> Tokens:
        """For the credential itself (server to server); it has no refresh token."""
        scope = settings.FRAMEIO_SERVICE_SCOPES
        return self._tokens(grant_type="client_credentials", scope=scope)

    def revoke(self, token: str) -> None:
        self._post("/ims/revoke", {"token": token})

    def _tokens(self, **grant: str) -> Tokens:
        body = body_of(self._post("/ims/token/v3", grant))
        if not isinstance(body, dict):
            raise Unavailable(_("Adobe's login service gave no tokens. Try again later."))
        return Tokens(
            access=_token(body, "access_token"),
            refresh=_token(body, "refresh_token") if "refresh_token" in body else "",
            expires_in=timedelta(seconds=_seconds(body)),
        )

    def _post(self, path: str, form: dict[str, str]) -> httpx.Response:
        secret = {"client_id": self.client_id, "client_secret": self.client_secret}
        with api_client(self.url, None, self.transport) as http:
            try:
                operation = f"POST {path} {form.get('grant_type', '')}".rstrip()
                response = logged(
                    lambda: http.post(path, data={**form, **secret}), operation, tally=self.tally
                )
            except httpx.RequestError as error:
                raise unreachable(_("Adobe's login"), http.base_url.host, error) from error
        raise_for_login(response)
        return response


@dataclass(frozen=True)
class Bearer(httpx.Auth):
    """A token that was given a moment ago and has no account yet."""

    token: str = field(repr=False)

    def sync_auth_flow(
        self, request: httpx.Request
    ) -> Generator[httpx.Request, httpx.Response, None]:
        request.headers["Authorization"] = f"Bearer {self.token}"
        yield request


@dataclass(frozen=True)
class AccountAuth(httpx.Auth):
    """Beside a client: the account's token, from the database, fresh.

    It is renewed five minutes ahead of its end, and once when Frame.io answers 401, by one process
    at a time: a refresh token works once, and two who use it at once would lose the login.
    """

    account_pk: int
    transport: httpx.BaseTransport | None = None
    now: Callable[[], datetime] = timezone.now
    leases: Leases = field(default_factory=Leases)

    def sync_auth_flow(
        self, request: httpx.Request
    ) -> Generator[httpx.Request, httpx.Response, None]:
        token = self._token_other_than("")
        request.headers["Authorization"] = f"Bearer {token}"
        response = yield request
        if response.status_code == 401:
            token = self._token_other_than(token)
            request.headers["Authorization"] = f"Bearer {token}"
            yield request

    def keep_alive(self) -> None:
        """Renew a login that has been idle for days, so that it does not end unused."""
        until = self._account().refresh_expires_at
        if until is None or until > self.now() + REFRESH_TOKEN_LIFE - IDLE:
            return
        with self.leases.held(login_lease(self.account_pk)):
            account = self._account()
            if account.refresh_expires_at == until:
                self._renewed(account, "")

    def _token_other_than(self, rejected: str) -> str:
        account = self._account()
        if self._is_fresh(account, rejected):
            return account.access_token
        with self.leases.held(login_lease(account.pk)):
            account = self._account()
            if self._is_fresh(account, rejected):
                return account.access_token  # another process renewed it while we waited
            return self._renewed(account, rejected)

    def _account(self) -> Account:
        account = Account.objects.filter(pk=self.account_pk).first()
        if account is not None and not is_readable(account):
            raise NeedsLogin(
                _(
                    "The stored login of %(account)s cannot be read with the keys in"
                    " FIELD_ENCRYPTION_KEYS. Put the key it was written with back into the list, or"
                    " connect the account again in the admin."
                )
                % {"account": account}
            )
        if account is None or account.needs_login or not account.access_token:
            raise NeedsLogin(
                _("%(account)s needs a login. Connect it to Frame.io in the admin.")
                % {"account": account or _("The Frame.io account")}
            )
        return account

    def _is_fresh(self, account: Account, rejected: str) -> bool:
        return account.access_token != rejected and self._lasts(account, AHEAD)

    def _lasts(self, account: Account, time: timedelta) -> bool:
        return (account.access_expires_at or self.now()) > self.now() + time

    def _renewed(self, account: Account, rejected: str) -> str:
        try:
            tokens = _GRANTS[account.kind](account, ims_of(account, self.transport))
        except NeedsLogin:
            log.warning("%s: Adobe gives no new token; a person has to log in again", account)
            _same_tokens(account).update(needs_login=True)
            raise
        except FrameioError as error:
            log.warning("%s: the token could not be renewed: %s", account, error)
            if account.access_token != rejected and self._lasts(account, timedelta()):
                return account.access_token  # a few minutes are left; the next call tries again
            raise
        store_tokens(account, tokens, self.now())
        log.info("%s: the token was renewed", account)
        return tokens.access


def _by_refresh_token(account: Account, ims: Ims) -> Tokens:
    if not account.refresh_token:
        raise NeedsLogin(
            _("The login of %(account)s has ended. Connect it again in the admin.")
            % {"account": account}
        )
    return ims.refresh(account.refresh_token)


def _by_credentials(_account: Account, ims: Ims) -> Tokens:
    return ims.credentials()


_GRANTS: dict[str, Callable[[Account, Ims], Tokens]] = {
    Account.Kind.PERSON: _by_refresh_token,
    Account.Kind.SERVICE: _by_credentials,
}


def login_lease(account_pk: int) -> str:
    """Held by whoever renews or ends a login."""
    return f"login/{account_pk}"


def ims_of(account: Account, transport: httpx.BaseTransport | None = None) -> Ims:
    return Ims(
        account.ims_url,
        account.client_id or settings.FRAMEIO_CLIENT_ID,
        account.client_secret or settings.FRAMEIO_CLIENT_SECRET,
        transport,
        tallies.note,
    )


def store_tokens(account: Account, tokens: Tokens, now: datetime) -> None:
    """In the account's row, unless the row has got other tokens since it was read."""
    values: dict[str, object] = {
        "access_token": tokens.access,
        "access_expires_at": now + tokens.expires_in,
        "needs_login": False,
    }
    if tokens.refresh:
        values["refresh_token"] = tokens.refresh
        values["refresh_expires_at"] = now + REFRESH_TOKEN_LIFE
    _same_tokens(account).update(**values)


def _same_tokens(account: Account) -> QuerySet[Account]:
    return Account.objects.filter(pk=account.pk, access_expires_at=account.access_expires_at)


def _token(body: JsonObject, name: str) -> str:
    value = body.get(name)
    if isinstance(value, str) and value:
        return value
    raise Unavailable(_("Adobe's login service gave an answer without tokens. Try again later."))


def _seconds(body: JsonObject) -> int:
    """Adobe gives a number; others that speak its language write it as text."""
    value = body.get("expires_in")
    return int(value) if isinstance(value, int | str) and str(value).isdigit() else 3600
