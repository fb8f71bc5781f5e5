import httpx
import pytest

from frameio.client import FrameioClient
from frameio.errors import NotFound, Unavailable
from frameio.models import Lease, StackKey
from frameio.versions import CREATE_TRIES, Stacked, Version, stack
from frameio.wire import TRIES
from tests.frameio.fake import FakeFrameio

pytestmark = pytest.mark.django_db


class Shot:
    """sc010/sh020 comp, version by version."""

    def __init__(self, client: FrameioClient, fake: FakeFrameio) -> None:
        self.client, self.fake = client, fake
        self.pauses: list[float] = []

    def render(self, number: int) -> Version:
        name = f"sc010_sh020_comp_v{number:03}.mov"
        return Version(self.fake.add_file("folder", name, 10), number)

    def stack(self, new: Version, *earlier: Version) -> Stacked:
        return stack(
            self.client,
            "acc",
            "folder",
            "sc010/sh020/comp",
            new,
            earlier,
            sleep=self.pauses.append,
        )

    def arrive(self, *numbers: int) -> list[Stacked]:
        return [self.stack(self.render(number)) for number in numbers]

    def order(self) -> list[str]:
        """The numbers in the only stack, from the bottom to the top."""
        (order,) = self.fake.stacked.values()
        return [str(self.fake.files[file]["name"])[-7:-4] for file in order]


@pytest.fixture
def shot(client: FrameioClient, fake: FakeFrameio) -> Shot:
    return Shot(client, fake)


def _dropped() -> httpx.RemoteProtocolError:
    return httpx.RemoteProtocolError("dropped")


def test_one_version_is_no_stack(shot: Shot) -> None:
    (only,) = shot.arrive(1)
    assert only == Stacked("", position=1, is_head=True, arrived_late=False, newest=1, gaps=())
    assert shot.fake.stacks == {}
    assert shot.fake.calls == []


def test_the_second_makes_the_stack_and_later_ones_go_on_top(shot: Shot) -> None:
    _first, second, third = shot.arrive(1, 2, 3)
    assert shot.order() == ["001", "002", "003"]
    assert second.stack_id == third.stack_id
    assert (third.position, third.is_head, third.arrived_late, third.gaps) == (3, True, False, ())


def test_a_late_one_goes_where_it_belongs(shot: Shot) -> None:
    late = shot.arrive(1, 3, 4, 2)[-1]
    assert shot.order() == ["001", "002", "003", "004"]
    assert (late.position, late.is_head, late.arrived_late, late.gaps) == (2, False, True, ())


def test_a_late_one_among_two_goes_below(shot: Shot) -> None:
    late = shot.arrive(2, 1)[-1]
    assert shot.order() == ["001", "002"]
    assert (late.position, late.is_head, late.arrived_late) == (1, False, True)


def test_gaps_are_told(shot: Shot) -> None:
    assert shot.arrive(2, 5)[-1].gaps == (3, 4)


def test_a_second_render_of_a_version_goes_above_the_first(shot: Shot) -> None:
    again = shot.arrive(1, 3, 3)[-1]
    assert shot.order() == ["001", "003", "003"]
    assert (again.is_head, again.arrived_late) == (True, False)


def test_doing_it_again_changes_nothing(shot: Shot) -> None:
    shot.arrive(1, 2)
    third = shot.render(3)
    first_time = shot.stack(third)
    shot.fake.calls.clear()
    assert shot.stack(third) == first_time
    assert {call.split()[0] for call in shot.fake.calls} == {"GET"}
    assert Lease.objects.count() == 0


def test_files_of_before_our_time_are_stacked_too(shot: Shot) -> None:
    old = [shot.render(number) for number in (3, 1, 2)]
    shot.stack(shot.render(4), *old)
    assert shot.order() == ["001", "002", "003", "004"]


def test_more_than_a_create_takes_are_moved_in(shot: Shot) -> None:
    old = [shot.render(number) for number in range(1, 13)]
    shot.stack(shot.render(13), *old)
    assert shot.order() == [f"{number:03}" for number in range(1, 14)]


def test_a_stack_made_by_hand_is_used(shot: Shot) -> None:
    first, second = shot.render(1), shot.render(2)
    shot.client.create_version_stack("acc", "folder", [first.file_id, second.file_id])
    shot.stack(shot.render(3), first, second)
    assert shot.order() == ["001", "002", "003"]


def test_two_shots_are_two_stacks(shot: Shot) -> None:
    shot.arrive(1, 2)
    stack(shot.client, "acc", "folder", "sc010/sh030", shot.render(1))
    stack(shot.client, "acc", "folder", "sc010/sh030", shot.render(2))
    assert len(shot.fake.stacks) == 2


@pytest.mark.parametrize("trouble", [_dropped(), httpx.Response(502, html="<html>")])
def test_a_create_without_effect_is_tried_again(
    shot: Shot, trouble: httpx.Response | Exception
) -> None:
    shot.arrive(1)
    shot.fake.next("POST", "/version_stacks", trouble)
    shot.arrive(2)
    assert shot.order() == ["001", "002"]
    assert len(shot.pauses) == 1


