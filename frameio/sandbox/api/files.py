"""Files: announced here, their bytes go to the storage."""

from math import ceil
from mimetypes import guess_type
from pathlib import PurePosixPath
from typing import Annotated, TypeVar

from pydantic import AfterValidator, BaseModel, Field
from starlette.responses import JSONResponse, Response

from frameio.sandbox.api.folders import Moved, Renamed
from frameio.sandbox.api.operation import Call, Operation, done, one
from frameio.sandbox.api.queries import FileQuery, Name, NoBody, NoQuery, Strict, reachable
from frameio.sandbox.documents import status_of
from frameio.sandbox.errors import Invalid
from frameio.sandbox.faults import Effects
from frameio.sandbox.remote import start_fetch
from frameio.sandbox.storage import UNKNOWN_TYPE, upload_urls
from frameio.sandbox.store.records import Asset

Query = TypeVar("Query", bound=BaseModel)
Body = TypeVar("Body", bound=BaseModel)

# The system's own table may lack these, and differs from machine to machine.
FILM_TYPES = {
    ".mov": "video/quicktime",
    ".mp4": "video/mp4",
    ".avi": "video/x-msvideo",
    ".mkv": "video/x-matroska",
    ".mxf": "application/mxf",
    ".exr": "image/x-exr",
}


UNKNOWN_SIZE = 0


class LocalUpload(Strict):
    class Data(Strict):
        name: Name
        file_size: Annotated[int, Field(ge=1, le=5_000_000_000_000)]

    data: Data


class RemoteUpload(Strict):
    class Data(Strict):
        name: Name
        source_url: Annotated[str, AfterValidator(reachable)]

    data: Data


def media_type_of(name: str) -> str:
    suffix = PurePosixPath(name).suffix.lower()
    return FILM_TYPES.get(suffix) or guess_type("file" + suffix)[0] or UNKNOWN_TYPE


def part_sizes(file_size: int, largest: int) -> list[int]:
    """The fewest equal parts not above `largest`; the last one takes what is left."""
    count = ceil(file_size / largest)
    size = ceil(file_size / count)
    return [size] * (count - 1) + [file_size - size * (count - 1)]


def local_upload(call: Call[NoQuery, LocalUpload]) -> Response:
    data, options = call.body.data, call.site.options
    file = call.site.store.assets.create_file(
        call.folder(),
        data.name,
        parts=part_sizes(data.file_size, options.part_size),
        media_type=media_type_of(data.name) if options.guess_media_type else None,
        stays=held_at(call.effects),
    )
    call.happened("file.created", file)
    ended = "expired_urls" in call.effects
    urls = upload_urls(call.site, call.documents.base, file, ended=ended)
    return one(call.documents.file(file) | {"upload_urls": urls}, 201)


def remote_upload(call: Call[NoQuery, RemoteUpload]) -> Response:
    """Answers at once; `links.status` tells later what became of it."""
    data = call.body.data
    file = call.site.store.assets.create_file(
        call.folder(),
        data.name,
        parts=[UNKNOWN_SIZE],
        media_type=media_type_of(data.name) if call.site.options.guess_media_type else None,
        stays=held_at(call.effects),
    )
    call.happened("file.created", file)
    start_fetch(call.site, file, data.source_url, call.effects)
    status = f"/v4/accounts/{file.account_id}/files/{file.id}/status"
    return JSONResponse({"data": call.documents.file(file), "links": {"status": status}}, 202)


def held_at(effects: Effects) -> str | None:
    """The status that a fault does not let the new file leave."""
    held = ("created", "uploaded")
    return next((status for status in held if f"stays_{status}" in effects), None)


def check_whole(call: Call[Query, Body], file: Asset, pointer: str) -> None:
    """Only what has arrived can be a version."""
    if status_of(file, call.site) == "created":
        raise Invalid(f"File {file.id} has not finished uploading", pointer)


def show(call: Call[FileQuery, NoBody]) -> Response:
    return one(call.documents.file(call.file(), call.query.included()))


def update(call: Call[NoQuery, Renamed]) -> Response:
    file, name = call.file(), call.body.data.name
    renamed = file if name is None else call.site.store.assets.rename(file, name)
    call.happened("file.updated", renamed)
    return one(call.documents.file(renamed))


def move(call: Call[NoQuery, Moved]) -> Response:
    """Into a version stack it goes as the newest version."""
    file, parent = call.file(), call.asset(call.body.data.parent_id, "folder", "version_stack")
    if parent.type == "version_stack":
        check_whole(call, file, "/data/parent_id")
    moved = call.site.store.assets.move(file, parent)
    call.happened("file.versioned" if moved.stack_position else "file.updated", moved)
    return one(call.documents.file(moved))


def status(call: Call[NoQuery, NoBody]) -> Response:
    return one(call.documents.upload_status(call.file()))


def delete(call: Call[NoQuery, NoBody]) -> Response:
    file = call.file()
    call.site.store.remove(file.id)
    call.happened("file.deleted", file)
    return done()


UPLOAD = "/accounts/{account_id}/folders/{folder_id}/files/local_upload"
REMOTE = "/accounts/{account_id}/folders/{folder_id}/files/remote_upload"
ONE = "/accounts/{account_id}/files/{file_id}"
operations = (
    Operation("files.create_local_upload", "POST", UPLOAD, local_upload, NoQuery, LocalUpload),
    Operation("files.create_remote_upload", "POST", REMOTE, remote_upload, NoQuery, RemoteUpload),
    Operation("files.show", "GET", ONE, show, FileQuery, NoBody),
    Operation("files.update", "PATCH", ONE, update, NoQuery, Renamed),
    Operation("files.move", "PATCH", ONE + "/move", move, NoQuery, Moved),
    Operation("files.show_file_upload_status", "GET", ONE + "/status", status, NoQuery, NoBody),
    Operation("files.delete", "DELETE", ONE, delete, NoQuery, NoBody),
)
