import httpx
import pytest

from tests.sandbox.studio import Document, Studio


def names(page: Document) -> list[str]:
    return [entry["name"] for entry in page["data"]]


def follow(studio: Studio, page: Document, **query: str | int) -> Document:
    """The next page, with the caller's own parameters sent again."""
    target = httpx.URL(page["links"]["next"])
    assert list(target.params) == ["after"]
    return studio.get(target.path.removeprefix("/v4"), **query, after=target.params["after"])


def test_a_list_is_cut_into_pages_that_lose_nothing(studio: Studio) -> None:
    for name in "abcde":
        studio.make_folder(name)
    path = f"{studio.folder_path()}/folders"
    first = studio.get(path, page_size=2, include_total_count="true")
    second = follow(studio, first, page_size=2)
    third = follow(studio, second, page_size=2)
    assert [names(first), names(second), names(third)] == [["a", "b"], ["c", "d"], ["e"]]
    assert first["total_count"] == 5
    assert "total_count" not in second
    assert third["links"] == {"next": None}


def test_the_next_page_does_not_slip_when_the_last_row_seen_is_deleted(studio: Studio) -> None:
    made = [studio.make_folder(name) for name in "abcd"]
    path = f"{studio.folder_path()}/folders"
    first = studio.get(path, page_size=2, sort="name_asc")
    studio.http.delete(studio.folder_path(made[1]["id"]))
    assert names(follow(studio, first, page_size=2, sort="name_asc")) == ["c", "d"]


def test_the_next_link_does_not_carry_the_filter(studio: Studio) -> None:
    for name in "ab":
        studio.make_folder(name)
        studio.announce(1, name=f"{name}.mov")
    path = f"{studio.folder_path()}/children"
    first = studio.get(path, page_size=1, type="folder")
    assert names(first) == ["a"]
    assert names(follow(studio, first)) == ["a.mov", "b", "b.mov"]


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("name_asc", ["a.mov", "b.mov", "c.mov"]),
        ("name_desc", ["c.mov", "b.mov", "a.mov"]),
        ("created_at_desc", ["b.mov", "a.mov", "c.mov"]),
        ("file_size_asc", ["b.mov", "c.mov", "a.mov"]),
    ],
)
def test_files_are_sorted_on_request_over_pages(
    studio: Studio, sort: str, expected: list[str]
) -> None:
    studio.announce(2, name="c.mov")
    studio.announce(3, name="a.mov")
    studio.announce(1, name="b.mov")
    path = f"{studio.folder_path()}/files"
    first = studio.get(path, sort=sort, page_size=2)
    assert names(first) + names(follow(studio, first, sort=sort)) == expected


def test_children_can_be_asked_for_by_type(studio: Studio) -> None:
    studio.make_folder("folder")
    studio.announce(1, name="file")
    path = f"{studio.folder_path()}/children"
    assert names(studio.get(path)) == ["folder", "file"]
    assert names(studio.get(path, type="file,version_stack")) == ["file"]
    assert names(studio.get(path, type="version_stack")) == []


@pytest.mark.parametrize(
    ("where", "query", "pointer"),
    [
        ("/folders", {"name": "a"}, "/name"),
        ("/folders", {"type": "folder"}, "/type"),
        ("/folders", {"page_size": "501"}, "/page_size"),
        ("/folders", {"page_size": "0"}, "/page_size"),
        ("/folders", {"page_size": "many"}, "/page_size"),
        ("/folders", {"sort": "file_size_asc"}, "/sort"),
        ("/folders", {"after": "nonsense"}, "/after"),
        ("/folders", {"after": "W10"}, "/after"),
        ("/folders", {"include_total_count": "maybe"}, "/include_total_count"),
        ("/folders", {"include": "media_links.original"}, "/include"),
        ("/children", {"type": "file,movie"}, "/type"),
    ],
)
def test_a_wrong_parameter_is_refused_with_a_pointer(
    studio: Studio, where: str, query: dict[str, str], pointer: str
) -> None:
    answer = studio.http.get(studio.folder_path() + where, params=query)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["source"] == {"pointer": pointer}


def test_lists_outside_folders_allow_no_more_than_a_hundred(studio: Studio) -> None:
    path = f"{studio.account}/projects"
    assert studio.http.get(path, params={"page_size": 100}).status_code == 200
    assert studio.http.get(path, params={"page_size": 101}).status_code == 422
    assert studio.http.get("/accounts", params={"include": "creator"}).status_code == 422
