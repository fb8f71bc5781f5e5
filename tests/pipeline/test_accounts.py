"""Which login a project's renders go up with."""

import pytest

from frameio.models import Account
from pipeline.integrations.base import NeedsLogin
from pipeline.integrations.frameio_accounts import client_of

pytestmark = pytest.mark.django_db


def connect(name: str) -> Account:
    return Account.objects.create(name=name, account_id="acc")


def used_for(account_pk: int | None) -> Account:
    with client_of(account_pk) as (_client, account):
        return account


def held_because(account_pk: int | None) -> str:
    with pytest.raises(NeedsLogin) as caught, client_of(account_pk):
        pass
    return str(caught.value)


def test_the_projects_own_is_used() -> None:
    connect("Other")
    own = connect("Own")
    assert used_for(own.pk) == own


def test_the_only_one_needs_no_choosing() -> None:
    studio = connect("Studio")
    assert used_for(None) == studio


def test_one_that_was_deleted_and_connected_anew_serves_its_projects() -> None:
    before = connect("Studio")
    removed = before.pk
    before.delete()
    again = connect("Studio")
    assert used_for(removed) == again


def test_one_that_was_removed_is_not_guessed_among_several() -> None:
    own = connect("Own")
    connect("Studio")
    removed = own.pk
    own.delete()
    connect("Other")
    assert held_because(removed).startswith("The Frame.io account of this project was removed.")


def test_among_several_one_has_to_be_chosen() -> None:
    connect("Studio")
    connect("Other")
    assert held_because(None) == (
        "There are several Frame.io accounts. Choose one on the project's page."
    )


def test_without_any_one_has_to_be_connected() -> None:
    assert held_because(None).startswith("No Frame.io account is connected.")
