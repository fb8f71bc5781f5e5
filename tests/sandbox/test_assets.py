from typing import Any

import pytest

from frameio.sandbox.api.files import media_type_of, part_sizes
from tests.sandbox.running import Sandbox, StartSandbox
from tests.sandbox.studio import PRIVATE, Studio

NOBODY = "c00defd4-05eb-4ef1-8890-b793fa2cf5b4"


def test_a_fresh_sandbox_holds_one_of_each(studio: Studio) -> None:
    assert [account["display_name"] for account in studio.get("/accounts")["data"]] == [
        "Sandbox Studio"
    ]
    assert len(studio.get(f"{studio.account}/workspaces")["data"]) == 1
    assert studio.project["name"] == "Demo"
    root = studio.get(studio.folder_path())["data"]
    assert (root["parent_id"], root["type"]) == (None, "folder")


def test_names_need_not_differ(studio: Studio) -> None:
    assert studio.make_folder("SH010")["id"] != studio.make_folder("SH010")["id"]
    assert studio.announce(1)["id"] != studio.announce(1)["id"]


def test_a_name_keeps_every_character(studio: Studio) -> None:
    name = "e\u0301té / 100 % <b>.mov"
    assert studio.announce(1, name=name)["name"] == name


def test_rename_and_move(studio: Studio) -> None:
    here, there = studio.make_folder("here"), studio.make_folder("there")
    file = studio.file_path(studio.announce(1, folder=here["id"])["id"])
    renamed = studio.http.patch(file, json={"data": {"name": "new.mov"}}).json()["data"]
    moved = studio.http.patch(f"{file}/move", json={"data": {"parent_id": there["id"]}})
    assert (renamed["name"], renamed["parent_id"]) == ("new.mov", here["id"])
    assert moved.json()["data"]["parent_id"] == there["id"]


def test_a_folder_is_not_moved_below_itself(studio: Studio) -> None:
    outer = studio.make_folder("outer")["id"]
    inner = studio.make_folder("inner", outer)["id"]
    answer = studio.http.patch(
        f"{studio.folder_path(outer)}/move", json={"data": {"parent_id": inner}}
    )
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["source"]["pointer"] == "/data/parent_id"


def test_a_folder_moves_to_another_project_with_all_in_it(studio: Studio) -> None:
    workspace = studio.project["workspace_id"]
    other = studio.http.post(
        f"{studio.account}/workspaces/{workspace}/projects", json={"data": {"name": "Other"}}
    ).json()["data"]
    folder = studio.make_folder("folder")["id"]
    file = studio.announce(1, folder=folder)["id"]
    body = {"data": {"parent_id": other["root_folder_id"]}}
    studio.http.patch(f"{studio.folder_path(folder)}/move", json=body).raise_for_status()
    assert studio.get(studio.file_path(file))["data"]["project_id"] == other["id"]


def test_deleting_a_folder_takes_everything_below_with_it(studio: Studio, sandbox: Sandbox) -> None:
    outer = studio.make_folder("outer")["id"]
    inner = studio.make_folder("inner", outer)["id"]
    file = studio.upload(b"film", folder=inner)["id"]
    parts = sandbox.data / "parts" / file
    assert parts.is_dir()
    answer = studio.http.delete(studio.folder_path(outer))
    assert (answer.status_code, answer.content) == (204, b"")
    assert studio.http.get(studio.file_path(file)).status_code == 404
    assert not parts.exists()
    assert sandbox.tree() == []


def test_the_root_folder_stays(studio: Studio) -> None:
    assert studio.http.delete(studio.folder_path()).status_code == 422


def test_a_deleted_files_parts_lead_nowhere(studio: Studio, sandbox: Sandbox) -> None:
    file = studio.announce(4)
    studio.http.delete(studio.file_path(file["id"])).raise_for_status()
    assert studio.put(file, 0, b"film").status_code == 404
    assert list((sandbox.data / "parts").glob("*/*")) == []


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"data": {"name": "a.mov", "file_size": 0}}, "/data/file_size"),
        ({"data": {"name": "a.mov", "file_size": -1}}, "/data/file_size"),
        ({"data": {"name": "a.mov", "file_size": 5_000_000_000_001}}, "/data/file_size"),
        ({"data": {"name": "a.mov", "file_size": "4"}}, "/data/file_size"),
        ({"data": {"name": "a.mov", "file_size": True}}, "/data/file_size"),
        ({"data": {"name": "a.mov"}}, "/data/file_size"),
        ({"data": {"name": "", "file_size": 4}}, "/data/name"),
        ({"data": {"name": "a" * 256, "file_size": 4}}, "/data/name"),
        ({"data": {"name": None, "file_size": 4}}, "/data/name"),
        ({"data": {"name": "a.mov", "file_size": 4, "filetype": "video/mp4"}}, "/data/filetype"),
        ({"data": {"name": "a.mov", "file_size": 4}, "extra": 1}, "/extra"),
        ({"name": "a.mov", "file_size": 4}, "/data"),
        ([], "/"),
    ],
)
def test_a_wrong_upload_is_refused_and_makes_nothing(
    studio: Studio, sandbox: Sandbox, body: Any, pointer: str
) -> None:
    answer = studio.http.post(f"{studio.folder_path()}/files/local_upload", json=body)
    assert answer.status_code == 422
    pointers = [error["source"]["pointer"] for error in answer.json()["errors"]]
    assert pointer in pointers
    assert sandbox.tree() == []


