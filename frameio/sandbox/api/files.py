"""Files: announced here, their bytes go to the storage."""

from math import ceil
from mimetypes import guess_type
from pathlib import PurePosixPath
from typing import Annotated, TypeVar

from pydantic import BaseModel, Field
from starlette.responses import Response

from frameio.sandbox.api.folders import Moved, Renamed
from frameio.sandbox.api.operation import Call, Operation, done, one
from frameio.sandbox.api.queries import FileQuery, Name, NoBody, NoQuery, Strict
from frameio.sandbox.documents import status_of
from frameio.sandbox.errors import Invalid
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


class LocalUpload(Strict):
    class Data(Strict):
        name: Name
        file_size: Annotated[int, Field(ge=1, le=5_000_000_000_000)]

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
    )
    urls = upload_urls(call.site, call.documents.base, file)
    return one(call.documents.file(file) | {"upload_urls": urls}, 201)


def check_whole(call: Call[Query, Body], file: Asset, pointer: str) -> None:
    """Only what has arrived can be a version."""
    if status_of(file, call.site) == "created":
        raise Invalid(f"File {file.id} has not finished uploading", pointer)


def show(call: Call[FileQuery, NoBody]) -> Response:
    return one(call.documents.file(call.file(), call.query.included()))


def update(call: Call[NoQuery, Renamed]) -> Response:
    file, name = call.file(), call.body.data.name
    renamed = file if name is None else call.site.store.assets.rename(file, name)
    return one(call.documents.file(renamed))


def move(call: Call[NoQuery, Moved]) -> Response:
    """Into a version stack it goes as the newest version."""
    file, parent = call.file(), call.asset(call.body.data.parent_id, "folder", "version_stack")
    if parent.type == "version_stack":
        check_whole(call, file, "/data/parent_id")
    return one(call.documents.file(call.site.store.assets.move(file, parent)))


def status(call: Call[NoQuery, NoBody]) -> Response:
    return one(call.documents.upload_status(call.file()))


def delete(call: Call[NoQuery, NoBody]) -> Response:
    call.site.store.remove(call.file().id)
    return done()


UPLOAD = "/accounts/{account_id}/folders/{folder_id}/files/local_upload"
ONE = "/accounts/{account_id}/files/{file_id}"
operations = (
    Operation("files.create_local_upload", "POST", UPLOAD, local_upload, NoQuery, LocalUpload),
    Operation("files.show", "GET", ONE, show, FileQuery, NoBody),
    Operation("files.update", "PATCH", ONE, update, NoQuery, Renamed),
    Operation("files.move", "PATCH", ONE + "/move", move, NoQuery, Moved),
    Operation("files.show_file_upload_status", "GET", ONE + "/status", status, NoQuery, NoBody),
    Operation("files.delete", "DELETE", ONE, delete, NoQuery, NoBody),
)
