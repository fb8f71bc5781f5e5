import pytest

from tests.sandbox.running import Sandbox, StartSandbox
from tests.sandbox.studio import Document, Studio

VERSIONS = ("v001.mov", "v002.mov", "v003.mov")


def uploaded(studio: Studio, *names: str, folder: str | None = None) -> list[str]:
    return [studio.upload(b"film", name=name, folder=folder)["id"] for name in names]


def move(studio: Studio, file_id: str, parent: str) -> Document:
    body = {"data": {"parent_id": parent}}
    answer = studio.http.patch(f"{studio.file_path(file_id)}/move", json=body)
    file: Document = answer.raise_for_status().json()["data"]
    return file


def head(studio: Studio, stack: str) -> str:
    return str(studio.get(studio.stack_path(stack))["data"]["head_version"]["id"])


def places(sandbox: Sandbox) -> list[tuple[object, object]]:
    return [(entry["stack_id"], entry["stack_position"]) for entry in sandbox.tree()]


def test_files_of_one_folder_become_versions(studio: Studio, sandbox: Sandbox) -> None:
    folder = studio.make_folder("SH010")["id"]
    files = uploaded(studio, *VERSIONS, folder=folder)
    stack = studio.stack(files, folder)
    assert stack["type"] == "version_stack"
    assert (stack["parent_id"], stack["name"]) == (folder, "v003.mov")
    assert stack["head_version"]["id"] == files[2]
    assert stack["head_version"]["parent_id"] == stack["id"]
    assert places(sandbox) == [(stack["id"], 1), (stack["id"], 2), (stack["id"], 3)]
    assert {entry["folder"] for entry in sandbox.tree()} == {"SH010"}


def test_the_order_given_counts_and_not_the_age(studio: Studio) -> None:
    older, newer = uploaded(studio, "v001.mov", "v002.mov")
    assert studio.stack([newer, older])["head_version"]["id"] == older


def test_a_folder_lists_the_stack_and_no_longer_its_files(studio: Studio) -> None:
    stack = studio.stack(uploaded(studio, "v001.mov", "v002.mov"))
    children = studio.get(f"{studio.folder_path()}/children")["data"]
    assert [(child["type"], child["id"]) for child in children] == [("version_stack", stack["id"])]
    assert studio.get(f"{studio.folder_path()}/files")["data"] == []
    stacks = studio.get(f"{studio.folder_path()}/version_stacks")["data"]
    assert stacks[0]["head_version"]["name"] == "v002.mov"


def test_the_versions_are_listed_from_the_oldest_over_pages(studio: Studio) -> None:
    files = uploaded(studio, *VERSIONS)
    stack = studio.stack([files[2], files[0], files[1]])["id"]
    path = f"{studio.stack_path(stack)}/children"
    first = studio.get(path, page_size=2)
    after = first["links"]["next"].partition("after=")[2].replace("%3D", "=")
    rest = studio.get(path, page_size=2, after=after)
    listed = [entry["id"] for entry in first["data"] + rest["data"]]
    assert listed == [files[2], files[0], files[1]]


def test_a_file_moved_in_becomes_the_head(studio: Studio) -> None:
    *two, third = uploaded(studio, *VERSIONS)
    stack = studio.stack(two)["id"]
    assert move(studio, third, stack)["parent_id"] == stack
    assert head(studio, stack) == third


def test_the_head_that_leaves_makes_room_for_the_one_before(
    studio: Studio, sandbox: Sandbox
) -> None:
    first, second = uploaded(studio, "v001.mov", "v002.mov")
    stack = studio.stack([first, second])["id"]
    move(studio, second, studio.root)
    assert head(studio, stack) == first
    assert places(sandbox) == [(stack, 1), (None, None)]


def test_a_stack_goes_with_its_last_file(studio: Studio) -> None:
    first, second = uploaded(studio, "v001.mov", "v002.mov")
    stack = studio.stack([first, second])["id"]
    studio.http.delete(studio.file_path(second)).raise_for_status()
    assert head(studio, stack) == first
    move(studio, first, studio.make_folder("elsewhere")["id"])
    assert studio.http.get(studio.stack_path(stack)).status_code == 404