def test_an_unknown_field_is_named(studio: Studio) -> None:
    answer = studio.http.post(f"{studio.folder_path()}/folders", json={"data": {"foo": 1}})
    assert answer.json() == {
        "errors": [
            {
                "detail": "Unexpected field: foo",
                "title": "Invalid value",
                "source": {"pointer": "/data/foo"},
            }
        ]
    }


def test_a_body_that_is_not_json_is_a_bad_request(studio: Studio) -> None:
    answer = studio.http.post(f"{studio.folder_path()}/folders", content=b"{")
    assert answer.status_code == 400


@pytest.mark.parametrize(
    "path",
    [
        f"/accounts/{NOBODY}/projects",
        "{account}/workspaces/" + NOBODY,
        "{account}/projects/" + NOBODY,
        "{account}/folders/" + NOBODY,
        "{account}/folders/" + NOBODY + "/children",
        "{account}/files/" + NOBODY,
        "{account}/files/nonsense/status",
        "/nothing/like/that",
    ],
)
def test_what_is_not_there_is_a_404(studio: Studio, path: str) -> None:
    answer = studio.http.get(path.format(account=studio.account))
    assert answer.status_code == 404
    assert answer.json()["errors"][0]["detail"] == "Not found"


def test_a_file_is_no_folder(studio: Studio) -> None:
    file = studio.announce(1)["id"]
    assert studio.http.get(studio.folder_path(file)).status_code == 404


@pytest.mark.parametrize("headers", [{}, {"authorization": "Bearer x"}, {"authorization": "x"}])
def test_without_a_token_nobody_gets_in(
    studio: Studio, sandbox: Sandbox, headers: dict[str, str]
) -> None:
    answer = studio.bare.get(f"{sandbox.url}/v4/me", headers=headers)
    assert answer.status_code == 401
    assert answer.json()["errors"][0]["detail"] == "Unauthorized"


def test_every_answer_tells_its_rate_limit(studio: Studio) -> None:
    file = studio.http.get(studio.file_path(NOBODY)).headers
    folder = studio.http.post(f"{studio.folder_path()}/folders", json={}).headers
    assert (file["x-ratelimit-limit"], file["x-ratelimit-window"]) == ("10", "1000")
    assert (folder["x-ratelimit-limit"], folder["x-ratelimit-window"]) == ("3", "1000")
    assert int(file["x-ratelimit-remaining"]) > 0
    assert file["x-request-id"] != folder["x-request-id"]


def test_the_media_type_can_be_left_unknown(start_sandbox: StartSandbox) -> None:
    sandbox = start_sandbox(no_media_type=True)
    with Studio(sandbox) as studio:
        file = studio.announce(4)
        url = file["upload_urls"][0]["url"]
        octets = {"content-type": "application/octet-stream", **PRIVATE}
        film = {"content-type": "video/quicktime", **PRIVATE}
        assert file["media_type"] is None
        assert studio.bare.put(url, content=b"film", headers=film).status_code == 403
        assert studio.bare.put(url, content=b"film", headers=octets).status_code == 200


@pytest.mark.parametrize(
    ("name", "media_type"),
    [
        ("a.MOV", "video/quicktime"),
        ("a.mp4", "video/mp4"),
        ("a.b.mkv", "video/x-matroska"),
        ("a.png", "image/png"),
        ("noext", "application/octet-stream"),
        ("a.mov.gz", "application/octet-stream"),
    ],
)
def test_the_media_type_is_guessed_from_the_ending(name: str, media_type: str) -> None:
    assert media_type_of(name) == media_type


@pytest.mark.parametrize(
    ("size", "largest", "parts"),
    [
        (1, 10, [1]),
        (10, 10, [10]),
        (11, 10, [6, 5]),
        (50_645_990, 20_000_000, [16_881_997, 16_881_997, 16_881_996]),
        (3, 1, [1, 1, 1]),
    ],
)
def test_a_file_is_cut_into_the_fewest_equal_parts(
    size: int, largest: int, parts: list[int]
) -> None:
    assert part_sizes(size, largest) == parts
