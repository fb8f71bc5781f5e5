"""`/_sandbox/comments`: what other people do on the site, as a test or a demo wants it.

POST   {"file_id", "text", "author": {"name", "email"}, "reply_to", "timestamp", "duration",
        "page", "annotation", "anchor", "completed"}; all but the first two may be missing
PATCH  /{id}: {"author", "text", "completed", ...}
DELETE /{id}
"""

from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from frameio.sandbox.api.comments import (
    ChangedComment,
    CommentQuery,
    NewComment,
    change,
    document,
    say,
    take_back,
)
from frameio.sandbox.api.queries import Strict
from frameio.sandbox.documents import Documents
from frameio.sandbox.errors import ApiError, NotFound, refused
from frameio.sandbox.site import Site, address_of, site_of
from frameio.sandbox.store.records import Asset, Comment, User

EVERYTHING = CommentQuery(include="owner,replies")


class Author(Strict):
    name: str = "Rhea Viewer"
    email: str = "rhea@example.com"


class Said(NewComment.Data):
    file_id: str
    author: Author = Author()
    reply_to: str | None = None


class Changed(ChangedComment.Data):
    author: Author = Author()


async def create(request: Request) -> Response:
    site = site_of(request)
    try:
        said = Said.model_validate_json(await request.body())
        file = site.store.assets.get(said.file_id)
        if file is None or file.type != "file":
            raise NotFound
        parent = _comment(site, said.reply_to) if said.reply_to else None
        comment = say(site, file, _person(site, said.author), said, parent=parent)
    except ValidationError as error:
        return refused(error).response()
    except ApiError as error:
        return error.response()
    return _shown(request, comment, 201)


async def one(request: Request) -> Response:
    """PATCH or DELETE."""
    site = site_of(request)
    try:
        comment = _comment(site, request.path_params["comment_id"])
        file = _file(site, comment)
        if request.method == "DELETE":
            take_back(site, comment, file, _person(site, Author()))
            return Response(status_code=204)
        changed = Changed.model_validate_json(await request.body())
        comment = change(site, comment, file, _person(site, changed.author), changed)
    except ValidationError as error:
        return refused(error).response()
    except ApiError as error:
        return error.response()
    return _shown(request, comment, 200)


def _person(site: Site, author: Author) -> User:
    """Known by the address; somebody new moves in."""
    people = site.store.people
    return people.user_by_email(author.email) or people.add_user(author.name, author.email)


def _comment(site: Site, comment_id: str) -> Comment:
    comment = site.store.comments.get(comment_id)
    if comment is None:
        raise NotFound
    return comment


def _file(site: Site, comment: Comment) -> Asset:
    file = site.store.assets.get(comment.file_id)
    if file is None:
        raise NotFound
    return file


def _shown(request: Request, comment: Comment, status: int) -> Response:
    documents = Documents(site_of(request), address_of(request))
    return JSONResponse(document(documents, comment, EVERYTHING), status)


routes = [
    Route("/_sandbox/comments", create, methods=["POST"]),
    Route("/_sandbox/comments/{comment_id}", one, methods=["PATCH", "DELETE"]),
]
