"""Adobe's login service: authorize page, tokens, revocation, the user.

https://developer.adobe.com/developer-console/docs/guides/authentication/UserAuthentication/ims
"""

import base64
import binascii
import hmac
from collections.abc import Mapping
from ipaddress import ip_address
from urllib.parse import unquote, urlencode, urlsplit
from uuid import uuid4

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from frameio.sandbox.faults import Effects, effects_of
from frameio.sandbox.pages import login_page, refusal_page
from frameio.sandbox.site import Site, address_of, site_of

CLIENT_ID = "sandbox"
CLIENT_SECRET = "sandbox"  # noqa: S105  # known to everybody on purpose
SCOPES = {"openid", "email", "profile", "offline_access", "additional_info.roles", "AdobeID"}
SERVER_SCOPES = {"openid", "AdobeID", "frame.s2s.all"}
GRANT_TYPES = ["authorization_code", "refresh_token", "client_credentials"]
LONGEST_STATE = 4096


class Denied(Exception):
    """OAuth's way to say no: a code for programs, a sentence for people."""

    def __init__(self, error: str, description: str, *, status: int = 400) -> None:
        super().__init__(description)
        self.error, self.description, self.status = error, description, status

    def response(self) -> Response:
        body = {"error": self.error, "error_description": self.description}
        headers = {"cache-control": "no-store"}
        if self.status == 401:
            headers["www-authenticate"] = "Basic"
        return JSONResponse(body, self.status, headers)


async def authorize(request: Request) -> Response:
    """GET shows the page with the Allow button, POST is the button."""
    asked = dict(request.query_params) if request.method == "GET" else await _form(request)
    try:
        _check_client(asked, strict=site_of(request).options.https_redirect)
    except Denied as reason:
        # Never sent back to an address that could not be checked.
        return refusal_page(reason.description)
    try:
        scope = _check_wish(asked)
    except Denied as reason:
        return _back(asked, error=reason.error, error_description=reason.description)
    if request.method == "GET":
        cancel = _back(asked, error="access_denied").headers["location"]
        return login_page(asked, scopes=scope.split(), cancel=cancel)
    site = site_of(request)
    code = site.store.grants.issue(
        "code", scope=scope, life=site.options.code_life, redirect_uri=asked["redirect_uri"]
    )
    return _back(asked, code=code)


def _check_client(asked: Mapping[str, str], *, strict: bool) -> None:
    if asked.get("client_id") != CLIENT_ID:
        raise Denied(
            "invalid_client", f"The client id is not known here; the sandbox's is “{CLIENT_ID}”."
        )
    target = urlsplit(asked.get("redirect_uri", ""))
    if target.scheme not in ("http", "https") or not target.netloc:
        raise Denied("invalid_request", "redirect_uri is missing or not an http(s) address.")
    if strict and (target.scheme != "https" or _is_ip_address(target.hostname or "")):
        raise Denied(
            "invalid_request", "redirect_uri must be HTTPS, with a name and no IP address."
        )


def _is_ip_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _check_wish(asked: Mapping[str, str]) -> str:
    """The scopes, separated by single blanks."""
    if asked.get("response_type") != "code":
        raise Denied("unsupported_response_type", "response_type must be code")
    if not 0 < len(asked.get("state", "")) <= LONGEST_STATE:
        raise Denied("invalid_request", f"state must have 1 to {LONGEST_STATE} characters")
    scopes = asked.get("scope", "").replace(",", " ").split()
    unknown = [scope for scope in scopes if scope not in SCOPES]
    if not scopes or unknown:
        raise Denied("invalid_scope", f"scope is missing or unknown: {' '.join(unknown)}")
    return " ".join(scopes)


def _back(asked: Mapping[str, str], **answer: str) -> RedirectResponse:
    target = asked["redirect_uri"]
    query = urlencode({**answer, **({"state": asked["state"]} if "state" in asked else {})})
    return RedirectResponse(f"{target}{'&' if '?' in target else '?'}{query}", 302)


async def token(request: Request) -> Response:
    form = await _form(request)
    try:
        _check_secret(request, form)
        answer = _granted(site_of(request), form, effects_of(request))
        return JSONResponse(answer, headers={"cache-control": "no-store"})
    except Denied as reason:
        return reason.response()


def _granted(site: Site, form: Mapping[str, str], effects: Effects) -> dict[str, object]:
    if "invalid_grant" in effects:
        raise Denied("invalid_grant", "The login has ended.")
    match form.get("grant_type"):
        case "authorization_code":
            return _by_code(site, form)
        case "refresh_token":
            keeps = site.options.keep_refresh_token or "no_refresh_token" in effects
            return _by_refresh_token(site, form.get("refresh_token", ""), keeps=keeps)
        case "client_credentials":
            return _by_credentials(site, form.get("scope", ""))
    raise Denied("unsupported_grant_type", f"grant_type: {', '.join(GRANT_TYPES)}")


