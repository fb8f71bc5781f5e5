"""Frame.io is set up in a real browser: log in, choose an account, choose or make a project."""

from collections.abc import Iterator

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Browser, Locator, Page, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from frameio.connecting import client_for, sandbox_login
from frameio.models import Account
from pipeline.models import Project
from tests.admin.browsing import page_of
from tests.sandbox.running import Sandbox

pytestmark = [
    pytest.mark.browser,
    pytest.mark.processes,
    pytest.mark.django_db(transaction=True),
]

TWO_ACCOUNTS = [
    {"id": "acc-1", "display_name": "Undertow Post"},
    {"id": "acc-2", "display_name": "Kestrel Pictures"},
]


@pytest.fixture
def nora(transactional_db: None) -> User:
    return User.objects.create_superuser("nora")


@pytest.fixture
def page(browser: Browser, live_server: LiveServer, nora: User, at: None) -> Iterator[Page]:
    with page_of(browser, live_server, nora) as page:
        yield page


@pytest.fixture
def at(sandbox: Sandbox, settings: Settings) -> None:
    """Frame.io and Adobe are the sandbox."""
    settings.FRAMEIO_API_URL = settings.FRAMEIO_IMS_URL = sandbox.url
    settings.FRAMEIO_CLIENT_ID = settings.FRAMEIO_CLIENT_SECRET = "sandbox"


@pytest.fixture
def account(sandbox: Sandbox, at: None, transactional_db: None) -> Account:
    """With three projects: Features / Undertow, Features / Kestrel, and the sandbox's own."""
    account = sandbox_login(sandbox.url)
    with client_for(account) as client:
        (workspace,) = client.workspaces(account.account_id)
        client.create_project(account.account_id, workspace.id, "Undertow")
        client.create_project(account.account_id, workspace.id, "Kestrel é")
    return account


@pytest.fixture
def project(account: Account) -> Project:
    return Project.objects.create(code="UNDLM", name="Undertow", frameio_account=account.pk)


def silent(sandbox: Sandbox, path: str) -> None:
    sandbox.faults([{"match": {"path": path}, "action": {"status": 503}}])


def offered(page: Page) -> Locator:
    """What an open list shows."""
    return page.locator(".combobox li:visible")


def form_of(project: Project) -> str:
    return f"/admin/pipeline/project/{project.pk}/change/"


# --- Logging in -----------------------------------------------------------------------------------
def test_who_cancels_at_adobe_is_told_so(page: Page) -> None:
    page.goto("/frameio/connect")
    page.get_by_role("link", name="Cancel").click()
    expect(page.get_by_text("The login was cancelled. Frame.io is not connected.")).to_be_visible()
    assert not Account.objects.exists()


def test_the_address_is_pasted_by_hand(page: Page, settings: Settings) -> None:
    """The browser ends up where nothing answers, and its address is all that is needed."""
    settings.FRAMEIO_REDIRECT_URI = "https://localhost:9/frameio/callback"
    page.goto("/frameio/paste")
    with page.expect_popup() as opened:
        page.get_by_role("link", name="Log in at Adobe and press Allow.").click()
    with opened.value.expect_event("requestfailed") as failed:
        opened.value.get_by_role("button", name="Allow").click()
    page.get_by_role("textbox").fill(failed.value.url)
    page.get_by_role("button", name="Connect").click()
    expect(page.get_by_text("is connected.")).to_be_visible()


def test_a_credential_is_connected_without_a_person(page: Page) -> None:
    page.goto("/frameio/service")
    page.get_by_label("Client id").fill("sandbox")
    page.get_by_label("Client secret").fill("sandbox")
    page.get_by_role("button", name="Connect").click()
    expect(page.get_by_text("is connected.")).to_be_visible()
    assert Account.objects.get().kind == Account.Kind.SERVICE


def test_a_wrong_credential_is_refused_in_words(page: Page) -> None:
    page.goto("/frameio/service")
    page.get_by_label("Client id").fill("sandbox")
    page.get_by_label("Client secret").fill("wrong")
    page.get_by_role("button", name="Connect").click()
    expect(page.get_by_text("Check the client id and secret")).to_be_visible()


def test_a_login_is_ended(page: Page, account: Account) -> None:
    page.goto(f"/admin/frameio/account/{account.pk}/change/")
    page.get_by_role("link", name="Disconnect…").click()
    page.get_by_role("button", name="Disconnect").click()
    expect(page.get_by_text("is disconnected.")).to_be_visible()
    expect(page.get_by_text("needs a login").first).to_be_visible()
    expect(page.locator(".list-note")).to_contain_text("needs a login")


# --- Several accounts on one login ----------------------------------------------------------------
def test_one_of_a_logins_accounts_is_chosen(page: Page, account: Account, sandbox: Sandbox) -> None:
    body = {"data": TWO_ACCOUNTS, "links": {"next": None}}
    sandbox.faults([{"match": {"path": "^/v4/accounts$"}, "action": {"status": 200, "body": body}}])
    Account.objects.update(account_id="")
    page.goto(f"/admin/frameio/account/{account.pk}/change/")
    expect(page.locator(".list-note")).to_have_text("2 to choose from.")
    page.get_by_role("combobox", name="Frame.io account").click()
    offered(page).get_by_text("Kestrel Pictures").click()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("was changed successfully")).to_be_visible()
    assert Account.objects.get().account_id == "acc-2"


