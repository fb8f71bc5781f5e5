"""Version stacks: files as versions of one thing, the oldest first.

What the vendor leaves open is decided here: only whole files are stacked, a file moved in becomes
the head, a stack whose last file leaves is gone.
"""

from dataclasses import replace
from typing import Annotated

from pydantic import Field
from starlette.responses import Response

from frameio.sandbox.api.files import check_whole
from frameio.sandbox.api.folders import Moved
from frameio.sandbox.api.lists import many
from frameio.sandbox.api.operation import Call, Operation, one
from frameio.sandbox.api.queries import FileQuery, NoBody, NoQuery, Strict, VersionPage
from frameio.sandbox.errors import Invalid, NotFound
from frameio.sandbox.store.records import Asset

FILES = "/data/file_ids"


class NewStack(Strict):
    class Data(Strict):
        file_ids: Annotated[list[str], Field(min_length=2, max_length=10)]

    data: Data


def create(call: Call[NoQuery, NewStack]) -> Response:
    folder, ids = call.folder(), call.body.data.file_ids
    if len(set(ids)) < len(ids):
        raise Invalid("Array items must be unique", FILES)
    files = [_file(call, folder, id_) for id_ in ids]
    stack = call.site.store.assets.create_stack(folder, files)
    call.happened("file.versioned", files[-1])
    return one(call.documents.stack(stack), 201)


def _file(call: Call[NoQuery, NewStack], folder: Asset, file_id: str) -> Asset:
    try:
        file = call.asset(file_id, "file")
    except NotFound:
        raise Invalid(f"There is no file {file_id}", FILES) from None
    if file.parent_id != folder.id:
        raise Invalid(f"File {file_id} is not in this folder", FILES)
    check_whole(call, file, FILES)
    return file


def show(call: Call[FileQuery, NoBody]) -> Response:
    return one(call.documents.stack(call.stack(), call.query.included()))


def children(call: Call[VersionPage, NoBody]) -> Response:
    """The oldest version first, unless another order is asked for."""
    stack, include = call.stack(), call.query.included()
    return many(
        call,
        lambda wanted: call.site.store.assets.children_page(
            stack.id, ["file"], replace(wanted, sort=wanted.sort or "stack_position_asc")
        ),
        lambda row: call.documents.file(Asset(**row), include),
    )


def move(call: Call[NoQuery, Moved]) -> Response:
    stack, folder = call.stack(), call.asset(call.body.data.parent_id, "folder")
    return one(call.documents.stack(call.site.store.assets.move(stack, folder)))


ONE = "/accounts/{account_id}/version_stacks/{version_stack_id}"
IN_FOLDER = "/accounts/{account_id}/folders/{folder_id}/version_stacks"
operations = (
    Operation("version_stacks.create", "POST", IN_FOLDER, create, NoQuery, NewStack),
    Operation("version_stacks.show", "GET", ONE, show, FileQuery, NoBody),
    Operation("version_stacks.index", "GET", ONE + "/children", children, VersionPage, NoBody),
    Operation("version_stacks.move", "PATCH", ONE + "/move", move, NoQuery, Moved),
)
