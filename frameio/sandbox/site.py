"""What every request of one sandbox shares."""

from collections.abc import Callable
from dataclasses import dataclass, field

from starlette.requests import Request

from frameio.sandbox.background import Background
from frameio.sandbox.faults import Faults
from frameio.sandbox.limits import Buckets
from frameio.sandbox.options import Options
from frameio.sandbox.store import Store


@dataclass(frozen=True)
class Site:
    options: Options
    store: Store
    clock: Callable[[], float]
    """Seconds since 1970."""
    buckets: Buckets
    faults: Faults = field(default_factory=Faults)
    background: Background = field(default_factory=Background)


def site_of(request: Request) -> Site:
    site = request.app.state.site
    assert isinstance(site, Site)  # noqa: S101  # Starlette's state is untyped
    return site


def address_of(request: Request) -> str:
    """`http://host:port` as the caller reached us."""
    return str(request.base_url).rstrip("/")
