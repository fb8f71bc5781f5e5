"""Metadata fields: the account's definitions, and a kind of each."""

import json
from typing import Annotated, Literal, TypeAlias
from uuid import uuid4

from pydantic import Field, JsonValue, TypeAdapter
from starlette.responses import Response

from frameio.sandbox.api.lists import many
from frameio.sandbox.api.operation import Call, Operation, Query, done, one
from frameio.sandbox.api.queries import CreatorQuery, NoBody, NoQuery, PageQuery, Strict, TimeSort
from frameio.sandbox.documents import Document, timestamp
from frameio.sandbox.errors import ApiError, Invalid, NotFound
from frameio.sandbox.events import Event, announce
from frameio.sandbox.store.journal import Json
from frameio.sandbox.store.records import FieldDefinition

FieldName = Annotated[str, Field(min_length=1, max_length=250)]


class Named(Strict):
    name: FieldName


class Text(Named):
    field_type: Literal["text", "long_text"]


class Rating(Named):
    class Configuration(Strict):
        max_value: Annotated[int, Field(ge=0, le=5)]
        style: Literal["star", "heart", "thumbs_up"] = "star"
        color: str | None = None

    field_type: Literal["rating"]
    field_configuration: Configuration


class Number(Named):
    class Configuration(Strict):
        scale: Annotated[int, Field(ge=0, le=3)]
        number_format: (
            Literal["bitrate", "bits", "duration", "framerate", "frequency", "storage", "timecode"]
            | None
        ) = None

    field_type: Literal["number"]
    field_configuration: Configuration


class Toggle(Named):
    class Configuration(Strict):
        color: str = "#fbd400"

    field_type: Literal["toggle"]
    field_configuration: Configuration = Configuration()


class Date(Named):
    class Configuration(Strict):
        display_format: Literal["local", "friendly", "usa", "euro", "iso"]
        display_timezone: bool = False
        include_time: bool = False
        time_format: Literal["twelve_hour", "twenty_four_hour"] = "twelve_hour"

    field_type: Literal["date"]
    field_configuration: Configuration


class Select(Named):
    class Configuration(Strict):
        class Option(Strict):
            display_name: str
            color: str | None = None

        options: Annotated[list[Option], Field(min_length=1, max_length=50)]
        enable_add_new: bool = True

    field_type: Literal["select", "select_multi"]
    field_configuration: Configuration


class Users(Named):
    class Configuration(Strict):
        class Member(Strict):
            id: str
            type: Literal["user", "account_user_group"]

        notify_members: bool
        member_options_type: Literal["all_project_members", "custom"]
        custom_members: list[Member] = []

    field_type: Literal["user_single", "user_multi"]
    field_configuration: Configuration


Definition: TypeAlias = Annotated[
    Text | Rating | Number | Toggle | Date | Select | Users, Field(discriminator="field_type")
]
DEFINITION: TypeAdapter[Definition] = TypeAdapter(Definition)


class NewDefinition(Strict):
    data: Definition


class ChangedDefinition(Strict):
    class Data(Strict):
        field_type: str
        name: FieldName | None = None
        field_configuration: dict[str, JsonValue] = {}

    data: Data


class DefinitionPage(CreatorQuery, PageQuery):
    sort: TimeSort | None = None
    exclude_immutable: Annotated[
        Literal["true", "false"], Field(alias="filters[exclude_immutable]")
    ] = "false"
    exclude_inactive: Annotated[
        Literal["true", "false"], Field(alias="filters[exclude_inactive]")
    ] = "false"


def index(call: Call[DefinitionPage, NoBody]) -> Response:
    account, query = call.account(), call.query
    return many(
        call,
        lambda wanted: call.site.store.metadata.page_of(
            account.id, wanted, mutable_only=query.exclude_immutable == "true"
        ),
        lambda row: document(
            call, FieldDefinition(**row), with_creator="creator" in query.included()
        ),
    )


def create(call: Call[NoQuery, NewDefinition]) -> Response:
    wanted = call.body.data
    made = call.site.store.metadata.create(
        call.account().id, wanted.name, wanted.field_type, _configuration(wanted, {})
    )
    _tell(call, "customfield.created", made)
    return one(document(call, made), 201)