# --- Choosing a project ---------------------------------------------------------------------------
def test_a_project_is_found_by_typing_and_chosen_by_keys(page: Page, project: Project) -> None:
    page.goto(form_of(project))
    box = page.get_by_role("combobox", name="Frame.io project")
    box.focus()
    expect(offered(page)).to_have_count(3)
    page.keyboard.type("kes e")  # accents and the order of words do not matter
    expect(offered(page)).to_have_count(1)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(offered(page)).to_have_count(0)
    page.get_by_role("button", name="Save and continue editing").click()
    expect(page.get_by_role("combobox", name="Frame.io project")).to_have_value("Kestrel é")
    assert Project.objects.get().frameio_project_name == "Kestrel é"


def test_escape_leaves_the_choice_as_it_was(page: Page, project: Project) -> None:
    page.goto(form_of(project))
    box = page.get_by_role("combobox", name="Frame.io project")
    box.fill("under")
    expect(offered(page)).to_have_count(1)
    page.keyboard.press("Escape")
    expect(box).to_have_value("")
    expect(box).to_have_attribute("aria-expanded", "false")


def test_what_fits_nothing_says_so_and_is_not_kept(page: Page, project: Project) -> None:
    page.goto(form_of(project))
    box = page.get_by_role("combobox", name="Frame.io project")
    box.focus()
    expect(offered(page)).to_have_count(3)
    box.fill("zzz")
    expect(page.get_by_text("None fits what is typed.")).to_be_visible()
    page.keyboard.press("Tab")
    expect(box).to_have_value("")


def test_a_pasted_address_is_taken(page: Page, project: Project, sandbox: Sandbox) -> None:
    account = Account.objects.get()
    with client_for(account) as client:
        wanted = next(
            each for each in client.all_projects(account.account_id) if each.name == "Undertow"
        )
    page.goto(form_of(project))
    page.get_by_role("combobox", name="Frame.io project").fill(
        f"https://next.frame.io/project/{wanted.id}/view/4"
    )
    page.get_by_role("button", name="Save and continue editing").click()
    expect(page.get_by_role("combobox", name="Frame.io project")).to_have_value("Undertow")
    assert Project.objects.get().frameio_project_id == wanted.id


def test_another_workspace_takes_the_choice_away(page: Page, project: Project) -> None:
    page.goto(form_of(project))
    box = page.get_by_role("combobox", name="Frame.io project")
    box.focus()
    offered(page).first.click()
    expect(box).not_to_have_value("")
    page.get_by_role("combobox", name="Workspace").focus()
    offered(page).first.click()
    expect(box).to_have_value("")


def test_a_silent_frameio_is_told_and_asked_again(
    page: Page, project: Project, sandbox: Sandbox
) -> None:
    silent(sandbox, "^/v4/")
    page.goto(form_of(project))
    page.get_by_role("combobox", name="Frame.io project").focus()
    note = page.locator(".field-frameio_project_id .list-note")
    expect(note).to_contain_text("Frame.io is in trouble (503)")
    sandbox.faults([])
    page.locator(".field-frameio_project_id").get_by_role("button", name="Refresh").click()
    expect(offered(page)).to_have_count(3)


def test_an_address_that_does_not_answer_in_time_is_told(page: Page, project: Project) -> None:
    page.goto(form_of(project))
    page.route("**/remote/?*", lambda route: route.abort())
    page.get_by_role("combobox", name="Frame.io project").focus()
    note = page.locator(".field-frameio_project_id .list-note")
    expect(note).to_contain_text("Frame.io does not answer.")


def test_a_new_one_is_made_by_rule(page: Page, project: Project) -> None:
    page.goto(form_of(project))
    page.get_by_label("a new one, made with the first upload").check()
    expect(page.get_by_role("combobox", name="Frame.io project")).to_be_hidden()
    page.get_by_role("combobox", name="Workspace").focus()
    offered(page).first.click()
    page.get_by_role("button", name="Save and continue editing").click()
    expect(page.get_by_text("UNDLM · Undertow, made with the first upload")).to_be_visible()
    page.get_by_role("button", name="Make it on Frame.io now").click()
    expect(page.get_by_text("UNDLM · Undertow is made.")).to_be_visible()
    assert Project.objects.get().frameio_project_name == "UNDLM · Undertow"


def test_without_javascript_it_is_a_select(
    browser: Browser, live_server: LiveServer, nora: User, project: Project
) -> None:
    with page_of(browser, live_server, nora, javascript=False) as page:
        page.goto(form_of(project))
        page.get_by_role("link", name="Load the lists").click()
        page.locator("select[name=frameio_project_id]").select_option(index=1)
        page.get_by_role("button", name="Save and continue editing").click()
        expect(page.get_by_text("was changed successfully")).to_be_visible()
    assert Project.objects.get().frameio_project_name
