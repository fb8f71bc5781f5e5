"""Frame.io projects that are made with the first upload, against the sandbox."""

from collections.abc import Callable
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from frameio.connecting import client_for
from frameio.models import Account
from pipeline.models import JobEvent, NamingRule, Project
from tests.commands.conftest import Upload
from tests.sandbox.running import Sandbox

pytestmark = pytest.mark.processes
Render = Callable[..., Path]
NAME = "DEMO · The demo"


@pytest.fixture
def project(upload: Upload) -> Project:
    """DEMO, whose Frame.io project is yet to be made."""
    project = Project.objects.get()
    account = Account.objects.get()
    with client_for(account) as client:
        (workspace,) = client.workspaces(account.account_id)
    project.name = "The demo"
    project.frameio_project_id = project.frameio_project_name = ""
    project.frameio_project_kind = Project.Remote.MADE
    project.frameio_workspace_id = workspace.id
    project.save()
    return project


def remote_names() -> list[str]:
    account = Account.objects.get()
    with client_for(account) as client:
        return [each.name for each in client.all_projects(account.account_id)]


def test_it_is_made_with_the_first_upload_and_used_by_the_next(
    upload: Upload, project: Project, render: Render, sandbox: Sandbox
) -> None:
    [first] = upload(render())
    [second] = upload(render("DEMO_010_0050_comp_v001.mov", b"other frames"))
    assert (first["state"], second["state"]) == ("done", "done")
    project.refresh_from_db()
    assert project.frameio_project_name == NAME
    assert remote_names().count(NAME) == 1
    assert {file["project"] for file in sandbox.tree()} == {NAME}
    said = f"made the project {NAME} on Frame.io"
    assert list(JobEvent.objects.filter(why=said).values_list("job_id", flat=True)) == [
        first["job_id"]
    ]


def test_without_a_workspace_it_is_made_in_the_default_one(
    upload: Upload, project: Project, render: Render, settings: Settings
) -> None:
    settings.FRAMEIO_DEFAULT_WORKSPACE_ID = project.frameio_workspace_id
    Project.objects.update(frameio_workspace_id="")
    [told] = upload(render())
    assert told["state"] == "done"
    assert remote_names().count(NAME) == 1


def test_a_create_whose_answer_is_lost_makes_no_second(
    upload: Upload, project: Project, render: Render, sandbox: Sandbox
) -> None:
    create = {"method": "POST", "path": "/projects$"}
    sandbox.faults([{"match": create, "action": {"drop": True}, "when": "after", "times": 1}])
    [told] = upload(render())
    assert told["state"] == "done"
    assert remote_names().count(NAME) == 1


def test_a_dry_run_makes_nothing(upload: Upload, project: Project, render: Render) -> None:
    NamingRule.objects.update(new_projects_like=project)
    [told] = upload("--dry-run", render("KES_010_0040_comp_v001.mov"))
    assert told["success"]
    assert not Project.objects.filter(code="KES").exists()
    assert NAME not in remote_names()


def test_a_code_that_nobody_knows_makes_both(
    upload: Upload, project: Project, render: Render
) -> None:
    NamingRule.objects.update(new_projects_like=project)
    [told] = upload(render("KES_010_0040_comp_v001.mov"))
    assert told["state"] == "done"
    assert Project.objects.get(code="KES").frameio_project_name == "KES · KES"
    assert "KES · KES" in remote_names()


def test_its_name_follows_frameios(upload: Upload, project: Project, render: Render) -> None:
    """Whoever renames it there, reads the new name here after the next upload."""
    upload(render())
    Project.objects.update(frameio_project_name="An earlier name")
    upload(render("DEMO_010_0050_comp_v001.mov", b"other frames"))
    project.refresh_from_db()
    assert project.frameio_project_name == NAME
