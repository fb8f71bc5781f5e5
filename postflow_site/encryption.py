"""Secrets at rest: the one floor on which every app may stand.

`FIELD_ENCRYPTION_KEYS` is a list of Fernet keys. The first one encrypts; all of them decrypt, so a
new key is put in front and the old one stays until everything has been written again.
"""

from dataclasses import dataclass, field

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.expressions import Expression
from django.db.models.query_utils import DeferredAttribute
from django.utils.translation import gettext as _

MAKE_A_KEY = (
    'python -c "from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())"'
)


class WrongKey(ImproperlyConfigured):
    """A stored secret was written with a key that is not in FIELD_ENCRYPTION_KEYS."""


def _fernet() -> MultiFernet:
    try:
        return MultiFernet([Fernet(key) for key in settings.FIELD_ENCRYPTION_KEYS])
    except ValueError as error:
        raise ImproperlyConfigured(
            _("FIELD_ENCRYPTION_KEYS holds something that is no Fernet key. Make one with: %(how)s")
            % {"how": MAKE_A_KEY}
        ) from error


def encrypt(text: str) -> str:
    return _fernet().encrypt(text.encode()).decode()


def decrypt(token: str) -> str:
    try:
        return _fernet().decrypt(token.encode()).decode()
    except InvalidToken as error:
        raise WrongKey(
            _(
                "A stored secret cannot be read with the keys in FIELD_ENCRYPTION_KEYS. Put the key"
                " it was written with back into the list, or connect the account again."
            )
        ) from error


@dataclass(frozen=True)
class Ciphertext:
    """A secret as it stands in the database. No text, so that none is shown by mistake."""

    token: str = field(repr=False)


class _OpenedOnReading(DeferredAttribute):
    def __get__(
        self, instance: models.Model | None, cls: type[models.Model] | None = None
    ) -> object:
        value: object = super().__get__(instance, cls)
        return decrypt(value.token) if isinstance(value, Ciphertext) else value

    def __set__(self, instance: models.Model, value: object) -> None:
        vars(instance)[self.field.attname] = value


class EncryptedTextField(models.TextField[str, str]):
    """Text that is ciphertext in the database and plain in Python. Empty stays empty.

    It is opened when the attribute is read, and what is only loaded and saved goes back as it was:
    a row whose secret no key opens can be listed, moved and given another secret. Reading the
    attribute then raises `WrongKey`; ciphertext is never handed out as text.
    """

    descriptor_class = _OpenedOnReading

    def pre_save(self, model_instance: models.Model, add: bool) -> object:  # noqa: FBT001  Django's
        kept = vars(model_instance).get(self.attname)
        return kept if isinstance(kept, Ciphertext) else super().pre_save(model_instance, add)

    def get_prep_value(self, value: str | Ciphertext | None) -> str | None:
        if isinstance(value, Ciphertext):
            return value.token
        return encrypt(value) if value else value

    def from_db_value(
        self, value: str | None, _expression: Expression, _connection: BaseDatabaseWrapper
    ) -> str | Ciphertext | None:
        return Ciphertext(value) if value else value


def is_readable(row: models.Model) -> bool:
    """Whether the keys open every secret of the row."""
    try:
        for column in row._meta.concrete_fields:
            if isinstance(column, EncryptedTextField):
                getattr(row, column.attname)
    except WrongKey:
        return False
    return True
