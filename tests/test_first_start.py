"""The secrets that a fresh installation makes for itself."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from pytest_django.fixtures import Settings

from frameio.models import Account
from postflow_site.encryption import WrongKey, decrypt, encrypt, is_readable
from postflow_site.first_start import make_secrets

ROOT = Path(__file__).parents[1]


def test_nobody_else_may_read_them(tmp_path: Path) -> None:
    path = tmp_path / "secrets.env"
    make_secrets(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    "keys",
    [{}, {"SECRET_KEY": "x" * 50, "FIELD_ENCRYPTION_KEYS": Fernet.generate_key().decode()}],
    ids=["made here", "from the environment"],
)
def test_the_first_command_makes_the_place_for_them_and_the_database(
    tmp_path: Path, keys: dict[str, str]
) -> None:
    var = tmp_path / "deep" / "var"
    from_outside = {"DATABASE_URL", "REDIS_URL", "SECRET_KEY", "FIELD_ENCRYPTION_KEYS"}
    environment = {name: value for name, value in os.environ.items() if name not in from_outside}
    place = {"POSTFLOW_VAR": str(var), "DJANGO_SETTINGS_MODULE": "postflow_site.settings"}
    migrate = [sys.executable, "manage.py", "migrate", "contenttypes", "-v0"]
    done = subprocess.run(
        migrate, env={**environment, **place, **keys}, cwd=ROOT, capture_output=True, check=False
    )
    assert done.returncode == 0
    assert b"Traceback" not in done.stderr
    assert stat.S_IMODE(var.stat().st_mode) == 0o700
    assert (var / "postflow.sqlite3").exists()


def test_they_are_made_once(tmp_path: Path) -> None:
    path = tmp_path / "secrets.env"
    make_secrets(path)
    first = path.read_text()
    make_secrets(path)
    assert path.read_text() == first
    assert list(tmp_path.iterdir()) == [path]


def test_processes_that_start_at_once_agree(tmp_path: Path) -> None:
    path = tmp_path / "secrets.env"
    script = (
        "import sys, pathlib; from postflow_site.first_start import make_secrets\n"
        "path = pathlib.Path(sys.argv[1]); make_secrets(path); print(path.read_text())"
    )
    started = [
        subprocess.Popen([sys.executable, "-c", script, path], stdout=subprocess.PIPE, cwd=ROOT)
        for _each in range(6)
    ]
    seen = {process.communicate(timeout=30)[0] for process in started}
    assert len(seen) == 1
    assert b"SECRET_KEY=" in seen.pop()


def test_what_one_key_wrote_a_newer_list_still_reads(settings: Settings) -> None:
    old, new = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    settings.FIELD_ENCRYPTION_KEYS = [old]
    stored = encrypt("token")
    settings.FIELD_ENCRYPTION_KEYS = [new, old]
    assert decrypt(stored) == "token"


def test_a_wrong_key_is_an_error_and_shows_nothing(settings: Settings) -> None:
    stored = encrypt("token")
    settings.FIELD_ENCRYPTION_KEYS = [Fernet.generate_key().decode()]
    with pytest.raises(WrongKey) as caught:
        decrypt(stored)
    assert stored not in str(caught.value)


def test_what_no_key_reads_is_an_error_only_where_it_is_read(db: None, settings: Settings) -> None:
    Account.objects.create(refresh_token="plain-refresh-token")
    settings.FIELD_ENCRYPTION_KEYS = [Fernet.generate_key().decode()]
    account = Account.objects.get()
    assert not is_readable(account)
    with pytest.raises(WrongKey):
        assert account.refresh_token
    account.refresh_token = "another"
    assert is_readable(account)


def test_saving_keeps_a_secret_that_no_key_reads(db: None, settings: Settings) -> None:
    Account.objects.create(refresh_token="plain-refresh-token")
    before = settings.FIELD_ENCRYPTION_KEYS
    settings.FIELD_ENCRYPTION_KEYS = [Fernet.generate_key().decode()]
    account = Account.objects.get()
    account.name = "Studio"
    account.save()
    settings.FIELD_ENCRYPTION_KEYS = before
    kept = Account.objects.get()
    assert (kept.name, kept.refresh_token) == ("Studio", "plain-refresh-token")


def test_ciphertext_is_not_handed_out_as_text(db: None) -> None:
    Account.objects.create(refresh_token="plain-refresh-token")
    [stored] = Account.objects.values_list("refresh_token", flat=True)
    assert str(stored) == "Ciphertext()"


def test_a_key_that_is_none_says_how_to_make_one(settings: Settings) -> None:
    settings.FIELD_ENCRYPTION_KEYS = ["short"]
    with pytest.raises(ImproperlyConfigured, match=r"Fernet\.generate_key"):
        encrypt("token")


def test_tokens_are_ciphertext_in_the_database(db: None) -> None:
    Account.objects.create(refresh_token="plain-refresh-token")
    with connection.cursor() as cursor:
        cursor.execute("SELECT refresh_token, access_token FROM frameio_account")
        [(refresh, access)] = cursor.fetchall()
    assert "plain" not in refresh
    assert access == ""
    assert Account.objects.get().refresh_token == "plain-refresh-token"
