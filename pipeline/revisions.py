"""Every change of the set-up is kept, whoever makes it: before and after, when, who, by which door.

The rows' own signals tell of a change, so that no page, call or command can forget to. Django's log
of the admin would not do: it hears of the admin alone, goes with its person, and knows no values.
What is changed by an `update` is the machines' doing, or says so itself (`note`, `noting`).
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from django.apps import apps
from django.contrib.auth.models import AbstractUser, Permission
from django.db import models
from django.db.models.signals import m2m_changed, post_delete, post_save, pre_delete, pre_save
from pydantic import JsonValue

from pipeline import acting
from pipeline.acting import Via
from pipeline.models import Project, Revision
from postflow_site.encryption import WrongKey

Act = Revision.Act
Columns = dict[str, JsonValue]


@dataclass(frozen=True)
class Kept:
    """`secret`: of these only that they have changed. `not_kept`: what machines write, and
    `also`: what tells people something though none of them types it.

    `people_only`: each migration writes it, too. `the_one`: a row that comes by itself.
    """

    secret: frozenset[str] = frozenset()
    not_kept: frozenset[str] = frozenset()
    also: frozenset[str] = frozenset()
    people_only: bool = False
    the_one: bool = False


TABLES: Mapping[str, Kept] = {
    "pipeline.project": Kept(also=frozenset({"frameio_workspace_name", "frameio_project_name"})),
    "pipeline.namingrule": Kept(),
    "pipeline.watchedfolder": Kept(also=frozenset({"mount_point"})),
    "pipeline.channel": Kept(secret=frozenset({"address"})),
    "pipeline.uploadwindow": Kept(),
    "pipeline.studio": Kept(the_one=True),
    "pipeline.mountpath": Kept(),
    "pipeline.apitoken": Kept(),
    "frameio.account": Kept(secret=frozenset({"client_secret"}), also=frozenset({"connected_at"})),
    "auth.user": Kept(
        secret=frozenset({"password"}), not_kept=frozenset({"last_login", "date_joined"})
    ),
    "auth.group": Kept(people_only=True),
}
BEFORE = "_before_this_change"  # on the instance, between the two signals of one change


@dataclass(frozen=True)
class Snapshot:
    columns: Columns
    secrets: Mapping[str, object] = field(repr=False)


def columns_of(model: type[models.Model]) -> list[models.Field[object, object]]:
    """In the order of the model; those that take many come last."""
    kept = TABLES[model._meta.label_lower]
    own = [each for each in model._meta.concrete_fields if each.editable and not each.primary_key]
    more = [each for each in model._meta.concrete_fields if each.name in kept.also]
    found = [*own, *more, *model._meta.many_to_many]
    return [each for each in found if each.name not in kept.not_kept]


# --- What is kept ---------------------------------------------------------------------------------


def note(row: models.Model, act: Act) -> None:
    """Something was done with the row that its columns do not tell."""
    _write(row, act, None, None)


@contextmanager
def noting(row: models.Model, act: Act) -> Iterator[None]:
    """The same, with what it does to the columns."""
    before = _stored(row)
    yield
    _write(row, act, before, _stored(row))


def _stored(row: models.Model) -> Snapshot | None:
    """As it stands in the database: in memory it may have more than is saved."""
    found = type(row)._default_manager.filter(pk=row.pk).first() if row.pk else None
    if found is None:
        return None
    secret = TABLES[found._meta.label_lower].secret
    plain = [each for each in columns_of(type(found)) if each.name not in secret]
    columns = {each.name: _value(each, found) for each in plain}
    return Snapshot(columns, {name: _opened(found, name) for name in secret})


def _opened(row: models.Model, name: str) -> object:
    """To be compared: the same secret is written otherwise each time."""
    try:
        return getattr(row, name)
    except WrongKey:
        return vars(row)[name]


def _value(column: "models.Field[object, object]", row: models.Model) -> JsonValue:
    value = getattr(row, column.name)
    if isinstance(column, models.ManyToManyField):
        return [*sorted(_name(other) for other in value.select_related())]  # a right names its app
    if isinstance(value, models.Model):
        return _name(value)
    if value is None or isinstance(value, (str, bool, int, float, list, dict)):
        return value
    return str(column.value_to_string(row))


def _name(other: models.Model) -> str:
    """By which people know it, in any language."""
    match other:
        case Project():
            return other.code
        case Permission():
            return f"{other.content_type.app_label}.{other.codename}"
        case AbstractUser():
            return other.get_username()
    return str(other)


def _write(row: models.Model, what: Act, before: Snapshot | None, after: Snapshot | None) -> None:
    act = acting.now()
    who = act.who()
    kept = TABLES[row._meta.label_lower]
    if act.via == Via.PAGES and not who:
        return  # nobody is logged in yet: a login writes its date, and may renew a password's hash
    if (kept.people_only and act.via == Via.SERVER) or (kept.the_one and what == Act.MADE):
        return
    old, new = before.secrets if before else {}, after.secrets if after else {}
    secrets = sorted(name for name in {**old, **new} if old.get(name) != new.get(name))
    revision = Revision(
        who=who,
        via=act.via,
        means=act.means,
        kind=row._meta.label_lower,
        object_id=str(row.pk),
        name=str(row)[:1000],
        act=what,
        before=before and before.columns,
        after=after and after.columns,
        secrets=[name for name in secrets if old.get(name) or new.get(name)],
    )
    if what == Act.CHANGED:
        _join(revision, act)
    else:
        revision.save()
    if what in {Act.MADE, Act.CHANGED}:
        act.kept[revision.kind, revision.object_id] = revision.pk


def _join(revision: Revision, act: acting.Act) -> None:
    """One line for what one act does to a row in several steps: its columns, then its groups."""
    known = act.kept.get((revision.kind, revision.object_id))
    first = Revision.objects.filter(pk=known).first() if known else None
    if first is None:
        if revision.columns or revision.secrets:
            revision.save()
        return
    first.name, first.after = revision.name, revision.after
    first.secrets = sorted({*first.secrets, *revision.secrets})
    if first.act == Act.CHANGED and not first.columns and not first.secrets:
        first.delete()  # taken away and given back
    else:
        first.save(update_fields=["name", "after", "secrets"])
        revision.pk = first.pk


# --- What the rows tell ---------------------------------------------------------------------------


def listen() -> None:
    for label in TABLES:
        model = apps.get_model(label)
        pre_save.connect(_will_save, sender=model)
        post_save.connect(_saved, sender=model)
        pre_delete.connect(_will_delete, sender=model)
        post_delete.connect(_deleted, sender=model)
        for many in model._meta.many_to_many:
            m2m_changed.connect(_joined, sender=getattr(model, many.name).through)


def _will_save(
    instance: models.Model, *, raw: bool, update_fields: frozenset[str] | None, **_more: object
) -> None:
    kept = {each.name for each in columns_of(type(instance))}
    if raw or (update_fields is not None and not kept & set(update_fields)):
        return
    vars(instance)[BEFORE] = _stored(instance)


def _saved(instance: models.Model, *, created: bool, **_more: object) -> None:
    if BEFORE in vars(instance):
        before = vars(instance).pop(BEFORE)
        act = Act.MADE if created else Act.CHANGED
        _write(instance, act, before, _stored(instance))


def _will_delete(instance: models.Model, **_more: object) -> None:
    vars(instance)[BEFORE] = _stored(instance)


def _deleted(instance: models.Model, **_more: object) -> None:
    _write(instance, Act.DELETED, vars(instance).pop(BEFORE), None)


def _joined(
    instance: models.Model,
    *,
    action: str,
    model: type[models.Model],
    pk_set: set[int] | None,
    reverse: bool,
    **_more: object,
) -> None:
    """Groups of a person, projects of a channel: told of the person, by whichever end."""
    if action.startswith("pre_"):
        rows = model._default_manager.filter(pk__in=pk_set or ()) if reverse else [instance]
        vars(instance)[BEFORE] = [(row, _stored(row)) for row in rows]
        return
    for row, before in vars(instance).pop(BEFORE):
        _write(row, Act.CHANGED, before, _stored(row))
