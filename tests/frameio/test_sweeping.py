from datetime import UTC, datetime, timedelta

import pytest

from frameio.client import FrameioClient
from frameio.models import Account, RemoteFolder
from frameio.shapes import File
from frameio.sweeping import DEAD_AFTER, folders_in_turn, remove_abandoned
from tests.frameio.fake import FakeFrameio, refusal

NOW = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
OLD = (NOW - DEAD_AFTER - timedelta(hours=1)).isoformat()
YOUNG = (NOW - timedelta(hours=30)).isoformat()


@pytest.fixture
def left(fake: FakeFrameio) -> str:
    """A placeholder of ours that nobody fills."""
    return _placeholder(fake, OLD)


def _placeholder(fake: FakeFrameio, created_at: str, **odd: str) -> str:
    new = fake.add_file("folder", "sh010.mov", 10, created_at)
    fake.files[new] |= {"creator": {"id": "user-1"}, **odd}
    return new


def _remove(client: FrameioClient, account: Account, *, ours: bool = True) -> list[str]:
    def is_ours(_file: File) -> bool:
        return ours

    gone = remove_abandoned(client, account, "folder", is_ours, lambda: NOW)
    return [file.id for file in gone]


def test_what_we_left_behind_goes(
    client: FrameioClient, account: Account, fake: FakeFrameio, left: str
) -> None:
    assert _remove(client, account) == [left]
    assert fake.files == {}
    assert fake.requests[0].url.params["include"] == "creator"


def test_what_the_caller_does_not_know_stays(
    client: FrameioClient, account: Account, fake: FakeFrameio, left: str
) -> None:
    assert _remove(client, account, ours=False) == []
    assert list(fake.files) == [left]


def test_what_may_still_come_stays(
    client: FrameioClient, account: Account, fake: FakeFrameio
) -> None:
    _placeholder(fake, YOUNG)
    assert _remove(client, account) == []


def test_what_has_arrived_stays(client: FrameioClient, account: Account, fake: FakeFrameio) -> None:
    _placeholder(fake, OLD, status="uploaded")
    assert _remove(client, account) == []


def test_what_others_made_stays(client: FrameioClient, account: Account, fake: FakeFrameio) -> None:
    new = _placeholder(fake, OLD)
    fake.files[new]["creator"] = {"id": "user-2"}
    assert _remove(client, account) == []


def _remembered(account: Account, names: str) -> None:
    for name in names:
        row = {"project_id": "p", "parent_id": "root", "name": name, "folder_id": name}
        RemoteFolder.objects.create(account=account, **row)


def test_folders_are_looked_through_in_turn_so_many_a_round(account: Account) -> None:
    _remembered(account, "01234")
    hours = iter([NOW + timedelta(hours=number) for number in range(8)])
    rounds = [list(folders_in_turn(account, 2, lambda: next(hours))) for _round in range(4)]
    assert rounds == [["0", "1"], ["2", "3"], ["4", "0"], ["1", "2"]]


def test_a_round_that_was_cut_off_goes_on_with_the_next(account: Account) -> None:
    _remembered(account, "ab")
    assert next(folders_in_turn(account, now=lambda: NOW)) == "a"
    assert next(folders_in_turn(account, now=lambda: NOW)) == "b"


def test_a_folder_that_is_gone_holds_nothing(
    client: FrameioClient, account: Account, fake: FakeFrameio
) -> None:
    fake.next("GET", "/files", refusal(404, "Not Found"))
    assert _remove(client, account) == []
