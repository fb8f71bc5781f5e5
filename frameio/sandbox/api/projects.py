"""Projects, of an account or of one workspace."""

from starlette.responses import Response

from frameio.sandbox.api.lists import many
from frameio.sandbox.api.operation import Call, Operation, one
from frameio.sandbox.api.queries import Name, NoBody, NoQuery, OwnerQuery, ProjectPage, Strict
from frameio.sandbox.events import Event, announce
from frameio.sandbox.store.records import Project


class NewProject(Strict):
    class Data(Strict):
        name: Name
        restricted: bool = False

    data: Data


def of_account(call: Call[ProjectPage, NoBody]) -> Response:
    account, include = call.account(), call.query.included()
    return many(
        call,
        lambda wanted: call.site.store.people.projects_page(account.id, wanted),
        lambda row: call.documents.project(Project(**row), include),
    )


def of_workspace(call: Call[ProjectPage, NoBody]) -> Response:
    workspace, include = call.workspace(), call.query.included()
    return many(
        call,
        lambda wanted: call.site.store.people.projects_page(
            workspace.account_id, wanted, workspace_id=workspace.id
        ),
        lambda row: call.documents.project(Project(**row), include),
    )


def create(call: Call[NoQuery, NewProject]) -> Response:
    data = call.body.data
    project = call.site.store.people.create_project(
        call.workspace(), data.name, restricted=data.restricted
    )
    event = ("project.created", "project", project.id, project.account_id, project.id)
    announce(call.site, Event(*event, call.caller.id))
    return one(call.documents.project(project), 201)


def show(call: Call[OwnerQuery, NoBody]) -> Response:
    return one(call.documents.project(call.project(), call.query.included()))


OF_ACCOUNT = "/accounts/{account_id}/projects"
OF_WORKSPACE = "/accounts/{account_id}/workspaces/{workspace_id}/projects"
ONE = OF_ACCOUNT + "/{project_id}"
operations = (
    Operation("account_projects.index", "GET", OF_ACCOUNT, of_account, ProjectPage, NoBody),
    Operation("projects.index", "GET", OF_WORKSPACE, of_workspace, ProjectPage, NoBody),
    Operation("projects.create", "POST", OF_WORKSPACE, create, NoQuery, NewProject),
    Operation("projects.show", "GET", ONE, show, OwnerQuery, NoBody),
)
