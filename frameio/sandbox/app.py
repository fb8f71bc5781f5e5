"""Puts the rooms of the sandbox together."""

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware

from frameio.sandbox import api, control, ims, media, pages, reviewers, storage
from frameio.sandbox.faults import FaultMiddleware
from frameio.sandbox.recorder import RecorderMiddleware
from frameio.sandbox.site import Site


def create_app(site: Site) -> Starlette:
    app = Starlette(
        routes=[
            *api.routes,
            *ims.routes,
            *storage.routes,
            *media.routes,
            *control.routes,
            *reviewers.routes,
            *pages.routes,
        ],
        middleware=[
            # A page elsewhere must not reach us under a name that only looks like this machine's.
            Middleware(TrustedHostMiddleware, allowed_hosts=["localhost", "127.0.0.1"]),
            Middleware(RecorderMiddleware, journal=site.store.journal),
            Middleware(FaultMiddleware, faults=site.faults),
        ],
    )
    app.state.site = site
    return app
