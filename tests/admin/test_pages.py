"""Every page opens, for those who may see it and no one else, and none of them shows a secret."""

import pytest
from django.contrib import admin
from django.test import Client
from django_q.models import Failure, OrmQ, Schedule, Success

from frameio.models import Account
from pipeline.channels import Channel
from pipeline.models import NamingRule, Project, SourceFile, UploadJob, WatchedFolder
from tests.admin.conftest import SECRET, MakeJob, State

LISTS = [
    "/",
    "/admin/",
    "/guide/",
    "/guide/uploads/",
    "/admin/progress.json",
    "/admin/pipeline/uploadjob/",
    "/admin/pipeline/uploadjob/?state=needs-me&when=today",
    "/admin/pipeline/uploadjob/?q=UNDLM&when=week",
    "/admin/pipeline/uploadjob/?when=arrived",
    "/admin/pipeline/uploadjob/held/",
    "/admin/pipeline/sourcefile/",
    "/admin/pipeline/project/",
    "/admin/pipeline/project/add/",
    "/admin/pipeline/namingrule/",
    "/admin/pipeline/namingrule/add/",
    "/admin/pipeline/watchedfolder/",
    "/admin/pipeline/watchedfolder/add/",
    "/admin/frameio/account/",
    "/admin/pipeline/channel/",
    "/admin/pipeline/channel/add/",
    "/admin/pipeline/shot/",
    "/admin/pipeline/shot/import/",
    "/frameio/service",
    "/admin/auth/user/",
    "/admin/auth/group/",
]
ROWS = [
    (UploadJob, "change"),
    (UploadJob, "cancel"),
    (SourceFile, "change"),
    (Project, "change"),
    (Project, "history"),
    (NamingRule, "change"),
    (NamingRule, "delete"),
    (WatchedFolder, "change"),
    (Channel, "change"),
    (Project, "summary"),
    (Account, "change"),
    (Account, "delete"),
]


@pytest.fixture
def everything(make_job: MakeJob) -> None:
    make_job(State.RUNNING, bytes_sent=250)
    make_job(State.PENDING)
    make_job(State.FAILED, reason="No permission to write to SC010.")
    make_job(State.WAITING, hold="account", reason="Frame.io asks for a new login.")
    make_job(State.DONE)
    make_job(State.CANCELLED)
    Channel.objects.create(
        name="Team", address=f"https://discord.invalid/{SECRET}", fingerprint="1"
    )


def address(model: type, page: str) -> str:
    meta = model._meta  # type: ignore[attr-defined]  # Django's own public name for it
    row = model.objects.first()  # type: ignore[attr-defined]
    return f"/admin/{meta.app_label}/{meta.model_name}/{row.pk}/{page}/"


@pytest.mark.parametrize("url", LISTS)
def test_each_list_opens_and_shows_no_secret(everything: None, nora: Client, url: str) -> None:
    answer = nora.get(url)
    assert answer.status_code == 200
    assert SECRET not in answer.content.decode()


@pytest.mark.parametrize(("model", "page"), ROWS)
def test_each_row_opens_and_shows_no_secret(
    everything: None, nora: Client, model: type, page: str
) -> None:
    answer = nora.get(address(model, page))
    assert answer.status_code == 200
    assert SECRET not in answer.content.decode()


@pytest.mark.parametrize("url", LISTS)
def test_each_list_opens_when_there_is_nothing(nora: Client, url: str) -> None:
    assert nora.get(url).status_code == 200


@pytest.mark.parametrize("url", LISTS)
def test_no_page_has_a_script_or_style_of_its_own_in_it(
    everything: None, nora: Client, url: str
) -> None:
    page = nora.get(url).content.decode()
    assert "<style" not in page
    assert " style=" not in page
    assert " onclick=" not in page
    assert "<script>" not in page


@pytest.mark.parametrize("url", LISTS)
def test_a_stranger_is_sent_to_the_login(db: None, client: Client, url: str) -> None:
    answer = client.get(url)
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/admin/login/")


@pytest.mark.parametrize("url", LISTS)
def test_who_is_not_staff_sees_nothing(anyone: Client, url: str) -> None:
    assert anyone.get(url).status_code == 302


def test_staff_without_rights_see_no_uploads_on_the_overview(
    everything: None, charlie: Client
) -> None:
    page = charlie.get("/").content.decode()
    assert "UNDLM" not in page
    assert "post@undertow.example" not in page
    assert "/no/such/mount" not in page
    assert charlie.get("/admin/progress.json").json()["running"] == []


def test_who_may_only_look_gets_no_buttons(everything: None, paul: Client) -> None:
    page = paul.get("/").content.decode()
    assert "UNDLM_SC010_SH0010_comp_v003.mov" in page
    assert "/retry/" not in page


@pytest.mark.parametrize("model", [OrmQ, Schedule, Success, Failure])
def test_the_tables_of_django_q_have_no_page(model: type) -> None:
    assert not admin.site.is_registered(model)


def test_of_a_login_neither_address_nor_token_can_be_changed(
    account: Account, nora: Client
) -> None:
    url = f"/admin/frameio/account/{account.pk}/change/"
    form = {"name": "Dailies", "account_id": "acc"}
    nora.post(url, {**form, "email": "x@y.invalid", "access_token": "mine"})
    account.refresh_from_db()
    assert (account.name, account.email) == ("Dailies", "post@undertow.example")
    assert account.access_token == f"access {SECRET}"


def test_deleting_an_account_disconnects_it(account: Account, nora: Client) -> None:
    nora.post(f"/admin/frameio/account/{account.pk}/delete/", {"post": "yes"})
    assert not Account.objects.exists()


def test_healthz_answers_without_a_login(client: Client) -> None:
    answer = client.get("/healthz")
    assert answer.json() == {"status": "ok"}
