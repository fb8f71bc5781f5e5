"""The whole road, each step held against the vendor's own document."""

from collections.abc import Iterator

import pytest
from openapi_core import OpenAPI
from openapi_core.exceptions import OpenAPIError

from tests.sandbox.openapi import Referee, vendors_rules
from tests.sandbox.running import Sandbox, StartSandbox
from tests.sandbox.source import serving
from tests.sandbox.studio import Document, Studio, pieces, sample, sha256


@pytest.fixture(scope="module")
def rules() -> OpenAPI:
    return vendors_rules()


@pytest.fixture
def walker(sandbox: Sandbox, rules: OpenAPI) -> Iterator[tuple[Studio, Referee]]:
    referee = Referee(rules)
    with Studio(sandbox) as studio:
        studio.http.event_hooks["response"] = [referee.check]
        yield studio, referee


def test_the_whole_road_keeps_to_the_vendors_document(walker: tuple[Studio, Referee]) -> None:
    studio, referee = walker
    content = sample(100_000)
    studio.get("/me")
    studio.get("/accounts", include_total_count="true")
    workspace = studio.get(f"{studio.account}/workspaces", include="creator")["data"][0]["id"]
    studio.get(f"{studio.account}/workspaces/{workspace}")
    studio.get(f"{studio.account}/workspaces/{workspace}/projects", include="owner")
    studio.get(f"{studio.account}/projects/{studio.project['id']}")
    folder = studio.make_folder("SH010")["id"]
    file = studio.upload(content, folder=folder)
    studio.get(f"{studio.file_path(file['id'])}/status")
    include = "creator,project,metadata,media_links.original,media_links.high_quality"
    shown = studio.get(studio.file_path(file["id"]), include=include)["data"]
    studio.get(f"{studio.folder_path(folder)}/children", type="file,folder", include=include)
    studio.get(f"{studio.folder_path(folder)}/files", sort="file_size_desc")
    studio.get(f"{studio.folder_path()}/folders", page_size=500, include="project")
    studio.get(f"{studio.folder_path()}/version_stacks")

    assert studio.bare.get(shown["media_links"]["original"]["download_url"]).content == content
    assert referee.seen == ["GET 200"] * 6 + ["POST 201"] * 2 + ["GET 200"] * 6


def test_changes_keep_to_the_vendors_document(walker: tuple[Studio, Referee]) -> None:
    studio, referee = walker
    workspace = studio.http.post(f"{studio.account}/workspaces", json={"data": {"name": "Second"}})
    projects = f"{studio.account}/workspaces/{workspace.json()['data']['id']}/projects"
    studio.http.post(projects, json={"data": {"name": "Feature"}})
    here, there = studio.make_folder("here"), studio.make_folder("there")
    file = studio.file_path(studio.upload(b"film", folder=here["id"])["id"])
    studio.http.patch(file, json={"data": {"name": "other.mov"}})
    studio.http.patch(f"{file}/move", json={"data": {"parent_id": there["id"]}})
    studio.http.delete(file)
    path = studio.folder_path(here["id"])
    studio.http.patch(path, json={"data": {"name": "elsewhere"}})
    studio.http.patch(f"{path}/move", json={"data": {"parent_id": there["id"]}})
    studio.http.delete(path)

    assert referee.seen == [
        "POST 201",
        "POST 201",
        "POST 201",
        "POST 201",
        "POST 201",
        "PATCH 200",
        "PATCH 200",
        "DELETE 204",
        "PATCH 200",
        "PATCH 200",
        "DELETE 204",
    ]


def test_versions_keep_to_the_vendors_document(walker: tuple[Studio, Referee]) -> None:
    studio, referee = walker
    files = [studio.upload(b"film")["id"] for _ in range(3)]
    stack = studio.stack(files[:2])["id"]
    body = {"data": {"parent_id": stack}}
    studio.http.patch(f"{studio.file_path(files[2])}/move", json=body)
    include = "creator,project,metadata,media_links.original"
    studio.get(studio.stack_path(stack), include=include)
    studio.get(f"{studio.stack_path(stack)}/children", include=include, sort="file_size_asc")
    studio.get(f"{studio.folder_path()}/children", type="version_stack", include=include)
    studio.get(f"{studio.folder_path()}/version_stacks", include=include)
    there = studio.make_folder("there")["id"]
    studio.http.patch(f"{studio.stack_path(stack)}/move", json={"data": {"parent_id": there}})

    answers = ["POST 201"] * 4 + ["PATCH 200"] + ["GET 200"] * 4 + ["POST 201", "PATCH 200"]
    assert referee.seen == answers


