"""Who is at work, and by which door: what `pipeline.revisions` writes down beside a change."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from django.db.models import TextChoices
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _


class Via(TextChoices):
    PAGES = "pages", _("in the admin")
    API = "api", _("through the API")
    COMMAND = "command", _("by a command")
    SERVER = "server", _("on the server")


@dataclass(frozen=True)
class Act:
    """One request, or one run of a command. `who` is asked for when something is changed: most
    requests change nothing, and need no session. `means`: the token's name, the command's.

    `kept`: what of each row was written down already, so that one act on it is one line.
    """

    via: Via
    who: Callable[[], str]
    means: str = ""
    kept: dict[tuple[str, str], int] = field(default_factory=dict)


_now: ContextVar[Act | None] = ContextVar("act", default=None)


def now() -> Act:
    """Of threads and processes that act for nobody, each change is an act of its own."""
    return _now.get() or Act(Via.SERVER, lambda: "")


@contextmanager
def acting(act: Act) -> Iterator[None]:
    before = _now.set(act)
    try:
        yield
    finally:
        _now.reset(before)


def middleware(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    def handle(request: HttpRequest) -> HttpResponse:
        with acting(Act(Via.PAGES, lambda: request.user.get_username())):
            return get_response(request)

    return handle


def by_token(who: str, token: str) -> None:
    """For the rest of this request."""
    _now.set(Act(Via.API, lambda: who, token))
