"""`manage.py rotatekeys`: every stored secret, written again with the first key."""

from collections.abc import Iterator

from django.apps import apps
from django.core.management.base import BaseCommand, CommandError
from django.db.models import Model
from django.utils.translation import gettext as _

from postflow_site.encryption import Ciphertext, EncryptedTextField, WrongKey, decrypt


class Command(BaseCommand):
    help = (
        "Writes every stored secret again with the first key of FIELD_ENCRYPTION_KEYS. To change"
        " keys: put a new key in front and restart all of PostFlow, run this, then take the old key"
        " away and restart again."
    )

    def handle(self, *args: object, **options: object) -> None:  # noqa: ARG002  # Django's shape
        rotated, unreadable = 0, []
        for model, field in _encrypted_fields():
            for pk, ciphertext in _stored(model, field):
                try:
                    rotated += _rotate(model, field, pk, ciphertext)
                except WrongKey:
                    unreadable.append(f"{model._meta.verbose_name} {pk}, {field}")
        self.stdout.write(
            _("%(count)d secrets are now written with the first key.") % {"count": rotated}
        )
        if unreadable:
            raise CommandError(
                _(
                    "No key in FIELD_ENCRYPTION_KEYS reads %(count)d of them: %(which)s. Put the"
                    " key they were written with back into the list."
                )
                % {"count": len(unreadable), "which": "; ".join(unreadable)}
            )


def _encrypted_fields() -> Iterator[tuple[type[Model], str]]:
    for model in apps.get_models(include_auto_created=True):
        for field in model._meta.local_fields:
            if isinstance(field, EncryptedTextField):
                yield model, field.name


def _stored(model: type[Model], field: str) -> list[tuple[object, Ciphertext]]:
    return list(model._base_manager.exclude(**{field: ""}).values_list("pk", field))


def _rotate(model: type[Model], field: str, pk: object, ciphertext: Ciphertext) -> int:
    """0 when somebody has written another secret there meanwhile, with the first key anyway."""
    rows = model._base_manager.filter(**{"pk": pk, field: ciphertext})
    return rows.update(**{field: decrypt(ciphertext.token)})