def _by_code(site: Site, form: Mapping[str, str]) -> dict[str, object]:
    grant = site.store.grants.spend(
        "code", form.get("code", ""), redirect_uri=form.get("redirect_uri")
    )
    if grant is None:
        raise Denied(
            "invalid_grant",
            "The code is unknown, used or expired, or was made for another redirect_uri.",
        )
    return _tokens(site, grant.id, grant.scope)


def _by_refresh_token(site: Site, secret: str, *, keeps: bool) -> dict[str, object]:
    """A used token is dead, unless the answer brings none in its place."""
    grants = site.store.grants
    grant = grants.find("refresh", secret) if keeps else grants.spend("refresh", secret)
    if grant is None:
        raise Denied("invalid_grant", "The refresh token is unknown, used or expired.")
    return _tokens(site, grant.id, grant.scope, refreshable=not keeps)


def _by_credentials(site: Site, wish: str) -> dict[str, object]:
    """Server to server: nobody logs in, and there is nothing to refresh."""
    scopes = wish.replace(",", " ").split()
    if not scopes or not set(scopes) <= SERVER_SCOPES:
        raise Denied("invalid_scope", f"scope must be of: {' '.join(sorted(SERVER_SCOPES))}")
    return _tokens(site, str(uuid4()), " ".join(scopes), refreshable=False)


def _tokens(
    site: Site, grant_id: str, scope: str, *, refreshable: bool = True
) -> dict[str, object]:
    issue, options = site.store.grants.issue, site.options
    answer: dict[str, object] = {
        "access_token": issue(
            "access", scope=scope, life=options.access_token_life, grant_id=grant_id
        ),
        "token_type": "bearer",
        "expires_in": int(options.access_token_life),
        "scope": scope,
    }
    if refreshable and "offline_access" in scope.split():
        answer["refresh_token"] = issue(
            "refresh", scope=scope, life=options.refresh_token_life, grant_id=grant_id
        )
    return answer


async def revoke(request: Request) -> Response:
    form = await _form(request)
    try:
        _check_secret(request, form)
    except Denied as reason:
        return reason.response()
    site_of(request).store.grants.revoke(form.get("token", ""))
    return Response(status_code=200)


async def userinfo(request: Request) -> Response:
    site = site_of(request)
    secret = request.headers.get("authorization", "").removeprefix("Bearer ")
    if site.store.grants.find("access", secret) is None:
        return Denied("invalid_token", "The access token is not valid.", status=401).response()
    user = site.store.people.user()
    return JSONResponse(
        {"sub": user.id, "name": user.name, "email": user.email, "email_verified": True}
    )


async def well_known(request: Request) -> Response:
    ims = f"{address_of(request)}/ims"
    return JSONResponse(
        {
            "issuer": address_of(request),
            "authorization_endpoint": f"{ims}/authorize/v2",
            "token_endpoint": f"{ims}/token/v3",
            "userinfo_endpoint": f"{ims}/userinfo/v2",
            "revocation_endpoint": f"{ims}/revoke",
            "scopes_supported": sorted(SCOPES),
            "response_types_supported": ["code"],
            "grant_types_supported": GRANT_TYPES,
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
        }
    )


def _check_secret(request: Request, form: Mapping[str, str]) -> None:
    """HTTP Basic or form fields, as Adobe takes both."""
    given = _basic(request.headers.get("authorization", "")) or (
        form.get("client_id", ""),
        form.get("client_secret", ""),
    )
    id_fits = hmac.compare_digest(given[0].encode(), CLIENT_ID.encode())
    secret_fits = hmac.compare_digest(given[1].encode(), CLIENT_SECRET.encode())
    if not (id_fits and secret_fits):
        raise Denied("invalid_client", "The client id or secret is wrong.", status=401)


def _basic(header: str) -> tuple[str, str] | None:
    scheme, _, encoded = header.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        id_, _, secret = base64.b64decode(encoded).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return unquote(id_), unquote(secret)


async def _form(request: Request) -> dict[str, str]:
    form = await request.form()
    return {name: value for name, value in form.items() if isinstance(value, str)}


routes = [
    Route("/ims/authorize/v2", authorize, methods=["GET", "POST"]),
    Route("/ims/token/v3", token, methods=["POST"]),
    Route("/ims/revoke", revoke, methods=["POST"]),
    Route("/ims/userinfo/v2", userinfo),
    Route("/ims/.well-known/openid-configuration", well_known),
]
