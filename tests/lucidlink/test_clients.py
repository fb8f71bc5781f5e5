"""The clients of this machine: found by a program, or at an address; absent, hanging, or odd."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from lucidlink.clients import SEARCH_EVERY, Clients, Options, Standing
from lucidlink.completeness import unless_uploading
from lucidlink.containers.judgement import COMPLETE, Judgement, Whole
from lucidlink.mount import Carrier
from tests.lucidlink.client_server import LucidClient, lucid_client

STILL = "Another machine is still uploading it to LucidLink."


@pytest.fixture
def lucid() -> Iterator[LucidClient]:
    with lucid_client() as lucid:
        yield lucid


@pytest.fixture
def mount(tmp_path: Path) -> Path:
    (tmp_path / "films").mkdir()
    return tmp_path / "films"


def at_once(work: Callable[[], None]) -> None:
    work()


def test_a_file_is_asked_of_the_client_that_mounts_it_by_its_path_inside(
    lucid: LucidClient, mount: Path, tmp_path: Path
) -> None:
    clients = Clients(Options(programs=[str(lucid.install(tmp_path, mount))]))
    lucid.uploads["/UNDLM/a.mov"] = "yes"
    assert clients.why_not_whole(mount / "UNDLM" / "a.mov") == STILL
    assert clients.why_not_whole(mount / "UNDLM" / "b.mov") == ""
    assert clients.why_not_whole(tmp_path / "films2" / "UNDLM" / "a.mov") == ""


def test_a_folder_reached_by_a_link_is_asked_for_where_it_really_is(
    lucid: LucidClient, mount: Path, tmp_path: Path
) -> None:
    clients = Clients(Options(programs=[str(lucid.install(tmp_path, mount))]))
    (tmp_path / "link").symlink_to(mount)
    lucid.uploads["/a.mov"] = "yes"
    assert clients.why_not_whole(tmp_path / "link" / "a.mov") == STILL


@pytest.mark.parametrize(("state", "linked"), [("Linked", True), ("Disconnected", False)])
def test_how_the_client_stands(
    lucid: LucidClient, mount: Path, tmp_path: Path, state: str, linked: bool
) -> None:
    lucid.unsent = 7
    clients = Clients(Options(programs=[str(lucid.install(tmp_path, mount, state))]))
    assert clients.standing_of(mount) == Standing(linked, 7)
    assert clients.standing_of(tmp_path) == Standing()


def test_at_a_given_address_the_path_is_that_below_the_mount_point(
    lucid: LucidClient, mount: Path
) -> None:
    options = Options(address=lucid.address, filespace="films.dmpfs")
    on_lucid = Carrier(os.path.realpath(mount), "fuse.lucidfs")
    clients = Clients(options, find_carrier=lambda _path: on_lucid)
    lucid.uploads["/a.mov"] = "stuck"
    assert "is stuck" in clients.why_not_whole(mount / "a.mov")
    assert clients.standing_of(mount) == Standing(None, 0)


def test_of_this_machines_own_disk_no_client_is_asked(lucid: LucidClient, mount: Path) -> None:
    options = Options(address=lucid.address, filespace="films.dmpfs")
    clients = Clients(options, find_carrier=lambda _path: Carrier("/", "ext4"))
    assert clients.standing_of(mount) == Standing()
    assert lucid.asked == []


@pytest.mark.parametrize("programs", [[], ["postflow-has-no-such-program"]])
def test_without_a_client_nothing_is_known(mount: Path, programs: list[str]) -> None:
    clients = Clients(Options(programs=programs))
    assert clients.why_not_whole(mount / "a.mov") == ""
    assert clients.standing_of(mount) == Standing()


def test_a_program_that_talks_nonsense_is_no_client(mount: Path) -> None:
    clients = Clients(Options(), run=lambda _words: "2001 \x00 films 99999 live\nMount point:")
    assert clients.standing_of(mount) == Standing()


def test_a_program_that_hangs_is_waited_for_once_and_not_started_again(mount: Path) -> None:
    started: list[Callable[[], None]] = []
    clients = Clients(Options(), start=started.append)
    assert [clients.why_not_whole(mount / f"{number}.mov") for number in range(50)] == [""] * 50
    assert len(started) == 1


def test_a_client_that_is_started_later_is_found(
    lucid: LucidClient, mount: Path, tmp_path: Path
) -> None:
    now = 0.0
    options = Options(programs=[str(tmp_path / "lucid3")])
    clients = Clients(options, start=at_once, clock=lambda: now)
    assert clients.standing_of(mount) == Standing()
    lucid.install(tmp_path, mount)
    now = SEARCH_EVERY - 1
    assert clients.standing_of(mount) == Standing()
    now = SEARCH_EVERY
    assert clients.standing_of(mount) == Standing(linked=True, unsent=0)


def test_what_another_machine_uploads_is_not_read(tmp_path: Path) -> None:
    read: list[Path] = []

    def look(path: Path, _size: int) -> Judgement:
        read.append(path)
        return COMPLETE

    said = {tmp_path / "a.mov": STILL}
    asked_first = unless_uploading(lambda path: said.get(path, ""), look)
    assert asked_first(tmp_path / "a.mov", 6) == Judgement(Whole.UPLOADING, STILL)
    assert read == []
    assert asked_first(tmp_path / "b.mov", 6) == COMPLETE
