"""What a metadata field may hold, and how its value is shown."""

import json
from datetime import datetime
from typing import TypeAlias

from frameio.sandbox.store import Store
from frameio.sandbox.store.journal import Json
from frameio.sandbox.store.records import Asset, FieldDefinition

Shown: TypeAlias = dict[str, Json]
TEXTS = ("text", "long_text")
SELECTS = ("select", "select_multi")
USERS = ("user_single", "user_multi")
SINGLE = ("select", "user_single")


def metadata_of(store: Store, file: Asset, *, show_null: bool = False) -> list[Shown]:
    values = store.metadata.values(file.id)
    return [
        _shown(definition, values.get(definition.id))
        for definition in store.metadata.of(file.account_id)
        if show_null or definition.id in values
    ]


def fits(definition: FieldDefinition, value: Json) -> bool:
    """Null fits everywhere: it takes a value away."""
    kind, configuration = definition.field_type, json.loads(definition.configuration)
    if value is None:
        return True
    if kind in TEXTS:
        return isinstance(value, str)
    if kind == "toggle":
        return isinstance(value, bool)
    if kind == "number":
        return isinstance(value, int | float) and not isinstance(value, bool)
    if kind == "rating":
        return type(value) is int and 0 <= value <= configuration["max_value"]
    if kind == "date":
        return isinstance(value, str) and _is_moment(value)
    return isinstance(value, list) and _entries_fit(kind, configuration, value)


def _entries_fit(kind: str, configuration: dict[str, Json], entries: list[Json]) -> bool:
    if kind in SINGLE and len(entries) > 1:
        return False
    if kind in SELECTS:
        known = [option["id"] for option in _options(configuration)]
        return all(entry in known for entry in entries)
    return all(isinstance(entry, dict) and set(entry) == {"id", "type"} for entry in entries)


def _is_moment(value: str) -> bool:
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return False
    return True


def _shown(definition: FieldDefinition, value: Json) -> Shown:
    kind, configuration = definition.field_type, json.loads(definition.configuration)
    common: Shown = {
        "field_definition_id": definition.id,
        "field_definition_name": definition.name,
        "field_type": kind,
        "mutable": bool(definition.mutable),
    }
    if kind in SELECTS:
        options = _options(configuration)
        chosen = value if isinstance(value, list) else []
        picked: list[Json] = [dict(each) for each in options if each["id"] in chosen]
        return {**common, "value": picked, "field_options": [dict(each) for each in options]}
    if kind in USERS:
        members = {name: configuration[name] for name in ("custom_members", "member_options_type")}
        return {**common, "value": value or [], **members}
    return {**common, "value": value}


def _options(configuration: dict[str, Json]) -> list[dict[str, str]]:
    options = configuration["options"]
    assert isinstance(options, list)  # noqa: S101  # we wrote it
    return [
        {"id": str(option["id"]), "display_name": str(option["display_name"])}
        for option in options
        if isinstance(option, dict)
    ]
