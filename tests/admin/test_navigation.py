"""The menu says where one is, wherever the page lies."""

import pytest
from django.test import Client

from frameio.models import Account

HERE = 'href="/admin/frameio/account/" aria-current="page"'


@pytest.mark.parametrize(
    "page",
    ["/frameio/service", "/frameio/accounts/{pk}/disconnect", "/frameio/accounts/{pk}/webhooks"],
)
def test_pages_of_a_login_light_its_entry(page: str, account: Account, nora: Client) -> None:
    assert HERE in nora.get(page.format(pk=account.pk)).content.decode()


def test_other_pages_do_not(nora: Client) -> None:
    assert HERE not in nora.get("/admin/pipeline/project/").content.decode()


def test_the_held_names_have_an_entry_of_their_own(nora: Client, charlie: Client) -> None:
    entry = 'href="/admin/pipeline/uploadjob/held/"'
    here = nora.get("/admin/pipeline/uploadjob/held/").content.decode()
    assert f'{entry} aria-current="page"' in here
    assert 'href="/admin/pipeline/uploadjob/" aria-current' not in here
    uploads = nora.get("/admin/pipeline/uploadjob/").content.decode()
    assert 'href="/admin/pipeline/uploadjob/" aria-current="page"' in uploads
    assert f"{entry} aria-current" not in uploads
    assert entry not in charlie.get("/").content.decode()


def test_who_has_logged_out_has_no_menu(nora: Client) -> None:
    page = nora.post("/admin/logout/").content.decode()
    assert "Log in again" in page
    assert 'id="menu"' not in page
