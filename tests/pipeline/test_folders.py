"""Which folders may be watched side by side."""

import threading
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError

from pipeline import places
from pipeline.models import WatchedFolder

pytestmark = pytest.mark.django_db


@pytest.fixture
def shows(tmp_path: Path) -> Path:
    """A mount that is watched, with a folder in it, and a link that leads to it."""
    root = tmp_path / "mount" / "shows"
    (root / "undlm").mkdir(parents=True)
    (tmp_path / "link").symlink_to("mount")
    WatchedFolder.objects.create(path=str(root))
    return root


def refusal(path: Path) -> str:
    with pytest.raises(ValidationError) as caught:
        WatchedFolder(path=str(path)).full_clean()
    return caught.value.message_dict["path"][0]


def test_one_within_another_is_refused(shows: Path) -> None:
    assert refusal(shows / "undlm").startswith(f"This lies in {shows}, which is watched already")


def test_one_around_another_is_refused(shows: Path) -> None:
    assert refusal(shows.parent).startswith(f"{shows} lies in this, and is watched already.")


@pytest.mark.parametrize("way", ["link/shows", "link/shows/undlm", "link"])
def test_symlinks_do_not_get_round_it(shows: Path, way: str) -> None:
    assert "is watched already" in refusal(shows.parents[1] / way)


def test_neighbours_are_welcome(shows: Path) -> None:
    WatchedFolder(path=f"{shows}-old").full_clean()


def test_one_that_is_inactive_does_not_count(shows: Path) -> None:
    WatchedFolder.objects.update(active=False)
    inner = WatchedFolder(path=str(shows / "undlm"))
    inner.full_clean()
    inner.save()
    with pytest.raises(ValidationError, match="lies in this"):
        WatchedFolder(pk=WatchedFolder.objects.earliest("pk").pk, path=str(shows)).full_clean()


def test_it_may_be_saved_again_as_it_is(shows: Path) -> None:
    WatchedFolder.objects.get().full_clean()


def test_a_path_on_a_dead_mount_stays_as_it_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    answer = threading.Event()
    monkeypatch.setattr(places, "PATIENCE", 0.01)

    def dead(_path: Path) -> str:
        answer.wait()
        return "/elsewhere"

    assert places.real(Path("/mnt/dead"), dead) == Path("/mnt/dead")
    answer.set()
