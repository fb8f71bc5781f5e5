"""Secrets at rest: the one floor on which every app may stand.

`FIELD_ENCRYPTION_KEYS` is a list of Fernet keys. The first one encrypts; all of them decrypt, so a
new key is put in front and the old one stays until everything has been written again.
"""

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.expressions import Expression


class WrongKey(ImproperlyConfigured):
    """A stored secret was written with a key that is not in FIELD_ENCRYPTION_KEYS."""


def _fernet() -> MultiFernet:
    try:
        return MultiFernet([Fernet(key) for key in settings.FIELD_ENCRYPTION_KEYS])
    except ValueError as error:
        raise ImproperlyConfigured(
            "FIELD_ENCRYPTION_KEYS holds something that is no Fernet key. Make one with: python -c"
            ' "from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())"'
        ) from error


def encrypt(text: str) -> str:
    return _fernet().encrypt(text.encode()).decode()


def decrypt(token: str) -> str:
    try:
        return _fernet().decrypt(token.encode()).decode()
    except InvalidToken as error:
        raise WrongKey(
            "A stored secret cannot be read with the keys in FIELD_ENCRYPTION_KEYS. Put the key it"
            " was written with back into the list, or connect the account again."
        ) from error


class EncryptedTextField(models.TextField[str, str]):
    """Text that is ciphertext in the database and plain in Python. Empty stays empty.

    Raises `WrongKey` on reading what no key opens; ciphertext is never handed out.
    """

    def get_prep_value(self, value: str | None) -> str | None:
        return encrypt(value) if value else value

    def from_db_value(
        self, value: str | None, _expression: Expression, _connection: BaseDatabaseWrapper
    ) -> str | None:
        return decrypt(value) if value else value
