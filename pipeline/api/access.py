"""Who calls, whether they may, and how often."""

import math

from django.conf import settings
from django.contrib.auth.models import User
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja.security import HttpBearer

from pipeline import acting, tokens
from pipeline.api.errors import Refusal
from pipeline.models import ApiToken
from pipeline.sight import sees


class Bearer(HttpBearer):
    """A token with that scope. Its person is `request.user` from there on."""

    def __init__(self, scope: ApiToken.Scope) -> None:
        super().__init__()
        self._scope = scope

    def authenticate(self, request: HttpRequest, token: str) -> ApiToken | None:
        known = tokens.known(token, timezone.now())
        if known is None:
            return None
        _slow_down(known)
        if self._scope not in known.scopes:
            raise Refusal(
                403,
                "scope_missing",
                _("This token may not do that: it has not got the scope “%(scope)s”.")
                % {"scope": self._scope.value},
                _("Make another token with this scope in the admin, API tokens."),
            )
        request.user = known.user
        acting.by_token(known.user.get_username(), known.name)
        return known


def _slow_down(token: ApiToken) -> None:
    wait = tokens.take_turn(token, settings.API_CALLS_PER_MINUTE, timezone.now())
    if not wait:
        return
    refusal = Refusal(
        429,
        "too_many_calls",
        _("More than %(count)d calls a minute came with this token.")
        % {"count": settings.API_CALLS_PER_MINUTE},
        _("Wait as many seconds as the header Retry-After says."),
    )
    refusal.headers["Retry-After"] = str(math.ceil(wait.total_seconds()))
    raise refusal


READ = Bearer(ApiToken.Scope.READ)
WRITE = Bearer(ApiToken.Scope.WRITE)
ADMIN = Bearer(ApiToken.Scope.ADMIN)


def person(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101  Bearer saw to it
    return request.user


def must_see(request: HttpRequest, table: str) -> None:
    if not sees(person(request), f"pipeline.{table}"):
        raise _not_allowed(request)


def must_have(request: HttpRequest, *permissions: str) -> None:
    if not person(request).has_perms([f"pipeline.{each}" for each in permissions]):
        raise _not_allowed(request)


def _not_allowed(request: HttpRequest) -> Refusal:
    return Refusal(
        403,
        "not_allowed",
        _("%(who)s may not do that.") % {"who": person(request).get_username()},
        _("An administrator can give the permission in the admin, Users."),
    )
