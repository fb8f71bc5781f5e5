import pytest

from tests.sandbox.running import Sandbox
from tests.sandbox.studio import Document, Studio

USERS = {"notify_members": False, "member_options_type": "all_project_members"}
OPTIONS = {"options": [{"display_name": "A"}, {"display_name": "B"}]}


def fields(studio: Studio) -> dict[str, Document]:
    """Definitions by name."""
    listed = studio.get(f"{studio.account}/metadata/field_definitions")["data"]
    return {definition["name"]: definition for definition in listed}


def define(studio: Studio, kind: str, **configuration: object) -> Document:
    data: Document = {"name": f"A {kind}", "field_type": kind}
    given = {"field_configuration": configuration} if configuration else {}
    path = f"{studio.account}/metadata/field_definitions"
    answer = studio.http.post(path, json={"data": data | given})
    made: Document = answer.raise_for_status().json()["data"]
    return made


def set_value(studio: Studio, files: list[str], definition: Document, value: object) -> int:
    values = [{"field_definition_id": definition["id"], "value": value}]
    path = f"{studio.account}/projects/{studio.project['id']}/metadata/values"
    body = {"data": {"file_ids": files, "values": values}}
    return studio.http.patch(path, json=body).status_code


def shown(studio: Studio, file: str, **query: str) -> dict[str, Document]:
    answer = studio.get(f"{studio.file_path(file)}/metadata", **query)["data"]
    assert answer["file_id"] == file
    return {entry["field_definition_name"]: entry for entry in answer["metadata"]}


def test_every_account_has_a_status_to_choose(studio: Studio) -> None:
    file = studio.upload(b"film")["id"]
    status = shown(studio, file, show_null="true")["Status"]
    names = [option["display_name"] for option in status["field_options"]]
    assert (status["field_type"], status["mutable"], status["value"]) == ("select", True, [])
    assert names == ["Needs Review", "In Progress", "Approved"]
    approved = status["field_options"][2]
    assert set_value(studio, [file], fields(studio)["Status"], [approved["id"]]) == 204
    assert shown(studio, file)["Status"]["value"] == [approved]


def test_a_value_is_set_on_many_files_and_taken_away(studio: Studio) -> None:
    files = [studio.upload(b"film")["id"] for _ in range(2)]
    shot = define(studio, "text")
    assert shown(studio, files[0]) == {}
    assert set_value(studio, files, shot, "SH010") == 204
    assert [shown(studio, file)["A text"]["value"] for file in files] == ["SH010"] * 2
    assert set_value(studio, files[:1], shot, None) == 204
    assert [len(shown(studio, file)) for file in files] == [0, 1]
    included = studio.get(studio.file_path(files[1]), include="metadata")["data"]["metadata"]
    assert [entry["value"] for entry in included] == ["SH010"]


@pytest.mark.parametrize(
    ("kind", "configuration", "good", "bad"),
    [
        ("text", {}, "", 5),
        ("long_text", {}, "a\nb", ["a"]),
        ("number", {"scale": 0}, 3, "3"),
        ("rating", {"max_value": 3}, 3, 4),
        ("toggle", {"color": "#ffffff"}, False, 0),
        ("date", {"display_format": "iso"}, "2026-11-21T10:00:00Z", "yesterday"),
        ("select", OPTIONS, [], ["A"]),
        ("select_multi", OPTIONS, [], "A"),
        ("user_single", USERS, [{"id": "x", "type": "user"}], [{"id": "x"}]),
        ("user_multi", USERS, [], "x"),
    ],
)
def test_a_value_fits_its_field(
    studio: Studio, kind: str, configuration: Document, good: object, bad: object
) -> None:
    file, field = studio.upload(b"film")["id"], define(studio, kind, **configuration)
    assert set_value(studio, [file], field, bad) == 422
    assert shown(studio, file) == {}
    assert set_value(studio, [file], field, good) == 204
    assert shown(studio, file)[f"A {kind}"]["value"] == good


def test_nothing_is_set_when_one_thing_is_wrong(studio: Studio) -> None:
    file, shot = studio.upload(b"film")["id"], define(studio, "text")
    assert set_value(studio, [file, "nobody"], shot, "SH010") == 422
    assert set_value(studio, [file], {"id": "nothing"}, "SH010") == 422
    assert set_value(studio, [file], fields(studio)["Source Filename"], "x") == 422
    assert shown(studio, file) == {}


def test_the_vendors_own_fields_stay(studio: Studio) -> None:
    own = fields(studio)["Source Filename"]
    path = f"{studio.account}/metadata/field_definitions"
    assert own["mutable"] is False
    assert studio.http.delete(f"{path}/{own['id']}").status_code == 403
    listed = studio.get(path, **{"filters[exclude_immutable]": "true"})["data"]
    assert [definition["name"] for definition in listed] == ["Status"]


def test_options_keep_their_ids_when_others_come(studio: Studio) -> None:
    field = define(studio, "select", **OPTIONS)
    path = f"{studio.account}/metadata/field_definitions/{field['id']}"
    options = [{"display_name": "B"}, {"display_name": "C"}]
    data = {"field_type": "select", "field_configuration": {"options": options}}
    changed = studio.http.patch(path, json={"data": data}).raise_for_status().json()["data"]
    before, after = ids_by_name(field), ids_by_name(changed)
    assert list(after) == ["B", "C"]
    assert after["B"] == before["B"]
    assert changed["name"] == field["name"]


def test_a_definition_goes_with_its_values(studio: Studio) -> None:
    file, shot = studio.upload(b"film")["id"], define(studio, "text")
    set_value(studio, [file], shot, "SH010")
    path = f"{studio.account}/metadata/field_definitions/{shot['id']}"
    studio.http.delete(path).raise_for_status()
    assert shown(studio, file) == {}


@pytest.mark.parametrize(
    "data",
    [
        {"name": "x"},
        {"name": "x", "field_type": "colour"},
        {"name": "", "field_type": "text"},
        {"name": "x", "field_type": "select"},
        {"name": "x", "field_type": "select", "field_configuration": {"options": []}},
        {"name": "x", "field_type": "text", "field_configuration": {}},
        {"name": "x", "field_type": "number", "field_configuration": {"scale": 4}},
    ],
)
def test_a_wrong_definition_is_refused(studio: Studio, sandbox: Sandbox, data: Document) -> None:
    path = f"{studio.account}/metadata/field_definitions"
    assert studio.http.post(path, json={"data": data}).status_code == 422
    assert set(fields(studio)) == {"Status", "Source Filename"}


def ids_by_name(definition: Document) -> dict[str, str]:
    options = definition["field_configuration"]["options"]
    return {option["display_name"]: option["id"] for option in options}
