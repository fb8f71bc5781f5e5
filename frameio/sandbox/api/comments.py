"""Comments on files. Replies can be read here and made by people only."""

import json
import re
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, JsonValue
from pydantic_core import PydanticCustomError
from starlette.responses import Response

from frameio.sandbox.api.lists import many
from frameio.sandbox.api.operation import Call, Operation, done, one
from frameio.sandbox.api.queries import Including, NoBody, PageQuery, Strict, comma_list
from frameio.sandbox.documents import Document, Documents, timestamp
from frameio.sandbox.errors import Invalid, NotFound
from frameio.sandbox.events import Event, announce
from frameio.sandbox.site import Site
from frameio.sandbox.store.comments import CHANGEABLE, Changes
from frameio.sandbox.store.records import Asset, Comment, User

FRAME_RATE = 24
"""The sandbox looks into no film: frames and timecode are counted as if all had this rate."""
TIMECODE = re.compile(r"(\d{2}):(\d{2}):(\d{2})[:;](\d{2})")


def frames(value: JsonValue) -> JsonValue:
    """A frame number, or HH:MM:SS:FF, as a frame number."""
    if value is None or (isinstance(value, int) and not isinstance(value, bool) and value >= 0):
        return value
    parsed = TIMECODE.fullmatch(value) if isinstance(value, str) else None
    if parsed is None:
        raise PydanticCustomError("timestamp", "Invalid timestamp: frame number or HH:MM:SS:FF")
    hours, minutes, seconds, rest = map(int, parsed.groups())
    return ((hours * 60 + minutes) * 60 + seconds) * FRAME_RATE + rest


def timecode(frame: int) -> str:
    seconds, rest = divmod(frame, FRAME_RATE)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}:{rest:02}"


class Anchor(Strict):
    x: Annotated[float, Field(ge=0, le=1)]
    y: Annotated[float, Field(ge=0, le=1)]


class Fields(Strict):
    timestamp: Annotated[JsonValue, AfterValidator(frames)] = None
    duration: Annotated[int, Field(ge=1)] | None = None
    page: Annotated[int, Field(ge=1)] | None = None
    annotation: Annotated[str, Field(max_length=200_000)] | None = None
    anchor: Anchor | None = None
    completed: bool | None = None

    def columns(self) -> Changes:
        given = self.model_dump(include=set(CHANGEABLE), exclude_unset=True)
        anchor = {"anchor": json.dumps(given["anchor"])} if given.get("anchor") else {}
        return given | anchor


Text = Annotated[str, Field(min_length=1, max_length=40_000)]


class NewComment(Strict):
    class Data(Fields):
        text: Text

    data: Data


class ChangedComment(Strict):
    class Data(Fields):
        text: Text = ""

    data: Data


class AsTimecode(Strict):
    timestamp_as_timecode: Literal["true", "false"] = "false"


class CommentQuery(AsTimecode, Including):
    include: Annotated[str, comma_list("owner", "replies")] = ""


class CommentPage(CommentQuery, PageQuery):
    sort: (
        Literal[
            "owner_asc",
            "owner_desc",
            "completed_at_asc",
            "completed_at_desc",
            "created_at_asc",
            "created_at_desc",
        ]
        | None
    ) = None


def document(documents: Documents, comment: Comment, query: AsTimecode) -> Document:
    people, frame = documents.site.store.people, comment.timestamp
    as_timecode = query.timestamp_as_timecode == "true" and frame is not None
    shown: Document = {
        "id": comment.id,
        "file_id": comment.file_id,
        "text": comment.text,
        "timestamp": timecode(frame or 0) if as_timecode else frame,
        "duration": comment.duration,
        "page": comment.page,
        "annotation": comment.annotation,
        "anchor": json.loads(comment.anchor) if comment.anchor else None,
        "text_edited_at": timestamp(comment.text_edited_at),
        "text_review_annotation": None,
        "completed_at": timestamp(comment.completed_at),
        "completer_id": comment.completer_id,
        "created_at": timestamp(comment.created_at),
        "updated_at": timestamp(comment.updated_at),
        "attachments": [],
        "mentions": [],
        "links": [],
    }
    include = query.included() if isinstance(query, CommentQuery) else set()
    if "owner" in include:
        shown["owner"] = documents.user(people.user_by_id(comment.owner_id))
    if "replies" in include:
        plain = AsTimecode(timestamp_as_timecode=query.timestamp_as_timecode)
        replies = documents.site.store.comments.replies(comment)
        shown["replies"] = [document(documents, reply, plain) for reply in replies]
    return shown


