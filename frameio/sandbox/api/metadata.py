"""What the metadata fields say about files."""

from typing import Annotated, Literal

from pydantic import Field, JsonValue
from starlette.responses import Response

from frameio.sandbox.api.operation import Call, Operation, done, one
from frameio.sandbox.api.queries import NoBody, NoQuery, Strict
from frameio.sandbox.errors import Invalid, NotFound
from frameio.sandbox.fields import fits, metadata_of
from frameio.sandbox.store.records import Asset, FieldDefinition, Project


class Values(Strict):
    class Data(Strict):
        class Value(Strict):
            field_definition_id: str
            value: JsonValue

        file_ids: Annotated[list[str], Field(min_length=1, max_length=100)]
        values: Annotated[list[Value], Field(min_length=1, max_length=100)]

    data: Data


class NullQuery(Strict):
    show_null: Literal["true", "false"] = "false"


def show(call: Call[NullQuery, NoBody]) -> Response:
    file = call.file()
    metadata = metadata_of(call.site.store, file, show_null=call.query.show_null == "true")
    return one({"file_id": file.id, "metadata": metadata})


def set_values(call: Call[NoQuery, Values]) -> Response:
    """All or nothing: everything is looked at before anything is set."""
    project, data = call.project(), call.body.data
    files = [_file(call, project, file_id) for file_id in data.file_ids]
    definitions = [
        _definition(call, project, entry.field_definition_id, entry.value, place)
        for place, entry in enumerate(data.values)
    ]
    for definition, entry in zip(definitions, data.values, strict=True):
        call.site.store.metadata.set([file.id for file in files], definition, entry.value)
    for file in files:
        call.happened("metadata.value.updated", file)
    return done()


def _file(call: Call[NoQuery, Values], project: Project, file_id: str) -> Asset:
    try:
        file = call.asset(file_id, "file")
    except NotFound:
        raise Invalid(f"There is no file {file_id}", "/data/file_ids") from None
    if file.project_id != project.id:
        raise Invalid(f"File {file_id} is not in this project", "/data/file_ids")
    return file


def _definition(
    call: Call[NoQuery, Values], project: Project, id_: str, value: JsonValue, place: int
) -> FieldDefinition:
    definition = call.site.store.metadata.get(id_)
    at = f"/data/values/{place}"
    if definition is None or definition.account_id != project.account_id:
        raise Invalid(f"There is no field {id_}", f"{at}/field_definition_id")
    if not definition.mutable:
        raise Invalid(f"{definition.name} cannot be set", f"{at}/field_definition_id")
    if not fits(definition, value):
        raise Invalid(f"This is no value for {definition.name}", f"{at}/value")
    return definition


OF_FILE = "/accounts/{account_id}/files/{file_id}/metadata"
OF_PROJECT = "/accounts/{account_id}/projects/{project_id}/metadata/values"
operations = (
    Operation("metadata.show", "GET", OF_FILE, show, NullQuery, NoBody),
    Operation("metadata.bulk_update", "PATCH", OF_PROJECT, set_values, NoQuery, Values),
)
