"""Workspaces of an account."""

from starlette.responses import Response

from frameio.sandbox.api.lists import many
from frameio.sandbox.api.operation import Call, Operation, one
from frameio.sandbox.api.queries import CreatorQuery, Name, NoBody, NoQuery, Strict, WorkspacePage
from frameio.sandbox.store.records import Workspace


class NewWorkspace(Strict):
    class Data(Strict):
        name: Name = "Untitled Workspace"

    data: Data


def index(call: Call[WorkspacePage, NoBody]) -> Response:
    account, include = call.account(), call.query.included()
    return many(
        call,
        lambda wanted: call.site.store.people.workspaces_page(account.id, wanted),
        lambda row: call.documents.workspace(Workspace(**row), include),
    )


def create(call: Call[NoQuery, NewWorkspace]) -> Response:
    account = call.account()
    workspace = call.site.store.people.create_workspace(account.id, call.body.data.name)
    return one(call.documents.workspace(workspace), 201)


def show(call: Call[CreatorQuery, NoBody]) -> Response:
    return one(call.documents.workspace(call.workspace(), call.query.included()))


ALL = "/accounts/{account_id}/workspaces"
ONE = ALL + "/{workspace_id}"
operations = (
    Operation("workspaces.index", "GET", ALL, index, WorkspacePage, NoBody),
    Operation("workspaces.create", "POST", ALL, create, NoQuery, NewWorkspace),
    Operation("workspaces.show", "GET", ONE, show, CreatorQuery, NoBody),
)
