import pytest

from frameio.sandbox.api.comments import frames, timecode
from tests.sandbox.running import Sandbox
from tests.sandbox.studio import Document, Studio


@pytest.fixture
def file(studio: Studio) -> str:
    return str(studio.upload(b"film")["id"])


def write(studio: Studio, file: str, text: str = "Too dark", **fields: object) -> Document:
    path = f"{studio.file_path(file)}/comments"
    answer = studio.http.post(path, json={"data": {"text": text, **fields}})
    comment: Document = answer.raise_for_status().json()["data"]
    return comment


def change(studio: Studio, comment: Document, **fields: object) -> Document:
    path = f"{studio.account}/comments/{comment['id']}"
    answer = studio.http.patch(path, json={"data": fields})
    changed: Document = answer.raise_for_status().json()["data"]
    return changed


def read(studio: Studio, file: str, **query: str | int) -> list[Document]:
    comments: list[Document] = studio.get(f"{studio.file_path(file)}/comments", **query)["data"]
    return comments


def test_a_comment_says_what_was_said_and_where(studio: Studio, file: str) -> None:
    anchor = {"x": 0.5, "y": 0.25}
    made = write(studio, file, timestamp=100, duration=12, anchor=anchor, annotation="[]")
    assert (made["file_id"], made["text"]) == (file, "Too dark")
    assert (made["timestamp"], made["duration"]) == (100, 12)
    assert (made["anchor"], made["annotation"]) == (anchor, "[]")
    assert (made["completed_at"], made["text_edited_at"]) == (None, None)
    assert read(studio, file) == [made]


def test_timecode_is_taken_and_given(studio: Studio, file: str) -> None:
    made = write(studio, file, timestamp="00:01:00:12")
    assert made["timestamp"] == 60 * 24 + 12
    (shown,) = read(studio, file, timestamp_as_timecode="true")
    assert shown["timestamp"] == "00:01:00:12"


def test_other_people_comment_and_reply(studio: Studio, sandbox: Sandbox, file: str) -> None:
    mine = write(studio, file)
    author = {"name": "Dee Rector", "email": "dee@example.com"}
    sandbox.say(file, "No, lovely", reply_to=mine["id"], author=author)
    theirs = sandbox.say(file, "Mind the boom", timestamp=7, author=author)
    first, second = read(studio, file, include="owner,replies")
    assert [reply["text"] for reply in first["replies"]] == ["No, lovely"]
    assert (first["owner"]["name"], second["owner"]["name"]) == ("Sandy Box", "Dee Rector")
    assert (second["id"], second["replies"]) == (theirs["id"], [])
    assert "owner" not in read(studio, file)[0]


def test_replies_are_made_by_people_alone(studio: Studio, file: str) -> None:
    path = f"{studio.file_path(file)}/comments"
    answer = studio.http.post(path, json={"data": {"text": "x", "parent_id": file}})
    assert answer.status_code == 422


def test_completed_is_written_and_read_as_a_moment(studio: Studio, file: str) -> None:
    comment = write(studio, file)
    done = change(studio, comment, completed=True)
    again = change(studio, comment, completed=True)
    assert done["completed_at"] is not None
    assert done["completer_id"] == studio.get("/me")["data"]["id"]
    assert again["completed_at"] == done["completed_at"]
    assert change(studio, comment, completed=False)["completed_at"] is None


def test_only_what_was_named_changes(studio: Studio, file: str) -> None:
    comment = write(studio, file, timestamp=5, duration=2)
    changed = change(studio, comment, text="Brighter")
    assert (changed["text"], changed["timestamp"], changed["duration"]) == ("Brighter", 5, 2)
    assert changed["text_edited_at"] is not None
    assert change(studio, comment, duration=None)["duration"] is None


def test_another_person_changes_and_takes_back(studio: Studio, sandbox: Sandbox, file: str) -> None:
    said = sandbox.say(file, "Too dark")
    path = f"/_sandbox/comments/{said['id']}"
    sandbox.http.patch(path, json={"text": "Brighter", "completed": True}).raise_for_status()
    (shown,) = read(studio, file)
    assert (shown["text"], shown["completed_at"] is None) == ("Brighter", False)
    assert sandbox.http.delete(path).status_code == 204
    assert read(studio, file) == []
    assert sandbox.http.delete(path).status_code == 404


def test_a_comment_goes_with_its_replies_and_with_its_file(
    studio: Studio, sandbox: Sandbox, file: str
) -> None:
    first, second = write(studio, file), write(studio, file)
    reply = sandbox.say(file, "Oh", reply_to=first["id"])
    studio.http.delete(f"{studio.account}/comments/{first['id']}").raise_for_status()
    assert studio.http.get(f"{studio.account}/comments/{reply['id']}").status_code == 404
    studio.http.delete(studio.file_path(file)).raise_for_status()
    assert studio.http.get(f"{studio.account}/comments/{second['id']}").status_code == 404


def test_comments_are_listed_in_the_order_asked_for(
    studio: Studio, sandbox: Sandbox, file: str
) -> None:
    mine = write(studio, file, "one")
    sandbox.say(file, "two", author={"name": "Alma", "email": "alma@example.com"})
    change(studio, write(studio, file, "three"), completed=True)
    change(studio, mine, completed=True)
    assert texts(read(studio, file)) == ["one", "two", "three"]
    assert texts(read(studio, file, sort="owner_asc")) == ["two", "one", "three"]
    assert texts(read(studio, file, sort="created_at_desc", page_size=2)) == ["three", "two"]


@pytest.mark.parametrize("sort", ["completed_at_asc", "completed_at_desc"])
def test_open_comments_are_not_lost_between_pages(studio: Studio, file: str, sort: str) -> None:
    for text in "abcd":
        write(studio, file, text)
    change(studio, write(studio, file, "e"), completed=True)
    path = f"{studio.file_path(file)}/comments"
    first = studio.get(path, sort=sort, page_size=2)
    second = studio.get(path, sort=sort, page_size=3, after=cursor(first))
    assert sorted(texts(first["data"]) + texts(second["data"])) == ["a", "b", "c", "d", "e"]


@pytest.mark.parametrize(
    ("fields", "pointer"),
    [
        ({"text": ""}, "/data/text"),
        ({"text": "x" * 40_001}, "/data/text"),
        ({"timestamp": -1}, "/data/timestamp"),
        ({"timestamp": True}, "/data/timestamp"),
        ({"timestamp": "one o'clock"}, "/data/timestamp"),
        ({"timestamp": 1, "duration": 0}, "/data/duration"),
        ({"duration": 5}, "/data/duration"),
        ({"anchor": {"x": 2, "y": 0}}, "/data/anchor/x"),
        ({"page": 0}, "/data/page"),
        ({"colour": "red"}, "/data/colour"),
    ],
)
def test_a_wrong_comment_is_refused(
    studio: Studio, file: str, fields: dict[str, object], pointer: str
) -> None:
    body = {"data": {"text": "x", **fields}}
    answer = studio.http.post(f"{studio.file_path(file)}/comments", json=body)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["source"]["pointer"] == pointer
    assert read(studio, file) == []


@pytest.mark.parametrize("frame", [0, 23, 24, 24 * 3600 + 25, 24 * 3600 * 23])
def test_frames_and_timecode_are_the_same(frame: int) -> None:
    assert frames(timecode(frame)) == frame


def texts(comments: list[Document]) -> list[str]:
    return [comment["text"] for comment in comments]


def cursor(page: Document) -> str:
    return str(page["links"]["next"]).partition("after=")[2].replace("%3D", "=")