def test_a_stack_goes_when_its_last_file_is_deleted(studio: Studio) -> None:
    files = uploaded(studio, "v001.mov", "v002.mov")
    stack = studio.stack(files)["id"]
    for file in files:
        studio.http.delete(studio.file_path(file)).raise_for_status()
    assert studio.http.get(studio.stack_path(stack)).status_code == 404
    assert studio.get(f"{studio.folder_path()}/children")["data"] == []


def test_a_folder_takes_its_stacks_along(studio: Studio, sandbox: Sandbox) -> None:
    folder = studio.make_folder("SH010")["id"]
    stack = studio.stack(uploaded(studio, "v001.mov", "v002.mov", folder=folder), folder)["id"]
    studio.http.delete(studio.folder_path(folder)).raise_for_status()
    assert studio.http.get(studio.stack_path(stack)).status_code == 404
    assert sandbox.tree() == []


def test_a_stack_moves_as_one(studio: Studio, sandbox: Sandbox) -> None:
    stack = studio.stack(uploaded(studio, "v001.mov", "v002.mov"))["id"]
    body = {"data": {"parent_id": studio.make_folder("SH010")["id"]}}
    moved = studio.http.patch(f"{studio.stack_path(stack)}/move", json=body)
    assert moved.json()["data"]["parent_id"] == body["data"]["parent_id"]
    assert {entry["folder"] for entry in sandbox.tree()} == {"SH010"}
    into_itself = studio.http.patch(
        f"{studio.stack_path(stack)}/move", json={"data": {"parent_id": stack}}
    )
    assert into_itself.status_code == 404


@pytest.mark.parametrize("count", [0, 1, 11])
def test_a_stack_is_made_of_two_to_ten(studio: Studio, count: int) -> None:
    answer = try_to_stack(studio, ["c00defd4-05eb-4ef1-8890-b793fa2cf5b4"] * count)
    assert answer["source"]["pointer"] == "/data/file_ids"


def test_only_whole_files_of_that_folder_are_stacked_and_each_once(studio: Studio) -> None:
    here, there = studio.upload(b"film")["id"], studio.make_folder("there")["id"]
    elsewhere = studio.upload(b"film", folder=there)["id"]
    announced = studio.announce(4)["id"]
    assert "not in this folder" in try_to_stack(studio, [here, elsewhere])["detail"]
    assert "not finished" in try_to_stack(studio, [here, announced])["detail"]
    assert "unique" in try_to_stack(studio, [here, here])["detail"]
    assert "no file" in try_to_stack(studio, [here, there])["detail"]


def test_a_file_without_bytes_is_not_moved_into_a_stack(studio: Studio) -> None:
    stack = studio.stack(uploaded(studio, "v001.mov", "v002.mov"))["id"]
    body = {"data": {"parent_id": stack}}
    announced = studio.file_path(studio.announce(4)["id"])
    assert studio.http.patch(f"{announced}/move", json=body).status_code == 422


def test_nothing_is_uploaded_straight_into_a_stack(studio: Studio) -> None:
    stack = studio.stack(uploaded(studio, "v001.mov", "v002.mov"))["id"]
    body = {"data": {"name": "v003.mov", "file_size": 4}}
    path = f"{studio.folder_path(stack)}/files/local_upload"
    assert studio.http.post(path, json=body).status_code == 404


def test_stacks_outlive_the_process(start_sandbox: StartSandbox) -> None:
    sandbox = start_sandbox(uploaded_after=0)
    with Studio(sandbox) as studio:
        stack = studio.stack(uploaded(studio, "v001.mov", "v002.mov"))["id"]
        sandbox.kill()
        sandbox.restart()
        assert places(sandbox) == [(stack, 1), (stack, 2)]


def try_to_stack(studio: Studio, files: list[str]) -> Document:
    path = f"{studio.folder_path()}/version_stacks"
    answer = studio.http.post(path, json={"data": {"file_ids": files}})
    assert answer.status_code == 422
    error: Document = answer.json()["errors"][0]
    return error
