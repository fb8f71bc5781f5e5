from datetime import UTC, datetime

import httpx
import pytest

from frameio.client import FrameioClient
from frameio.errors import Invalid, Unavailable
from frameio.shapes import Share
from frameio.shares import Wanted, add_assets, invite, make_share
from tests.frameio.fake_review import FakeReview

NOW = datetime(2026, 11, 21, 10, 0, 5, tzinfo=UTC)
ASSETS = ["folder-1", "file-1"]


@pytest.fixture
def fake() -> FakeReview:
    return FakeReview()


def _make(client: FrameioClient, wanted: Wanted) -> Share:
    return make_share(client, "acc", "project", wanted, lambda: NOW)


def test_a_public_link_allows_what_was_asked(client: FrameioClient, fake: FakeReview) -> None:
    share = _make(client, Wanted("Dailies\n 21 November", ASSETS, downloads=True))
    assert share.url == "https://f.io/abc"
    assert fake.sent("POST") == [
        {
            "type": "asset",
            "access": "public",
            "name": "Dailies 21 November",
            "asset_ids": ASSETS,
            "downloading_enabled": True,
            "commenting_enabled": True,
        }
    ]


def test_a_secure_link_has_an_end_and_a_passphrase(client: FrameioClient, fake: FakeReview) -> None:
    wanted = Wanted("For the client", ASSETS, secure=True, expires_at=NOW, passphrase="open sesame")
    _make(client, wanted)
    (body,) = fake.sent("POST")
    assert (body["access"], body["passphrase"]) == ("secure", "open sesame")
    assert body["expiration"] == "2026-11-21T10:00:05+00:00"
    assert "sesame" not in repr(wanted)


def test_a_link_whose_answer_was_lost_is_found(client: FrameioClient, fake: FakeReview) -> None:
    fake.lose("POST", "/shares")
    assert _make(client, Wanted("Dailies", ASSETS)).id == fake.shares[0]["id"]
    assert len(fake.shares) == 1


def test_another_link_of_that_name_is_not_taken_for_ours(
    client: FrameioClient, fake: FakeReview
) -> None:
    _make(client, Wanted("Dailies", ["folder-7"]))
    fake.now = "2026-11-20T10:00:00Z"
    _make(client, Wanted("Dailies", ASSETS))
    fake.next("POST", "/shares", httpx.ReadTimeout("slow"))
    with pytest.raises(Unavailable):
        _make(client, Wanted("Dailies", ASSETS))


def test_more_than_a_hundred_are_added_one_by_one(client: FrameioClient, fake: FakeReview) -> None:
    many = [f"file-{number}" for number in range(103)]
    _make(client, Wanted("Dailies", many))
    assert fake.shares[0]["asset_ids"] == many
    assert len(fake.sent("POST")) == 4


def test_what_is_shared_already_is_not_added_twice(client: FrameioClient, fake: FakeReview) -> None:
    share = _make(client, Wanted("Dailies", ASSETS))
    add_assets(client, "acc", share.id, ["file-1", "file-2"])
    assert fake.shares[0]["asset_ids"] == [*ASSETS, "file-2"]


def test_nobody_is_invited_twice(client: FrameioClient, fake: FakeReview) -> None:
    emails = ["Nora@studio.test", "bob@studio.test", "BOB@studio.test"]
    assert invite(client, "acc", "share", emails, "Please look") == ["BOB@studio.test"]
    assert fake.sent("POST") == [
        {"message": "Please look", "reviewers": {"emails": ["BOB@studio.test"]}}
    ]


def test_reviewers_are_invited_by_tens(client: FrameioClient, fake: FakeReview) -> None:
    invite(client, "acc", "share", [f"{number}@studio.test" for number in range(12)], "Look")
    assert len(fake.sent("POST")) == 2


def test_an_invitation_is_never_repeated(client: FrameioClient, fake: FakeReview) -> None:
    fake.lose("POST", "/reviewers")
    with pytest.raises(Unavailable):
        invite(client, "acc", "share", ["bob@studio.test"], "Look")
    assert len(fake.sent("POST")) == 1


@pytest.mark.parametrize(("name", "assets"), [(" \n", ASSETS), ("Dailies", [])])
def test_a_link_to_nothing_is_none(
    client: FrameioClient, fake: FakeReview, name: str, assets: list[str]
) -> None:
    with pytest.raises(Invalid):
        _make(client, Wanted(name, assets))
    assert fake.calls == []
