"""Who calls, whether they may, and how often."""

import threading
import time
from collections.abc import Callable

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

MOMENT = 1e-6  # seconds; what sums of fractions are off by
BURST = 60  # calls that may come at once after a rest


class Pace:
    """So many calls a minute for each token, of this web process: GCRA, without a table that grows
    by the call."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._due: dict[int, float] = {}  # when the token would have rested enough

    def wait(self, token: int, per_minute: int) -> float:
        """0 when the call may go on; else seconds until one may."""
        step = 60 / per_minute
        with self._lock:
            now = self._clock()
            due = max(self._due.get(token, now), now)
            early = due - now - step * (min(BURST, per_minute) - 1)
            if early > MOMENT:
                return early
            self._due[token] = due + step
            return 0

    def forget(self) -> None:
        with self._lock:
            self._due.clear()


class Bearer(HttpBearer):
    """A token with that scope. Its person is `request.user` from there on."""

    def __init__(self, scope: ApiToken.Scope, pace: Pace) -> None:
        super().__init__()
        self._scope = scope
        self._pace = pace

    def authenticate(self, request: HttpRequest, token: str) -> ApiToken | None:
        known = tokens.known(token, timezone.now())
        if known is None:
            return None
        self._slow_down(known)
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

    def _slow_down(self, token: ApiToken) -> None:
        wait = self._pace.wait(token.pk, settings.API_CALLS_PER_MINUTE)
        if not wait:
            return
        refusal = Refusal(
            429,
            "too_many_calls",
            _("More than %(count)d calls a minute came with this token.")
            % {"count": settings.API_CALLS_PER_MINUTE},
            _("Wait as many seconds as the header Retry-After says."),
        )
        refusal.headers["Retry-After"] = str(int(wait) + 1)
        raise refusal


PACE = Pace()
READ = Bearer(ApiToken.Scope.READ, PACE)
WRITE = Bearer(ApiToken.Scope.WRITE, PACE)
ADMIN = Bearer(ApiToken.Scope.ADMIN, PACE)


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
