"""Which Frame.io project is ours: picked from live lists, or made by rule."""

import httpx
import pytest
from django.db import connection
from django.test import Client

from frameio.models import Account
from pipeline.admin.project_form import remote_id
from pipeline.models import Project, UploadJob
from tests.admin.conftest import MakeJob, State
from tests.admin.test_moving_jobs import messages_of
from tests.frameio.fake import FakeFrameio, data, refusal
from tests.frameio.test_projects import listing, remote_project, two_workspaces

LISTS = "/admin/pipeline/project/remote/"
FORM = {
    "code": "UNDLM",
    "name": "Undertow",
    "active": "on",
    "integrations": ["frameio"],
    "transfer": "direct",
    "same_name": "version",
    "comments_for_days": "14",
    "review_access": "",
    "review_days": "14",
    "frameio_project_kind": "chosen",
    "frameio_name_template": "{code} · {name}",
}
PROJECT_ID = "0b8f9a51-53e4-4f7b-9a1d-2d5a9a0d2f11"


@pytest.fixture
def url(project: Project) -> str:
    return f"/admin/pipeline/project/{project.pk}/change/"


@pytest.fixture
def chosen(account: Account) -> dict[str, object]:
    return {**FORM, "frameio_account": account.pk, "frameio_project_id": PROJECT_ID}


@pytest.fixture
def by_rule(account: Account, frameio: FakeFrameio) -> dict[str, object]:
    frameio.next("GET", "/workspaces/ws-2", data({"id": "ws-2", "name": "Features"}))
    rule = {"frameio_project_kind": "made", "frameio_workspace_id": "ws-2"}
    return {**FORM, **rule, "frameio_account": account.pk}


def known(frameio: FakeFrameio, ident: str = PROJECT_ID) -> None:
    frameio.next("GET", f"/projects/{ident}", data(remote_project(ident, "Undertow")))
    frameio.next("GET", "/workspaces/ws-2", data({"id": "ws-2", "name": "Features"}))


# --- Lists ----------------------------------------------------------------------------------------
def test_the_page_opens_without_asking_frameio(
    url: str, nora: Client, frameio: FakeFrameio
) -> None:
    assert nora.get(url).status_code == 200
    assert frameio.calls == []


def test_the_workspaces_are_listed(account: Account, nora: Client, frameio: FakeFrameio) -> None:
    two_workspaces(frameio)
    told = nora.get(f"{LISTS}?list=workspaces&frameio_account={account.pk}").json()
    both = [{"id": "ws-1", "label": "Series"}, {"id": "ws-2", "label": "Features"}]
    assert told == {"choices": both, "error": ""}


def test_one_workspaces_projects_are_listed(
    account: Account, nora: Client, frameio: FakeFrameio
) -> None:
    frameio.next("GET", "/ws-2/projects", listing(remote_project("p", "Undertow")))
    asked = f"list=projects&frameio_account={account.pk}&frameio_workspace_id=ws-2"
    assert nora.get(f"{LISTS}?{asked}").json()["choices"] == [{"id": "p", "label": "Undertow"}]


def test_without_a_workspace_all_are_listed_with_theirs(
    account: Account, nora: Client, frameio: FakeFrameio
) -> None:
    two_workspaces(frameio)
    frameio.next("GET", "/acc/projects", listing(remote_project("p", "Undertow")))
    told = nora.get(f"{LISTS}?list=projects&frameio_account={account.pk}").json()
    assert told["choices"] == [{"id": "p", "label": "Features / Undertow"}]


def test_who_waits_for_a_list_is_told_of_trouble_at_the_first_try(
    account: Account, nora: Client, frameio: FakeFrameio
) -> None:
    frameio.next("GET", "/workspaces", httpx.ReadTimeout("slow"))
    told = nora.get(f"{LISTS}?list=workspaces&frameio_account={account.pk}").json()
    assert told["error"].startswith("Frame.io did not answer in time")
    assert len(frameio.calls) == 1


def test_without_javascript_the_lists_come_with_the_page(
    url: str, nora: Client, frameio: FakeFrameio
) -> None:
    assert 'href="?lists"' in nora.get(url).content.decode()
    two_workspaces(frameio)
    two_workspaces(frameio)
    frameio.next("GET", "/acc/projects", listing(remote_project("p", "Undertow")))
    page = nora.get(f"{url}?lists").content.decode()
    assert '<option value="ws-1">Series</option>' in page
    assert '<option value="p">Features / Undertow</option>' in page


