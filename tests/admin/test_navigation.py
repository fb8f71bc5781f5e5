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
