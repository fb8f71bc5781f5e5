"""What a person sees: the tree with its player, and the login with its Allow button."""

from collections.abc import Mapping, Sequence
from html import escape
from importlib.resources import files
from string import Template

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from frameio.sandbox.listing import Listing
from frameio.sandbox.site import address_of, site_of

HERE = files(__name__)
ASKED = ("client_id", "redirect_uri", "response_type", "scope", "state")


async def index(request: Request) -> Response:  # noqa: ARG001  # Starlette's shape
    """One page for all addresses: its script shows the file that the address names."""
    return HTMLResponse(HERE.joinpath("index.html").read_text())


async def state(request: Request) -> Response:
    """What the page asks every second; no sums, so that it stays cheap."""
    listing = Listing(site_of(request), address_of(request))
    return JSONResponse(
        {
            "projects": listing.projects(),
            "folders": listing.folders(),
            "files": listing.files(),
            "stacks": listing.stacks(),
            "comments": listing.comments(),
            "shares": listing.shares(),
        }
    )


def login_page(asked: Mapping[str, str], *, scopes: Sequence[str], cancel: str) -> Response:
    fields = "".join(
        f'<input type="hidden" name="{name}" value="{escape(asked.get(name, ""))}">'
        for name in ASKED
    )
    wishes = "".join(f"<li>{escape(scope)}</li>" for scope in scopes)
    return _page("login.html", fields=fields, wishes=wishes, cancel=escape(cancel))


def refusal_page(reason: str) -> Response:
    return _page("refusal.html", status=400, reason=escape(reason))


def _page(name: str, *, status: int = 200, **texts: str) -> Response:
    """`texts` are HTML by now."""
    template = Template(HERE.joinpath(name).read_text())
    return HTMLResponse(template.substitute(texts), status)


routes = [
    Route("/", index),
    Route("/_sandbox/", index),
    Route("/project/{project_id}", index),
    Route("/project/{project_id}/{folder_id}", index),
    Route("/project/{project_id}/view/{file_id}", index),
    Route("/share/{token}", index),
    Route("/_sandbox/state", state),
    Mount("/_sandbox/static", StaticFiles(packages=[(__name__, "static")])),
]
