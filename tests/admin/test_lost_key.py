"""Nothing but the login itself stops when the keys no longer read what is stored."""

import pytest
from cryptography.fernet import Fernet
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from frameio.models import Account
from pipeline.models import UploadJob
from pipeline.pump import pump
from tests.admin.conftest import MakeJob, State
from tests.sandbox.running import Sandbox

pytestmark = pytest.mark.django_db


@pytest.fixture
def lose_key(settings: Settings, make_job: MakeJob) -> UploadJob:
    """A job whose webhook, delivery and account were written with a key that is gone."""
    job = make_job(State.RUNNING, lease_expires_at=timezone.now(), finished_at=timezone.now())
    settings.FIELD_ENCRYPTION_KEYS = [Fernet.generate_key().decode()]
    return job


@pytest.mark.parametrize(
    "page",
    [
        "/",
        "/admin/progress.json",
        "/admin/pipeline/uploadjob/",
        "/admin/pipeline/uploadjob/{job}/change/",
        "/admin/pipeline/uploadjob/{job}/cancel/",
        "/admin/pipeline/sourcefile/",
        "/admin/pipeline/project/add/",
        "/admin/frameio/account/",
        "/admin/frameio/account/{account}/change/",
        "/admin/frameio/account/{account}/delete/",
    ],
)
def test_every_page_opens(lose_key: UploadJob, account: Account, nora: Client, page: str) -> None:
    assert nora.get(page.format(job=lose_key.pk, account=account.pk)).status_code == 200


def test_what_arrived_is_listed(lose_key: UploadJob, nora: Client) -> None:
    UploadJob.objects.update(state=State.DONE)
    assert lose_key.name in nora.get("/").content.decode()


def test_the_overview_says_it_and_offers_the_login(
    lose_key: UploadJob, account: Account, nora: Client
) -> None:
    page = nora.get("/").content.decode()
    assert "Its stored login cannot be read with the keys in FIELD_ENCRYPTION_KEYS." in page
    assert f'href="/frameio/connect?account={account.pk}"' in page


def test_the_overview_says_nothing_of_it_otherwise(account: Account, nora: Client) -> None:
    assert "FIELD_ENCRYPTION_KEYS" not in nora.get("/").content.decode()


def test_the_pump_queues_what_died(lose_key: UploadJob) -> None:
    pump()
    assert UploadJob.objects.get().state == State.PENDING


def test_jobs_are_moved_by_hand(lose_key: UploadJob, nora: Client) -> None:
    nora.post(f"/admin/pipeline/uploadjob/{lose_key.pk}/cancel/", {"confirmed": "yes"})
    assert UploadJob.objects.get().state == State.CANCELLED


def test_the_login_button_leads_to_adobe(
    lose_key: UploadJob, account: Account, nora: Client, settings: Settings
) -> None:
    settings.FRAMEIO_CLIENT_ID = "from-adobe"
    answer = nora.get(f"/frameio/connect?account={account.pk}")
    assert answer["location"].startswith(f"{account.ims_url}/ims/authorize/v2?client_id=from-adobe")


def test_a_sandbox_is_connected_again(sandbox: Sandbox, settings: Settings) -> None:
    call_command("connect", "--sandbox", sandbox.url, verbosity=0)
    settings.FIELD_ENCRYPTION_KEYS = [Fernet.generate_key().decode()]
    call_command("connect", "--sandbox", sandbox.url, verbosity=0)
    assert Account.objects.get().access_token