def test_lists_that_do_not_come_are_said_so_on_the_page(url: str, nora: Client) -> None:
    Account.objects.update(needs_login=True)
    assert "needs a login" in nora.get(f"{url}?lists").content.decode()


@pytest.mark.parametrize(
    ("pasted", "ident"),
    [
        (f"https://next.frame.io/project/{PROJECT_ID.upper()}/view/4", PROJECT_ID),
        (f"  {PROJECT_ID} ", PROJECT_ID),
        (f"adobe:{PROJECT_ID}", f"adobe:{PROJECT_ID}"),
        ("", ""),
    ],
)
def test_the_id_is_found_in_what_was_pasted(pasted: str, ident: str) -> None:
    assert remote_id(pasted) == ident


# --- Choosing one ---------------------------------------------------------------------------------
def test_its_name_is_remembered_and_shown(
    url: str, chosen: dict[str, object], nora: Client, frameio: FakeFrameio
) -> None:
    known(frameio)
    nora.post(url, chosen)
    project = Project.objects.get()
    assert (project.frameio_project_id, project.frameio_workspace_id) == (PROJECT_ID, "ws-2")
    assert "Features / Undertow" in nora.get(url).content.decode()
    assert (
        f'<option value="{PROJECT_ID}" selected>Undertow</option>' in nora.get(url).content.decode()
    )


@pytest.mark.parametrize("status", [403, 404, 422])
def test_one_that_frameio_does_not_know_is_refused(
    url: str, chosen: dict[str, object], nora: Client, frameio: FakeFrameio, status: int
) -> None:
    frameio.next("GET", f"/projects/{PROJECT_ID}", refusal(status, "No"))
    page = nora.post(url, chosen).content.decode()
    assert "This login does not see that project on Frame.io. Choose another." in page
    assert f'<option value="{PROJECT_ID}" selected>' in page
    assert Project.objects.get().frameio_project_id == ""


def test_when_frameio_does_not_answer_it_is_kept_with_a_warning(
    url: str, chosen: dict[str, object], nora: Client, frameio: FakeFrameio
) -> None:
    frameio.next("GET", f"/projects/{PROJECT_ID}", httpx.ReadTimeout("slow"))
    (warning,) = messages_of(nora.post(url, chosen))[:1]
    assert "could not be asked whether it is right" in warning
    assert Project.objects.get().frameio_project_id == PROJECT_ID


def test_a_name_does_not_outlive_its_project(
    url: str, chosen: dict[str, object], nora: Client, frameio: FakeFrameio
) -> None:
    Project.objects.update(frameio_project_id="old", frameio_project_name="Kestrel")
    frameio.next("GET", f"/projects/{PROJECT_ID}", httpx.ReadTimeout("slow"))
    nora.post(url, chosen)
    assert Project.objects.get().frameio_project_name == ""


def test_frameio_is_asked_only_when_the_choice_changes(
    url: str, chosen: dict[str, object], nora: Client, frameio: FakeFrameio
) -> None:
    known(frameio)
    nora.post(url, chosen)
    frameio.calls.clear()
    nora.post(url, {**chosen, "frameio_workspace_id": "ws-2", "name": "Undertow 2"})
    project = Project.objects.get()
    assert (project.name, project.frameio_project_name) == ("Undertow 2", "Undertow")
    assert frameio.calls == []


