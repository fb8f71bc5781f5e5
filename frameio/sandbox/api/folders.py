"""Folders and what is in them."""

from typing import TypeVar

from starlette.responses import Response

from frameio.sandbox.api.lists import many
from frameio.sandbox.api.operation import Call, Operation, done, one
from frameio.sandbox.api.queries import (
    ChildrenPage,
    FilePage,
    FolderPage,
    FolderQuery,
    Name,
    NoBody,
    NoQuery,
    StackPage,
    Strict,
)
from frameio.sandbox.errors import Invalid
from frameio.sandbox.store.records import Asset

Listed = TypeVar("Listed", ChildrenPage, FolderPage, FilePage, StackPage)


class NewFolder(Strict):
    class Data(Strict):
        name: Name = "Untitled Folder"  # the vendor's document does not require it

    data: Data


class Renamed(Strict):
    class Data(Strict):
        name: Name | None = None

    data: Data


class Moved(Strict):
    class Data(Strict):
        parent_id: str

    data: Data


def listing(call: Call[Listed, NoBody], *types: str) -> Response:
    folder, include = call.folder(), call.query.included()
    return many(
        call,
        lambda wanted: call.site.store.assets.children_page(folder.id, types, wanted),
        lambda row: call.documents.asset(Asset(**row), include),
    )


def children(call: Call[ChildrenPage, NoBody]) -> Response:
    return listing(call, *call.query.type.split(","))


def folders(call: Call[FolderPage, NoBody]) -> Response:
    return listing(call, "folder")


def files(call: Call[FilePage, NoBody]) -> Response:
    return listing(call, "file")


def version_stacks(call: Call[StackPage, NoBody]) -> Response:
    return listing(call, "version_stack")


def create(call: Call[NoQuery, NewFolder]) -> Response:
    folder = call.site.store.assets.create_folder(call.folder(), call.body.data.name)
    call.happened("folder.created", folder)
    return one(call.documents.folder(folder), 201)


def show(call: Call[FolderQuery, NoBody]) -> Response:
    return one(call.documents.folder(call.folder(), call.query.included()))


def update(call: Call[NoQuery, Renamed]) -> Response:
    folder, name = call.folder(), call.body.data.name
    renamed = folder if name is None else call.site.store.assets.rename(folder, name)
    call.happened("folder.updated", renamed)
    return one(call.documents.folder(renamed))


def move(call: Call[NoQuery, Moved]) -> Response:
    folder, parent = call.folder(), call.asset(call.body.data.parent_id, "folder")
    if folder.parent_id is None or call.site.store.assets.is_below(parent, folder):
        raise Invalid("A folder cannot be moved into itself or below itself", "/data/parent_id")
    moved = call.site.store.assets.move(folder, parent)
    call.happened("folder.updated", moved)
    return one(call.documents.folder(moved))


def delete(call: Call[NoQuery, NoBody]) -> Response:
    folder = call.folder()
    if folder.parent_id is None:
        raise Invalid("The root folder of a project cannot be deleted", "/folder_id")
    call.site.store.remove(folder.id)
    call.happened("folder.deleted", folder)
    return done()


ONE = "/accounts/{account_id}/folders/{folder_id}"
operations = (
    Operation("folders.index", "GET", ONE + "/children", children, ChildrenPage, NoBody),
    Operation("folders.list", "GET", ONE + "/folders", folders, FolderPage, NoBody),
    Operation("files.list", "GET", ONE + "/files", files, FilePage, NoBody),
    Operation(
        "version_stacks.list", "GET", ONE + "/version_stacks", version_stacks, StackPage, NoBody
    ),
    Operation("folders.create", "POST", ONE + "/folders", create, NoQuery, NewFolder),
    Operation("folders.show", "GET", ONE, show, FolderQuery, NoBody),
    Operation("folders.update", "PATCH", ONE, update, NoQuery, Renamed),
    Operation("folders.move", "PATCH", ONE + "/move", move, NoQuery, Moved),
    Operation("folders.delete", "DELETE", ONE, delete, NoQuery, NoBody),
)