def test_a_create_whose_answer_was_lost_is_found(shot: Shot) -> None:
    shot.arrive(1)
    shot.fake.lose("POST", "/version_stacks")
    (second,) = shot.arrive(2)
    assert [second.stack_id] == list(shot.fake.stacks)
    assert shot.order() == ["001", "002"]


def test_a_create_that_never_works_is_an_error_and_made_good_later(shot: Shot) -> None:
    shot.arrive(1)
    second = shot.render(2)
    for _ in range(CREATE_TRIES):
        shot.fake.next("POST", "/version_stacks", httpx.Response(503))
    with pytest.raises(Unavailable):
        shot.stack(second)
    shot.stack(second)
    assert shot.order() == ["001", "002"]


def test_a_stack_made_before_a_crash_is_found(shot: Shot) -> None:
    """We died between the create and our row."""
    shot.arrive(1, 2)
    StackKey.objects.update(stack_id="")
    shot.arrive(3)
    assert shot.order() == ["001", "002", "003"]


@pytest.mark.parametrize("moves", range(5))
def test_a_crash_while_newer_ones_are_raised_is_made_good(shot: Shot, moves: int) -> None:
    """Five moves: 2 in, 3 out and in, 4 out and in; the process dies before one of them."""
    shot.arrive(1, 3, 4)
    late = shot.render(2)
    real = shot.client.move_file
    calls = iter(range(10))

    def die(account_id: str, file_id: str, parent_id: str) -> object:
        if next(calls) == moves:
            raise KeyboardInterrupt
        return real(account_id, file_id, parent_id)

    shot.client.move_file = die  # type: ignore[method-assign,assignment]
    with pytest.raises(KeyboardInterrupt):
        shot.stack(late)
    shot.client.move_file = real  # type: ignore[method-assign]
    assert shot.stack(late).arrived_late
    assert shot.order() == ["001", "002", "003", "004"]


def test_the_next_version_makes_good_what_a_crash_left(shot: Shot) -> None:
    shot.arrive(1, 3, 4)
    shot.fake.next("PATCH", "/move", httpx.Response(403))
    late = shot.render(2)
    with pytest.raises(Exception, match="does not allow"):
        shot.stack(late)
    shot.arrive(5)
    assert shot.order() == ["001", "002", "003", "004", "005"]


def test_a_move_whose_answer_was_lost_is_repeated(shot: Shot) -> None:
    shot.arrive(1, 2)
    shot.fake.lose("PATCH", "/move")
    shot.arrive(3)
    assert shot.order() == ["001", "002", "003"]


def test_a_move_that_never_works_is_an_error(shot: Shot) -> None:
    shot.arrive(1, 2)
    for _ in range(TRIES):
        shot.fake.next("PATCH", "/move", httpx.Response(503))
    with pytest.raises(Unavailable):
        shot.arrive(3)


def test_versions_deleted_by_a_person_are_forgotten(shot: Shot) -> None:
    shot.arrive(1, 2, 3)
    gone = next(iter(shot.fake.files))
    del shot.fake.files[gone]
    assert shot.arrive(4)[-1].position == 3
    assert gone not in str(StackKey.objects.get().versions)


def test_versions_a_person_moved_elsewhere_are_left_there(shot: Shot) -> None:
    shot.arrive(1, 2, 3)
    moved = next(iter(shot.fake.files))
    shot.client.move_file("acc", moved, "approved")
    shot.arrive(4)
    assert shot.order() == ["002", "003", "004"]
    assert shot.fake.files[moved]["parent_id"] == "approved"


def test_a_deleted_stack_is_made_anew(shot: Shot) -> None:
    shot.arrive(1, 2)
    shot.fake.stacks.clear()
    shot.fake.stacked.clear()
    shot.fake.files.clear()
    shot.arrive(3, 4)
    assert shot.order() == ["003", "004"]


def test_a_file_that_is_gone_cannot_be_stacked(shot: Shot) -> None:
    shot.arrive(1)
    with pytest.raises(NotFound, match="moved or deleted"):
        shot.stack(Version("file-99", 2))


def test_a_head_that_is_not_the_newest_is_raised(shot: Shot) -> None:
    """A person dragged an older one on top."""
    shot.arrive(1, 2)
    (order,) = shot.fake.stacked.values()
    third = shot.render(3)
    shot.stack(third)
    order.reverse()
    assert shot.stack(third).is_head
    assert shot.order()[-1] == "003"


def test_a_head_that_stays_another_is_told(shot: Shot, caplog: pytest.LogCaptureFixture) -> None:
    """On a Frame.io that puts what is moved in at the bottom."""
    shot.arrive(1, 2)
    (stack_id,) = shot.fake.stacks
    first = next(iter(shot.fake.files))
    fixed = {"data": shot.fake.stack(stack_id) | {"head_version": shot.fake.files[first]}}
    shot.fake.next("GET", f"/{stack_id}", httpx.Response(200, json=fixed))
    shot.fake.next("GET", f"/{stack_id}", httpx.Response(200, json=fixed))
    (third,) = shot.arrive(3)
    assert not third.is_head
    assert "not on top" in caplog.text