@pytest.mark.django_db(transaction=True)
def test_frameio_is_not_asked_in_a_transaction(
    url: str,
    chosen: dict[str, object],
    nora: Client,
    frameio: FakeFrameio,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """On SQLite it would keep every other process from writing until the answer is there."""
    seen: list[bool] = []
    inside = frameio._api

    def answer(request: httpx.Request, path: list[str]) -> httpx.Response:
        seen.append(connection.in_atomic_block)
        return inside(request, path)

    monkeypatch.setattr(frameio, "_api", answer)
    nora.post(url, chosen)
    assert seen == [False]


def test_who_may_only_look_makes_no_call(
    url: str, chosen: dict[str, object], paul: Client, frameio: FakeFrameio
) -> None:
    assert paul.post(url, chosen).status_code == 403
    assert frameio.calls == []


# --- Made by rule ---------------------------------------------------------------------------------
def test_a_new_one_needs_a_workspace(url: str, by_rule: dict[str, object], nora: Client) -> None:
    page = nora.post(url, {**by_rule, "frameio_workspace_id": ""}).content.decode()
    assert "Choose the workspace in which the new project is made." in page


@pytest.mark.parametrize("template", ["{codes}", "{code", "{name!r}", "{}", "}{code}"])
def test_a_name_with_other_braces_is_refused(
    url: str, by_rule: dict[str, object], nora: Client, frameio: FakeFrameio, template: str
) -> None:
    page = nora.post(url, {**by_rule, "frameio_name_template": template}).content.decode()
    assert "Only {code} and {name} may stand in braces." in page


def test_nothing_is_made_before_it_is_needed(
    url: str, by_rule: dict[str, object], nora: Client, frameio: FakeFrameio
) -> None:
    answer = nora.post(url, by_rule)
    assert messages_of(answer)[-1].startswith("The project")  # it is saved, and no warning
    assert {call.split()[0] for call in frameio.calls} == {"GET"}
    page = nora.get(url).content.decode()
    assert "UNDLM · Undertow, made with the first upload" in page
    assert "Make it on Frame.io now" in page


def test_it_is_made_by_a_button(
    url: str, by_rule: dict[str, object], project: Project, nora: Client, frameio: FakeFrameio
) -> None:
    nora.post(url, by_rule)
    frameio.next("GET", "/ws-2/projects", listing())
    frameio.next("POST", "/ws-2/projects", data(remote_project("p-1", "UNDLM · Undertow"), 201))
    answer = nora.post(f"/admin/pipeline/project/{project.pk}/remote/new/")
    assert messages_of(answer)[-1] == "UNDLM · Undertow is made."
    assert Project.objects.get().frameio_project_id == "p-1"


def test_one_of_the_name_is_used(
    url: str, by_rule: dict[str, object], project: Project, nora: Client, frameio: FakeFrameio
) -> None:
    nora.post(url, by_rule)
    frameio.next("GET", "/ws-2/projects", listing(remote_project("p-7", "UNDLM · Undertow")))
    answer = nora.post(f"/admin/pipeline/project/{project.pk}/remote/new/")
    assert messages_of(answer)[-1] == "UNDLM · Undertow was there, and is used."
    assert Project.objects.get().frameio_project_id == "p-7"


def test_saving_other_things_keeps_the_one_that_was_made(
    url: str, by_rule: dict[str, object], nora: Client, frameio: FakeFrameio
) -> None:
    """Also from a page that was opened before it was made."""
    nora.post(url, by_rule)
    Project.objects.update(frameio_project_id="p-1", frameio_project_name="UNDLM · Undertow")
    nora.post(url, {**by_rule, "write_metadata": "on"})
    project = Project.objects.get()
    assert (project.write_metadata, project.frameio_project_id) == (True, "p-1")


def test_another_workspace_asks_for_another_project(
    url: str, by_rule: dict[str, object], nora: Client, frameio: FakeFrameio
) -> None:
    nora.post(url, by_rule)
    Project.objects.update(frameio_project_id="p-1", frameio_project_name="UNDLM · Undertow")
    frameio.next("GET", "/workspaces/ws-1", data({"id": "ws-1", "name": "Series"}))
    nora.post(url, {**by_rule, "frameio_workspace_id": "ws-1"})
    project = Project.objects.get()
    assert (project.frameio_project_id, project.frameio_project_name) == ("", "")


def test_what_frameio_refuses_is_said(
    url: str, by_rule: dict[str, object], project: Project, nora: Client, frameio: FakeFrameio
) -> None:
    nora.post(url, by_rule)
    frameio.next("GET", "/ws-2/projects", httpx.Response(403, json={}))
    answer = nora.post(f"/admin/pipeline/project/{project.pk}/remote/new/")
    assert messages_of(answer)[-1].startswith("Frame.io does not allow this login")
    assert Project.objects.get().frameio_project_id == ""


def test_who_may_only_look_makes_none(project: Project, paul: Client, frameio: FakeFrameio) -> None:
    Project.objects.update(frameio_project_kind="made")
    assert paul.post(f"/admin/pipeline/project/{project.pk}/remote/new/").status_code == 403
    assert frameio.calls == []


def test_the_rule_sends_what_was_held(
    url: str, by_rule: dict[str, object], make_job: MakeJob, nora: Client
) -> None:
    make_job(State.WAITING, hold="project", reason="UNDLM has no Frame.io project yet.")
    nora.post(url, by_rule)
    assert UploadJob.objects.get().state == State.PENDING