def update(call: Call[NoQuery, ChangedDefinition]) -> Response:
    """What is left out of the configuration stays; options are known by their names."""
    old, wanted = _found(call), call.body.data
    if wanted.field_type != old.field_type:
        raise Invalid("The type of a field cannot be changed", "/data/field_type")
    before: dict[str, Json] = json.loads(old.configuration)
    plain = [
        {"display_name": option["display_name"]}
        for option in _list(before.get("options"))
        if isinstance(option, dict)
    ]
    kept = {**before, **({"options": plain} if plain else {}), **wanted.field_configuration}
    merged = {"name": wanted.name or old.name, "field_type": old.field_type}
    new = DEFINITION.validate_python(merged | ({"field_configuration": kept} if kept else {}))
    changed = call.site.store.metadata.update(old, new.name, _configuration(new, before))
    _tell(call, "customfield.updated", changed)
    return one(document(call, changed))


def delete(call: Call[NoQuery, NoBody]) -> Response:
    definition = _found(call)
    call.site.store.metadata.delete(definition)
    _tell(call, "customfield.deleted", definition)
    return done()


def document(
    call: Call[Query, NoBody] | Call[NoQuery, NewDefinition] | Call[NoQuery, ChangedDefinition],
    definition: FieldDefinition,
    *,
    with_creator: bool = False,
) -> Document:
    shown: Document = {
        "id": definition.id,
        "name": definition.name,
        "field_type": definition.field_type,
        "field_configuration": json.loads(definition.configuration),
        "mutable": bool(definition.mutable),
        "creator_id": call.site.store.people.user().id,
        "created_at": timestamp(definition.created_at),
        "updated_at": timestamp(definition.updated_at),
    }
    return shown | ({"creator": call.documents.user()} if with_creator else {})


def _configuration(wanted: Definition, before: dict[str, Json]) -> dict[str, Json]:
    """As it is kept: each option has an id, the one it had before when it was there."""
    if isinstance(wanted, Text):
        return {}
    configuration: dict[str, Json] = wanted.field_configuration.model_dump(exclude_none=True)
    if not isinstance(wanted, Select):
        return configuration
    known = {
        option["display_name"]: option["id"]
        for option in _list(before.get("options"))
        if isinstance(option, dict)
    }
    options: list[Json] = [
        {"id": known.get(option.display_name, str(uuid4())), **option.model_dump(exclude_none=True)}
        for option in wanted.field_configuration.options
    ]
    return {**configuration, "options": options}


def _list(value: Json) -> list[Json]:
    return value if isinstance(value, list) else []


def _found(call: Call[NoQuery, ChangedDefinition] | Call[NoQuery, NoBody]) -> FieldDefinition:
    """Raises `ApiError` for the vendor's own, which nobody may touch."""
    definition = call.site.store.metadata.get(call.ids["field_definition_id"])
    if definition is None or definition.account_id != call.account().id:
        raise NotFound
    if not definition.mutable:
        raise ApiError(403, "System fields cannot be changed", title="Forbidden")
    return definition


def _tell(
    call: Call[NoQuery, NewDefinition] | Call[NoQuery, ChangedDefinition] | Call[NoQuery, NoBody],
    name: str,
    definition: FieldDefinition,
) -> None:
    ids = (definition.id, definition.account_id, None, call.caller.id)
    announce(call.site, Event(name, "customfield", *ids))


ALL = "/accounts/{account_id}/metadata/field_definitions"
ONE = ALL + "/{field_definition_id}"
NAME = "metadata.field_definitions"
operations = (
    Operation(f"{NAME}.index", "GET", ALL, index, DefinitionPage, NoBody),
    Operation(f"{NAME}.create", "POST", ALL, create, NoQuery, NewDefinition),
    Operation(f"{NAME}.update", "PATCH", ONE, update, NoQuery, ChangedDefinition),
    Operation(f"{NAME}.delete", "DELETE", ONE, delete, NoQuery, NoBody),
)
