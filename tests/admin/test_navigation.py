"""The menu says where one is, wherever the page lies."""

import pytest
from django.contrib import admin
from django.test import Client, RequestFactory
from django.urls import reverse

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


def test_every_button_that_adds_something_says_what(nora: Client, rf: RequestFactory) -> None:
    request = rf.get("/")
    request.user = nora.get("/").wsgi_request.user
    for model, desk in admin.site._registry.items():
        if not desk.has_add_permission(request):
            continue
        names = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        words = str(getattr(desk, "add_words", ""))
        assert words, names
        assert words in nora.get(reverse(f"{names}_changelist")).content.decode()
        assert nora.get(reverse(f"{names}_add")).context["title"] == words