def test_a_remote_upload_keeps_to_the_vendors_document(walker: tuple[Studio, Referee]) -> None:
    studio, referee = walker
    with serving(b"film") as source:
        answer = studio.http.post(
            f"{studio.folder_path()}/files/remote_upload",
            json={"data": {"name": "shot.mov", "source_url": source.url}},
        )
        studio.get(answer.json()["links"]["status"].removeprefix("/v4"))
    assert referee.seen == ["POST 202", "GET 200"]


def test_comments_keep_to_the_vendors_document(
    walker: tuple[Studio, Referee], sandbox: Sandbox
) -> None:
    studio, referee = walker
    file = studio.upload(b"film")["id"]
    path = f"{studio.file_path(file)}/comments"
    anchor = {"x": 0.5, "y": 0.25}
    fields = {"timestamp": "00:00:01:00", "duration": 5, "page": 1, "anchor": anchor}
    made = studio.http.post(path, json={"data": {"text": "Too dark", **fields}}).json()["data"]
    sandbox.say(file, "It is meant to be", reply_to=made["id"], timestamp=24)
    one = f"{studio.account}/comments/{made['id']}"
    studio.get(path, include="owner,replies", sort="owner_asc", include_total_count="true")
    studio.get(path, timestamp_as_timecode="true")
    studio.get(one, include="owner,replies")
    studio.http.patch(one, json={"data": {"completed": True}})
    studio.http.delete(one)

    answers = ["POST 201"] * 2 + ["GET 200"] * 3 + ["PATCH 200", "DELETE 204"]
    assert referee.seen == answers


def test_a_comment_on_the_whole_file_keeps_to_the_vendors_document(
    walker: tuple[Studio, Referee],
) -> None:
    studio, referee = walker
    path = f"{studio.file_path(studio.upload(b'film')['id'])}/comments"
    studio.http.post(path, json={"data": {"text": "Lovely"}})
    studio.get(path)
    assert referee.seen == ["POST 201", "POST 201", "GET 200"]


def test_webhooks_keep_to_the_vendors_document(walker: tuple[Studio, Referee]) -> None:
    studio, referee = walker
    path = f"{studio.account}/workspaces/{studio.project['workspace_id']}/webhooks"
    body = {"name": "PostFlow", "url": "http://127.0.0.1:1/hook", "events": ["file.ready"]}
    made = studio.http.post(path, json={"data": body}).json()["data"]
    one = f"{studio.account}/webhooks/{made['id']}"
    studio.get(path, include="creator", sort="name_desc")
    studio.get(one, include="creator")
    studio.http.patch(one, json={"data": {"active": False, "events": ["comment.created"]}})
    studio.http.delete(one)
    assert referee.seen == ["POST 201", "GET 200", "GET 200", "PATCH 200", "DELETE 204"]


def test_metadata_keep_to_the_vendors_document(walker: tuple[Studio, Referee]) -> None:
    studio, referee = walker
    path = f"{studio.account}/metadata/field_definitions"
    configurations: dict[str, Document | None] = {
        "text": None,
        "long_text": None,
        "rating": {"max_value": 5},
        "number": {"scale": 0},
        "toggle": {},
        "date": {"display_format": "iso"},
        "select": {"options": [{"display_name": "A"}, {"display_name": "B", "color": "#ffffff"}]},
        "select_multi": {"options": [{"display_name": "A"}]},
        "user_single": {"notify_members": False, "member_options_type": "all_project_members"},
        "user_multi": {"notify_members": False, "member_options_type": "all_project_members"},
    }
    made = [define(studio, kind, given) for kind, given in configurations.items()]
    one = f"{path}/{made[0]['id']}"
    studio.http.patch(one, json={"data": {"field_type": "text", "name": "Other"}})
    studio.get(path, include="creator", sort="name_asc", **{"filters[exclude_immutable]": "true"})
    file = studio.upload(b"film")["id"]
    values = [{"field_definition_id": made[0]["id"], "value": "SH010"}]
    bulk = f"{studio.account}/projects/{studio.project['id']}/metadata/values"
    studio.http.patch(bulk, json={"data": {"file_ids": [file], "values": values}})
    studio.get(f"{studio.file_path(file)}/metadata")
    studio.get(f"{studio.file_path(file)}/metadata", show_null="true")
    studio.get(studio.file_path(file), include="metadata")
    studio.http.delete(one)
    assert referee.seen[-8:] == [
        "PATCH 200",
        "GET 200",
        "POST 201",
        "PATCH 204",
        *["GET 200"] * 3,
        "DELETE 204",
    ]


def define(studio: Studio, kind: str, configuration: Document | None) -> Document:
    data: Document = {"name": kind, "field_type": kind}
    given = {} if configuration is None else {"field_configuration": configuration}
    path = f"{studio.account}/metadata/field_definitions"
    made: Document = studio.http.post(path, json={"data": data | given}).json()["data"]
    return made


