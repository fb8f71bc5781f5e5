from io import StringIO

import pytest
from cryptography.fernet import Fernet
from django.core.management import CommandError, call_command
from django.db import connection
from pytest_django import Settings

from frameio.models import Account
from postflow_site.encryption import WrongKey

OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()


@pytest.fixture(autouse=True)
def _old_key(settings: Settings) -> None:
    settings.FIELD_ENCRYPTION_KEYS = [OLD]


def _rotate() -> str:
    out = StringIO()
    call_command("rotatekeys", stdout=out)
    return out.getvalue()


def test_after_it_the_old_key_can_go(account: Account, settings: Settings) -> None:
    settings.FIELD_ENCRYPTION_KEYS = [NEW, OLD]
    assert _rotate() == "3 secrets are now written with the first key.\n"
    settings.FIELD_ENCRYPTION_KEYS = [NEW]
    account.refresh_from_db()
    assert (account.access_token, account.client_secret) == ("good", "secret")


def test_without_it_the_old_key_is_needed(account: Account, settings: Settings) -> None:
    settings.FIELD_ENCRYPTION_KEYS = [NEW]
    with pytest.raises(WrongKey):
        account.refresh_from_db()


def test_what_no_key_reads_is_named_and_left(account: Account, settings: Settings) -> None:
    before = _ciphertext()
    settings.FIELD_ENCRYPTION_KEYS = [NEW]
    with pytest.raises(CommandError, match=f"account {account.pk}, refresh_token") as caught:
        _rotate()
    assert "refresh-1" not in str(caught.value)
    assert _ciphertext() == before


def test_the_others_are_written_all_the_same(account: Account, settings: Settings) -> None:
    settings.FIELD_ENCRYPTION_KEYS = [NEW]
    Account.objects.create(name="New", access_token="fresh")
    with pytest.raises(CommandError, match="reads 3 of them"):
        _rotate()


def test_empty_stays_empty(account: Account) -> None:
    Account.objects.filter(pk=account.pk).update(client_secret="")
    assert _rotate().startswith("2 ")
    assert Account.objects.get().client_secret == ""


def _ciphertext() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT refresh_token FROM frameio_account")
        return str(cursor.fetchone()[0])
