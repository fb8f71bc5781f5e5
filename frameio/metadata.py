"""Scene, shot, task and the like as metadata on Frame.io, and the status that people set there.

Field definitions belong to the whole account, values to files. Frame.io promises no unique names,
so a definition is looked for before it is made, by one process at a time, and remembered.
"""

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from frameio.client import FrameioClient
from frameio.errors import Forbidden, Invalid, NotFound, Unavailable
from frameio.leases import Leases
from frameio.models import MetadataField

MOST_FILES = 100  # in one call
TEXT = {"text", "long_text"}
STATUS = "Status"
CHOICE = "select"


def set_fields(
    client: FrameioClient,
    account_id: str,
    project_id: str,
    file_ids: Sequence[str],
    values: Mapping[str, str],
    *,
    leases: Leases | None = None,
) -> None:
    """Set `values`, by name of the field, on the files. Safe to call again.

    A field that we remember and an administrator deleted is made again, once. Raises
    `FrameioError`.
    """
    try:
        _set(client, account_id, project_id, file_ids, values, leases)
    except (NotFound, Invalid):
        MetadataField.objects.filter(account_id=account_id, name__in=values).delete()
        _set(client, account_id, project_id, file_ids, values, leases)


def _set(
    client: FrameioClient,
    account_id: str,
    project_id: str,
    file_ids: Sequence[str],
    values: Mapping[str, str],
    leases: Leases | None,
) -> None:
    ids = ensure_fields(client, account_id, list(values), leases=leases)
    by_id = {ids[name]: value for name, value in values.items()}
    for start in range(0, len(file_ids), MOST_FILES):
        some = file_ids[start : start + MOST_FILES]
        client.set_metadata(account_id, project_id, some, by_id)


def ensure_fields(
    client: FrameioClient,
    account_id: str,
    names: Sequence[str],
    *,
    leases: Leases | None = None,
) -> dict[str, str]:
    """The ids of the text fields of these names; what is missing is made. Raises `FrameioError`."""
    found = _remembered(account_id, names)
    if len(found) == len(set(names)):
        return found
    with (leases or Leases()).held(f"fields/{account_id}") as renew:
        found = _existing(client, account_id, names)
        for name in names:
            if name not in found:
                renew()
                found[name] = _make(client, account_id, name)
        for name, field_id in found.items():
            MetadataField.objects.update_or_create(
                account_id=account_id, name=name, defaults={"field_id": field_id}
            )
    return found


def status_of(client: FrameioClient, account_id: str, file_id: str) -> str:
    """What people chose as the file's status; empty when they have not.

    A field of that name that people choose from goes before one that they write in.
    """
    named = [each for each in client.metadata(account_id, file_id) if each.name == STATUS]
    named.sort(key=lambda each: each.type != CHOICE)
    return named[0].value if named else ""


def _remembered(account_id: str, names: Sequence[str]) -> dict[str, str]:
    rows = MetadataField.objects.filter(account_id=account_id, name__in=names)
    return dict(rows.values_list("name", "field_id"))


def _existing(client: FrameioClient, account_id: str, names: Sequence[str]) -> dict[str, str]:
    same = [each for each in client.field_definitions(account_id) if each.name in names]
    usable = {each.name: each.id for each in reversed(same) if each.mutable and each.type in TEXT}
    for each in same:
        if each.name not in usable:
            raise Invalid(
                _(
                    "The metadata field %(name)s on Frame.io is no text field (%(type)s) or belongs"
                    " to the system. Rename one of the two."
                )
                % {"name": each.name, "type": each.type}
            )
    return usable


def _make(client: FrameioClient, account_id: str, name: str) -> str:
    """A create that got no answer may have worked: look before giving up."""
    try:
        return client.create_text_field(account_id, name).id
    except Forbidden as error:
        raise Forbidden(
            _(
                "Frame.io has no metadata field %(name)s, and this login may not make it. Ask an"
                " administrator of the Frame.io account to add a text field named %(name)s."
            )
            % {"name": name}
        ) from error
    except Unavailable:
        found = _existing(client, account_id, [name])
        if name not in found:
            raise
        return found[name]