def test_shares_keep_to_the_vendors_document(walker: tuple[Studio, Referee]) -> None:
    studio, referee = walker
    folder, file = studio.make_folder("SH010")["id"], studio.upload(b"film")["id"]
    path = f"{studio.account}/projects/{studio.project['id']}/shares"
    data = {"type": "asset", "access": "secure", "name": "Dailies", "asset_ids": [folder]}
    more = {"expiration": "2030-01-01T00:00:00Z", "passphrase": "sesame"}
    share = studio.http.post(path, json={"data": {**data, **more}}).json()["data"]
    one = f"{studio.account}/shares/{share['id']}"
    studio.get(path, sort="name_asc")
    studio.get(one)
    studio.http.patch(one, json={"data": {"downloading_enabled": False}})
    studio.http.post(f"{one}/assets", json={"data": {"asset_id": file}})
    studio.get(f"{one}/assets", include="creator")
    people: Document = {"reviewers": {"emails": ["dee@example.com"]}}
    studio.http.post(f"{one}/reviewers", json={"data": {"message": "Look", **people}})
    studio.get(f"{one}/reviewers")
    studio.http.request("DELETE", f"{one}/reviewers", json={"data": people})
    studio.get(f"{studio.account}/users", sort="email_asc")
    studio.http.delete(f"{one}/assets/{file}")
    studio.http.delete(one)
    assert referee.seen[2:] == [
        "POST 201",
        "GET 200",
        "GET 200",
        "PATCH 200",
        "POST 200",
        "GET 200",
        "POST 204",
        "GET 200",
        "DELETE 204",
        "GET 200",
        "DELETE 200",
        "DELETE 204",
    ]


def test_a_field_made_up_is_noticed(walker: tuple[Studio, Referee]) -> None:
    studio, _ = walker
    with pytest.raises(OpenAPIError):
        studio.http.post(f"{studio.folder_path()}/folders", json={"data": {"filetype": "x"}})


def test_refusals_keep_to_the_vendors_document(walker: tuple[Studio, Referee]) -> None:
    studio, referee = walker
    studio.http.get(studio.file_path("c00defd4-05eb-4ef1-8890-b793fa2cf5b4"))
    studio.http.get("/me", headers={"authorization": "Bearer nonsense"})
    assert referee.seen == ["GET 404", "GET 401"]


def test_a_file_in_parts_arrives_byte_for_byte(start_sandbox: StartSandbox) -> None:
    sandbox = start_sandbox(part_size=30_000, uploaded_after=0, transcoded_after=0)
    content = sample(100_000)
    with Studio(sandbox) as studio:
        outer = studio.make_folder("SQ010")["id"]
        inner = studio.make_folder("SH010", outer)["id"]
        file = studio.announce(len(content), folder=inner)
        assert [entry["size"] for entry in file["upload_urls"]] == [25_000] * 4
        cut = pieces(file, content)
        for number in (2, 0, 3):
            studio.put(file, number, cut[number])
        assert not status(studio, file)["upload_complete"]
        assert sandbox.tree()[0]["sha256"] is None
        studio.put(file, 1, cut[1])
        assert status(studio, file)["upload_complete"]
        assert studio.get(studio.file_path(file["id"]))["data"]["status"] == "transcoded"
    (entry,) = sandbox.tree()
    assert entry["sha256"] == sha256(content)
    assert (entry["project"], entry["folder"], entry["name"]) == ("Demo", "SQ010/SH010", "shot.mov")
    assert (entry["size"], entry["status"]) == (100_000, "transcoded")


def test_it_goes_from_created_to_uploaded_to_transcoded(start_sandbox: StartSandbox) -> None:
    sandbox = start_sandbox(uploaded_after=0, transcoded_after=600)
    with Studio(sandbox) as studio:
        file = studio.announce(4)
        assert file["status"] == "created"
        studio.put(file, 0, b"film")
        shown = studio.get(studio.file_path(file["id"]), include="media_links.high_quality")["data"]
    assert shown["status"] == "uploaded"
    assert shown["media_links"] == {"high_quality": None}


def test_arrived_parts_are_not_complete_before_their_time(start_sandbox: StartSandbox) -> None:
    with Studio(start_sandbox(uploaded_after=600)) as studio:
        file = studio.upload(b"film")
        answer = status(studio, file)
    assert answer["uploaded_at"] is not None
    assert answer["upload_complete"] is False
    assert answer["upload_completed_at"] is None


def status(studio: Studio, file: Document) -> Document:
    answer: Document = studio.get(f"{studio.file_path(file['id'])}/status")["data"]
    return answer
