import httpx
import pytest

from frameio.answers import JsonObject
from frameio.client import FrameioClient
from frameio.errors import Forbidden, Invalid, Unavailable
from frameio.metadata import ensure_fields, set_fields, status_of
from frameio.models import Lease, MetadataField
from tests.frameio.fake import refusal
from tests.frameio.fake_review import FakeReview

pytestmark = pytest.mark.django_db
VALUES = {"Scene": "010", "Shot": "0040"}


@pytest.fixture
def fake() -> FakeReview:
    return FakeReview()


def test_missing_fields_are_made_once(client: FrameioClient, fake: FakeReview) -> None:
    scene = fake.add_field("Scene")
    set_fields(client, "acc", "project", ["file-1"], VALUES)
    assert fake.sent("POST") == [{"name": "Shot", "field_type": "text"}]
    shot = str(fake.fields[1]["id"])
    assert fake.sent("PATCH") == [
        {
            "file_ids": ["file-1"],
            "values": [
                {"field_definition_id": scene, "value": "010"},
                {"field_definition_id": shot, "value": "0040"},
            ],
        }
    ]
    assert Lease.objects.count() == 0


def test_what_it_remembers_costs_no_call(client: FrameioClient, fake: FakeReview) -> None:
    first = ensure_fields(client, "acc", list(VALUES))
    fake.calls.clear()
    assert ensure_fields(client, "acc", list(VALUES)) == first
    assert fake.calls == []


def test_the_status_that_people_choose_goes_before_one_they_write(
    client: FrameioClient, fake: FakeReview
) -> None:
    common: JsonObject = {"field_definition_name": "Status", "mutable": True}
    written: JsonObject = {"field_definition_id": "1", "field_type": "text", "value": "ask Ann"}
    approved: JsonObject = {"id": "o", "display_name": "Approved"}
    chosen: JsonObject = {"field_definition_id": "2", "field_type": "select", "value": [approved]}
    fake.values = [common | written, common | chosen]
    assert status_of(client, "acc", "file-1") == "Approved"


def test_of_two_of_one_name_the_first_is_taken(client: FrameioClient, fake: FakeReview) -> None:
    first = fake.add_field("Scene")
    fake.add_field("Scene")
    assert ensure_fields(client, "acc", ["Scene"]) == {"Scene": first}


@pytest.mark.parametrize(("kind", "mutable"), [("select", True), ("text", False)])
def test_a_field_that_takes_no_text_is_named(
    client: FrameioClient, fake: FakeReview, kind: str, mutable: bool
) -> None:
    fake.add_field("Scene", kind, mutable=mutable)
    with pytest.raises(Invalid, match="Scene"):
        ensure_fields(client, "acc", ["Scene"])


def test_a_login_that_may_not_make_fields_is_told_whom_to_ask(
    client: FrameioClient, fake: FakeReview
) -> None:
    fake.next("POST", "/field_definitions", refusal(403, "Forbidden"))
    with pytest.raises(Forbidden, match="add a text field named Scene"):
        ensure_fields(client, "acc", ["Scene"])


def test_a_field_whose_answer_was_lost_is_found(client: FrameioClient, fake: FakeReview) -> None:
    fake.lose("POST", "/field_definitions")
    assert ensure_fields(client, "acc", ["Scene"]) == {"Scene": fake.fields[0]["id"]}
    assert len(fake.fields) == 1


def test_a_field_that_was_not_made_is_an_error(client: FrameioClient, fake: FakeReview) -> None:
    fake.next("POST", "/field_definitions", httpx.Response(503))
    with pytest.raises(Unavailable):
        ensure_fields(client, "acc", ["Scene"])
    assert not MetadataField.objects.exists()


def test_a_deleted_field_is_made_again(client: FrameioClient, fake: FakeReview) -> None:
    set_fields(client, "acc", "project", ["file-1"], VALUES)
    fake.fields.clear()
    fake.next("PATCH", "/values", refusal(422, "Not found", "/data/values/0"))
    set_fields(client, "acc", "project", ["file-1"], VALUES)
    assert [each["name"] for each in fake.fields] == ["Scene", "Shot"]


def test_a_value_that_is_refused_twice_is_an_error(client: FrameioClient, fake: FakeReview) -> None:
    fake.next("PATCH", "/values", refusal(422, "Too long"))
    fake.next("PATCH", "/values", refusal(422, "Too long"))
    with pytest.raises(Invalid, match="Too long"):
        set_fields(client, "acc", "project", ["file-1"], VALUES)


def test_many_files_go_by_hundreds(client: FrameioClient, fake: FakeReview) -> None:
    set_fields(client, "acc", "project", [f"file-{number}" for number in range(250)], VALUES)
    assert [len(str(body["file_ids"]).split(",")) for body in fake.sent("PATCH")] == [100, 100, 50]


def test_a_set_that_was_lost_is_repeated(client: FrameioClient, fake: FakeReview) -> None:
    fake.lose("PATCH", "/values")
    set_fields(client, "acc", "project", ["file-1"], VALUES)
    assert len(fake.sent("PATCH")) == 2


def test_the_status_is_what_people_chose(client: FrameioClient, fake: FakeReview) -> None:
    common: JsonObject = {"field_definition_id": "1", "mutable": True}
    fake.values = [
        {**common, "field_definition_name": "Rating", "field_type": "rating", "value": 4},
        {
            **common,
            "field_definition_name": "Status",
            "field_type": "select",
            "value": [{"id": "2", "display_name": "Approved"}],
        },
    ]
    assert status_of(client, "acc", "file-1") == "Approved"


@pytest.mark.parametrize("value", [None, []])
def test_a_status_nobody_chose_is_empty(
    client: FrameioClient, fake: FakeReview, value: list[str] | None
) -> None:
    row = {"field_definition_id": "1", "field_definition_name": "Status", "field_type": "select"}
    fake.values = [{**row, "value": [*value] if value is not None else None}]
    assert status_of(client, "acc", "file-1") == ""


def test_a_file_without_status_has_none(client: FrameioClient) -> None:
    assert status_of(client, "acc", "file-1") == ""
