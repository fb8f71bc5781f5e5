import httpx
import pytest

from tests.sandbox.running import Sandbox
from tests.sandbox.studio import Document, Studio

PUBLIC: Document = {"type": "asset", "access": "public", "name": "Dailies"}


def try_to_share(studio: Studio, **data: object) -> httpx.Response:
    path = f"{studio.account}/projects/{studio.project['id']}/shares"
    return studio.http.post(path, json={"data": PUBLIC | data})


def share(studio: Studio, **data: object) -> Document:
    made: Document = try_to_share(studio, **data).raise_for_status().json()["data"]
    return made


def path_of(studio: Studio, made: Document) -> str:
    return f"{studio.account}/shares/{made['id']}"


def shared(studio: Studio, made: Document) -> list[str]:
    listed = studio.get(f"{path_of(studio, made)}/assets")["data"]
    return [asset["id"] for asset in listed]


def test_a_share_shows_what_was_put_in_it(studio: Studio) -> None:
    folder, file = studio.make_folder("SH010")["id"], studio.upload(b"film")["id"]
    made = share(studio, asset_ids=[folder])
    assert (made["access"], made["enabled"], made["expiration"]) == ("public", True, None)
    assert studio.bare.get(made["short_url"]).status_code == 200
    added = studio.http.post(f"{path_of(studio, made)}/assets", json={"data": {"asset_id": file}})
    assert added.json()["data"]["asset_added"] == file
    assert shared(studio, made) == [folder, file]
    removed = studio.http.delete(f"{path_of(studio, made)}/assets/{folder}")
    assert (removed.status_code, removed.json()["data"]["asset_removed"]) == (200, folder)
    assert shared(studio, made) == [file]
    assert studio.http.delete(f"{path_of(studio, made)}/assets/{folder}").status_code == 404


def test_a_stack_can_be_shared(studio: Studio) -> None:
    stack = studio.stack([studio.upload(b"film")["id"] for _ in range(2)])["id"]
    assert shared(studio, share(studio, asset_ids=[stack])) == [stack]


def test_settings_are_kept_and_changed_one_by_one(studio: Studio) -> None:
    made = share(
        studio,
        expiration="2030-01-01T00:00:00Z",
        passphrase="sesame",
        downloading_enabled=False,
        layout="reel",
    )
    assert (made["passphrase"], made["downloading_enabled"]) == ("sesame", False)
    body = {"data": {"downloading_enabled": True, "expiration": None}}
    changed = studio.http.patch(path_of(studio, made), json=body).json()["data"]
    assert (changed["downloading_enabled"], changed["expiration"]) == (True, None)
    assert (changed["layout"], changed["access"], changed["name"]) == ("reel", "public", "Dailies")
    assert studio.get(path_of(studio, made))["data"] == changed


def test_a_passphrase_is_not_written_down(studio: Studio, sandbox: Sandbox) -> None:
    share(studio, passphrase="sesame")
    assert "sesame" not in str(sandbox.requests())


def test_shares_are_listed_and_deleted(studio: Studio) -> None:
    path = f"{studio.account}/projects/{studio.project['id']}/shares"
    first, second = share(studio), share(studio, name="Selects")
    assert first["short_url"] != second["short_url"]
    assert studio.http.delete(path_of(studio, first)).status_code == 204
    assert [each["name"] for each in studio.get(path)["data"]] == ["Selects"]
    assert studio.http.get(path_of(studio, first)).status_code == 404


def test_a_deleted_file_leaves_its_shares(studio: Studio) -> None:
    file = studio.upload(b"film")["id"]
    made = share(studio, asset_ids=[file])
    studio.http.delete(studio.file_path(file)).raise_for_status()
    assert shared(studio, made) == []


def test_people_are_asked_to_look_at_a_secure_share(studio: Studio) -> None:
    made = share(studio, access="secure")
    path = f"{path_of(studio, made)}/reviewers"
    emails = {"emails": ["dee@example.com", "sandy@example.com"]}
    asked = studio.http.post(path, json={"data": {"message": "Look", "reviewers": emails}})
    assert (asked.status_code, asked.content) == (204, b"")
    assert [user["name"] for user in studio.get(path)["data"]] == ["Sandy Box", "dee"]
    one = {"reviewers": {"emails": ["dee@example.com"]}}
    assert studio.http.request("DELETE", path, json={"data": one}).status_code == 204
    assert [user["name"] for user in studio.get(path)["data"]] == ["Sandy Box"]
    roles = studio.get(f"{studio.account}/users")["data"]
    assert [entry["role"] for entry in roles] == ["owner", "member", "reviewer"]


@pytest.mark.parametrize(
    "reviewers",
    [
        {},
        {"emails": []},
        {"emails": [f"{number}@example.com" for number in range(11)]},
        {"emails": ["dee@example.com"], "user_ids": ["x"]},
        {"user_ids": ["nobody"]},
    ],
)
def test_reviewers_are_named_in_one_way(studio: Studio, reviewers: Document) -> None:
    path = f"{path_of(studio, share(studio, access='secure'))}/reviewers"
    body = {"data": {"message": "Look", "reviewers": reviewers}}
    assert studio.http.post(path, json=body).status_code == 422
    assert studio.get(path)["data"] == []


def test_a_public_share_has_no_reviewers(studio: Studio) -> None:
    path = f"{path_of(studio, share(studio))}/reviewers"
    body = {"data": {"message": "Look", "reviewers": {"emails": ["dee@example.com"]}}}
    assert studio.http.post(path, json=body).status_code == 422


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"name": ""}, "/data/name"),
        ({"name": "x" * 176}, "/data/name"),
        ({"name": "two\nlines"}, "/data/name"),
        ({"access": "open"}, "/data/access"),
        ({"type": "project"}, "/data/type"),
        ({"asset_ids": []}, "/data/asset_ids"),
        ({"asset_ids": ["nothing"]}, "/data/asset_ids"),
        ({"expiration": "tomorrow"}, "/data/expiration"),
        ({"colour": "red"}, "/data/colour"),
    ],
)
def test_a_wrong_share_is_refused(studio: Studio, change: Document, pointer: str) -> None:
    answer = try_to_share(studio, **change)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["source"]["pointer"] == pointer