def say(
    site: Site, file: Asset, user: User, fields: NewComment.Data, *, parent: Comment | None = None
) -> Comment:
    if fields.duration is not None and fields.timestamp is None:
        raise Invalid("A duration needs a timestamp", "/data/duration")
    made = site.store.comments.create(file, user, fields.columns(), parent=parent)
    _tell(site, "comment.created", made, file, user)
    return _marked(site, made, file, user, completed=fields.completed)


def change(
    site: Site, comment: Comment, file: Asset, user: User, fields: ChangedComment.Data
) -> Comment:
    columns = fields.columns()
    if columns:
        comment = site.store.comments.update(comment, columns)
        _tell(site, "comment.updated", comment, file, user)
    return _marked(site, comment, file, user, completed=fields.completed)


def take_back(site: Site, comment: Comment, file: Asset, user: User) -> None:
    site.store.comments.delete(comment)
    _tell(site, "comment.deleted", comment, file, user)


def _marked(
    site: Site, comment: Comment, file: Asset, user: User, *, completed: bool | None
) -> Comment:
    """Done, or open again; null leaves it as it is."""
    if completed is None or completed == (comment.completed_at is not None):
        return comment
    if completed:
        comment = site.store.comments.complete(comment, user)
    else:
        comment = site.store.comments.reopen(comment)
    _tell(site, "comment.completed" if completed else "comment.uncompleted", comment, file, user)
    return comment


def _tell(site: Site, name: str, comment: Comment, file: Asset, user: User) -> None:
    event = Event(name, "comment", comment.id, file.account_id, file.project_id, user.id)
    announce(site, event)


def index(call: Call[CommentPage, NoBody]) -> Response:
    file = call.file()
    return many(
        call,
        lambda wanted: call.site.store.comments.page_of(file.id, wanted),
        lambda row: document(call.documents, Comment(**row), call.query),
    )


def create(call: Call[AsTimecode, NewComment]) -> Response:
    comment = say(call.site, call.file(), call.caller, call.body.data)
    return one(document(call.documents, comment, call.query), 201)


def show(call: Call[CommentQuery, NoBody]) -> Response:
    comment, _ = _found(call.site, call.ids["comment_id"], call.account().id)
    return one(document(call.documents, comment, call.query))


def update(call: Call[AsTimecode, ChangedComment]) -> Response:
    comment, file = _found(call.site, call.ids["comment_id"], call.account().id)
    changed = change(call.site, comment, file, call.caller, call.body.data)
    return one(document(call.documents, changed, call.query))


def delete(call: Call[AsTimecode, NoBody]) -> Response:
    comment, file = _found(call.site, call.ids["comment_id"], call.account().id)
    take_back(call.site, comment, file, call.caller)
    return done()


def _found(site: Site, comment_id: str, account_id: str) -> tuple[Comment, Asset]:
    comment = site.store.comments.get(comment_id)
    file = site.store.assets.get(comment.file_id) if comment else None
    if comment is None or file is None or file.account_id != account_id:
        raise NotFound
    return comment, file


OF_FILE = "/accounts/{account_id}/files/{file_id}/comments"
ONE = "/accounts/{account_id}/comments/{comment_id}"
operations = (
    Operation("comments.index", "GET", OF_FILE, index, CommentPage, NoBody),
    Operation("comments.create", "POST", OF_FILE, create, AsTimecode, NewComment),
    Operation("comments.show", "GET", ONE, show, CommentQuery, NoBody),
    Operation("comments.update", "PATCH", ONE, update, AsTimecode, ChangedComment),
    Operation("comments.delete", "DELETE", ONE, delete, AsTimecode, NoBody),
)
