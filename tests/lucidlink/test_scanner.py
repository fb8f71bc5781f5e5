"""One pass over real folders."""

import errno
import os
import shutil
import sys
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import psutil
import pytest

from lucidlink import scanner
from lucidlink.errors import GONE
from lucidlink.filter import Filter
from lucidlink.listing import Found, Listing
from lucidlink.scanner import (
    OpenDirectory,
    Where,
    is_too_long,
    look_again,
    open_directory,
    scan,
)

MOVIES = Filter(["mov"], ["*_conflicted*"])


def put(path: Path, content: bytes = b"frames") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def keys(files: Iterable[Found]) -> list[str]:
    return sorted(file.key for file in files)


def test_it_finds_wanted_files_with_size_and_date(tmp_path: Path) -> None:
    clip = put(tmp_path / "A" / "B" / "a.mov", b"12345")
    put(tmp_path / "A" / "notes.txt")
    seen = scan(tmp_path, MOVIES)
    assert list(seen.files) == [Found(b"A/B/a.mov", "A/B/a.mov", 5, clip.stat().st_mtime_ns)]
    assert seen.complete


@pytest.mark.parametrize("threads", [1, 2, 8])
def test_any_number_of_threads_finds_the_same(tmp_path: Path, threads: int) -> None:
    expected = [f"{folder}/{name}.mov" for folder in "ABCDEFGH" for name in "abc"]
    assert [put(tmp_path / key) for key in expected]
    assert keys(scan(tmp_path, MOVIES, threads=threads).files) == expected


@pytest.mark.parametrize(
    "path", [".a.mov", ".hidden/a.mov", "a.mov.part", "a_conflicted.mov", "lost+found/a.mov"]
)
def test_it_leaves_out_what_the_filter_leaves_out(tmp_path: Path, path: str) -> None:
    put(tmp_path / path)
    assert list(scan(tmp_path, MOVIES).files) == []
    assert MOVIES.why_not(path) is not None


@pytest.mark.parametrize(
    "pattern", ["*_proxy.mov", "proxy*", "*oxy_0*", "p?oxy*", "A/*_proxy.mov", "*.MOV"]
)
def test_it_leaves_out_one_name_among_many_by_any_pattern(tmp_path: Path, pattern: str) -> None:
    put(tmp_path / "A" / "proxy_010_proxy.mov")
    assert keys(scan(tmp_path, Filter(["mov"], [pattern])).files) == []
    assert keys(scan(tmp_path, Filter(["mov"], ["*_other.mov"])).files) == ["A/proxy_010_proxy.mov"]


def test_it_asks_nothing_about_unwanted_names(tmp_path: Path) -> None:
    put(tmp_path / "a.mov")
    put(tmp_path / "a.exr")
    put(tmp_path / "b_conflicted.mov")
    asked: list[str] = []

    def stat(entry: "os.DirEntry[str]") -> os.stat_result:
        asked.append(entry.name)
        return entry.stat(follow_symlinks=False)

    scan(tmp_path, MOVIES, stat=stat)
    assert asked == ["a.mov"]


def test_a_folder_named_like_a_movie_is_a_folder(tmp_path: Path) -> None:
    put(tmp_path / "reel.mov" / "a.mov")
    assert keys(scan(tmp_path, MOVIES).files) == ["reel.mov/a.mov"]


def test_it_follows_no_symbolic_links(tmp_path: Path) -> None:
    put(tmp_path / "elsewhere" / "a.mov")
    root = tmp_path / "root"
    put(root / "b.mov")
    (root / "link").symlink_to(tmp_path / "elsewhere")
    (root / "link.mov").symlink_to(tmp_path / "elsewhere" / "a.mov")
    (root / "loop").symlink_to(root)
    seen = scan(root, MOVIES)
    assert keys(seen.files) == ["b.mov"]
    assert seen.complete


def test_a_folder_that_became_a_link_meanwhile_is_not_entered(tmp_path: Path) -> None:
    put(tmp_path / "elsewhere" / "a.mov")
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(OSError) as refused:  # noqa: PT011  which of two it is differs by system
        open_directory(tmp_path, "link")
    assert refused.value.errno in GONE


def test_the_root_itself_may_be_a_link(tmp_path: Path) -> None:
    put(tmp_path / "real" / "a.mov")
    (tmp_path / "root").symlink_to(tmp_path / "real")
    assert keys(scan(tmp_path / "root", MOVIES).files) == ["a.mov"]


def test_keys_are_nfc_and_raw_names_stay_as_they_are(tmp_path: Path) -> None:
    raw = unicodedata.normalize("NFD", "Szene_é.mov").encode()
    put(tmp_path / os.fsdecode(raw))
    (file,) = scan(tmp_path, MOVIES).files
    assert file.key == unicodedata.normalize("NFC", "Szene_é.mov")
    assert file.raw == raw


def test_names_that_are_no_text_are_set_aside(tmp_path: Path) -> None:
    put(tmp_path / "a.mov")
    put(tmp_path / os.fsdecode(b"bad\xff.mov"))
    put(tmp_path / os.fsdecode(b"bad\xfe") / "b.mov")
    seen = scan(tmp_path, MOVIES)
    assert keys(seen.files) == ["a.mov"]
    assert keys(seen.undecodable) == ["bad\\xfe/b.mov", "bad\\xff.mov"]
    assert sorted(file.raw for file in seen.undecodable) == [b"bad\xfe/b.mov", b"bad\xff.mov"]
    assert seen.complete


@pytest.fixture
def deep(tmp_path: Path) -> Iterator[str]:
    """A path of more than 5000 bytes, which no program can open in one go."""
    part = "x" * 250
    here = os.open(tmp_path, os.O_RDONLY)
    for _depth in range(20):
        os.mkdir(part, dir_fd=here)
        below = os.open(part, os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    os.close(os.open("a.mov", os.O_CREAT | os.O_WRONLY, dir_fd=here))
    os.close(here)
    yield "/".join([part] * 20) + "/a.mov"
    shutil.rmtree(tmp_path / part)


def test_it_finds_files_however_long_their_path(tmp_path: Path, deep: str) -> None:
    seen = scan(tmp_path, MOVIES)
    files = list(seen.files)
    assert keys(files) == [deep]
    assert seen.complete
    assert is_too_long(tmp_path, files[0].raw)
    assert look_again(tmp_path, files) == files


def opens_all_but(name: str, number: int) -> OpenDirectory:
    refused = {name: OSError(number, os.strerror(number))}

    def opener(root: Path, relative: str) -> Where:
        if relative in refused:
            raise refused[relative]
        return open_directory(root, relative)

    return opener


def test_an_unreadable_folder_spoils_itself_alone(tmp_path: Path) -> None:
    put(tmp_path / "bad" / "a.mov")
    put(tmp_path / "good" / "b.mov")
    seen = scan(tmp_path, MOVIES, opener=opens_all_but("bad", errno.EIO))
    assert keys(seen.files) == ["good/b.mov"]
    assert seen.unreadable == [("bad", "the mount gives read errors (Input/output error)")]
    assert not seen.complete


def test_a_folder_that_went_away_meanwhile_is_just_gone(tmp_path: Path) -> None:
    put(tmp_path / "gone" / "a.mov")
    assert scan(tmp_path, MOVIES, opener=opens_all_but("gone", errno.ENOENT)).complete


def test_a_file_that_cannot_be_asked_about_makes_the_pass_incomplete(tmp_path: Path) -> None:
    put(tmp_path / "a.mov")

    def stat(_entry: "os.DirEntry[str]") -> os.stat_result:
        raise PermissionError(errno.EACCES, "Permission denied")

    seen = scan(tmp_path, MOVIES, stat=stat)
    assert seen.unreadable[0][0] == "a.mov"


def test_a_file_that_went_away_meanwhile_is_just_gone(tmp_path: Path) -> None:
    put(tmp_path / "a.mov")

    def stat(_entry: "os.DirEntry[str]") -> os.stat_result:
        raise FileNotFoundError(errno.ENOENT, "No such file or directory")

    seen = scan(tmp_path, MOVIES, stat=stat)
    assert list(seen.files) == []
    assert seen.complete


def test_without_its_root_a_pass_says_nothing(tmp_path: Path) -> None:
    assert not scan(tmp_path / "nowhere", MOVIES).complete


def test_a_pass_leaves_no_descriptor_open(tmp_path: Path) -> None:
    put(tmp_path / "A" / "B" / "a.mov")
    before = psutil.Process().num_fds()
    scan(tmp_path, MOVIES)
    assert psutil.Process().num_fds() == before


class Enough(Exception):
    pass


def test_what_the_beat_raises_ends_the_pass(tmp_path: Path) -> None:
    put(tmp_path / "A" / "a.mov")

    def beat() -> None:
        raise Enough

    with pytest.raises(Enough):
        scan(tmp_path, MOVIES, beat=beat)


def test_looking_again_leaves_out_what_cannot_be_read(tmp_path: Path) -> None:
    put(tmp_path / "A" / "a.mov", b"1")
    put(tmp_path / "b.mov", b"1")
    before = scan(tmp_path, MOVIES).files
    put(tmp_path / "A" / "a.mov", b"123")
    (tmp_path / "b.mov").unlink()
    (after,) = look_again(tmp_path, before)
    assert (after.key, after.size) == ("A/a.mov", 3)


@pytest.mark.parametrize("threads", [1, 8])
def test_looking_again_opens_a_folder_once_for_many_files(tmp_path: Path, threads: int) -> None:
    opened: list[str] = []

    def opener(root: Path, relative: str) -> Where:
        opened.append(relative)
        return open_directory(root, relative)

    assert [put(tmp_path / folder / f"{n}.mov") for folder in "AB" for n in range(501)]
    files = list(scan(tmp_path, MOVIES).files)
    again = look_again(tmp_path, files, opener=opener, threads=threads)
    assert sorted(again) == sorted(files)
    assert sorted(opened) == ["A", "A", "B", "B"]


# --- What has changed since the last pass ---------------------------------------------------------


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    put(tmp_path / "A" / "a.mov")
    put(tmp_path / "A" / "deeper" / "b.mov")
    put(tmp_path / "C" / "c.mov")
    return tmp_path


def test_a_pass_over_what_has_not_changed_gives_no_file(tree: Path) -> None:
    first = scan(tree, MOVIES)
    second = scan(tree, MOVIES, before=first.digests)
    assert first.count == second.count == 3
    assert second.is_as_before
    assert list(second.files) == []
    assert second.digests == first.digests


def write(path: Path) -> None:
    before = path.stat().st_mtime_ns
    path.write_bytes(b"FRAMES")
    os.utime(path, ns=(before + 1, before + 1))


@pytest.mark.parametrize(
    "change",
    [
        lambda root: put(root / "A" / "new.mov"),
        lambda root: write(root / "A" / "a.mov"),
        lambda root: put(root / "A" / "a.mov", b"longer than it was"),
        lambda root: (root / "A" / "a.mov").unlink(),
        lambda root: (root / "A" / "a.mov").rename(root / "A" / "z.mov"),
    ],
)
def test_a_changed_folder_is_handed_over_whole_and_no_other(
    tree: Path, change: Callable[[Path], object]
) -> None:
    first = scan(tree, MOVIES)
    change(tree)
    second = scan(tree, MOVIES, before=first.digests)
    assert [listing.directory for listing in second.changed] == ["A"]
    assert keys(second.files) == sorted(f"A/{path.name}" for path in (tree / "A").glob("*.mov"))
    assert second.unchanged == {"", "A/deeper", "C"}
    assert second.tells_of("A/a.mov")
    assert not second.tells_of("C/c.mov")


def test_an_unwanted_file_changes_nothing(tree: Path) -> None:
    first = scan(tree, MOVIES)
    put(tree / "A" / "notes.txt")
    assert scan(tree, MOVIES, before=first.digests).is_as_before


def test_folders_that_went_are_named(tree: Path) -> None:
    first = scan(tree, MOVIES)
    shutil.rmtree(tree / "A")
    second = scan(tree, MOVIES, before=first.digests)
    assert second.gone == {"A", "A/deeper"}
    assert not second.is_as_before
    assert second.tells_of("A/a.mov")


def test_an_unreadable_folder_is_never_as_before(tree: Path) -> None:
    first = scan(tree, MOVIES)
    second = scan(tree, MOVIES, before=first.digests, opener=opens_all_but("C", errno.EIO))
    assert "C" not in second.unchanged
    assert not second.is_as_before


def test_it_looks_at_some_folders_and_the_new_ones_in_them(tree: Path) -> None:
    first = scan(tree, MOVIES)
    put(tree / "A" / "new" / "d.mov")
    put(tree / "A" / "deeper" / "not_looked_at.mov")
    put(tree / "C" / "not_looked_at.mov")
    part = scan(tree, MOVIES, before=first.digests, only=["A"])
    assert keys(part.files) == ["A/new/d.mov"]
    assert part.gone == set()


def test_of_two_folders_with_one_key_both_are_handed_over(tmp_path: Path) -> None:
    nfc, nfd = (unicodedata.normalize(form, "Sz\u00e9ne") for form in ("NFC", "NFD"))
    put(tmp_path / nfc / "a.mov")
    put(tmp_path / nfd / "b.mov")
    first = scan(tmp_path, MOVIES)
    put(tmp_path / nfd / "c.mov")
    second = scan(tmp_path, MOVIES, before=first.digests)
    assert keys(second.files) == [f"{nfc}/{name}.mov" for name in "abc"]
    assert second.tells_of(f"{nfc}/a.mov")
    assert second.count == 3


def test_a_date_that_no_database_holds_is_the_latest_one(tmp_path: Path) -> None:
    clip = put(tmp_path / "a.mov")
    distant = 2**63 + 10**18
    os.utime(clip, ns=(distant, distant))
    (file,) = scan(tmp_path, MOVIES).files
    assert file.mtime_ns == 2**63 - 1
    assert look_again(tmp_path, [file]) == [file]


def test_a_hundred_thousand_files_in_one_folder_are_told_in_little_memory(tmp_path: Path) -> None:
    rows = [(f"UNDLM_010_0040_comp_v{number:06}.mov", number, number) for number in range(100_000)]
    listing, _undecodable = Listing.of("A", rows)
    packed = sum(map(sys.getsizeof, (listing.names, listing.sizes, listing.dates)))
    assert packed < 6_000_000
    assert len(listing) == 100_000
    assert next(iter(listing)).key == "A/UNDLM_010_0040_comp_v000000.mov"


def test_a_folder_of_very_many_files_is_told_in_pieces(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scanner, "BEAT", 3)
    monkeypatch.setattr(scanner, "PIECE", 6)
    assert [put(tmp_path / f"{number:02}.mov") for number in range(20)]
    first = scan(tmp_path, MOVIES)
    assert [len(listing) for listing in first.changed] == [6, 6, 6, 2]
    assert [len(listings) for listings in first.by_folder()] == [4]
    assert first.count == 20
    assert keys(first.files) == [f"{number:02}.mov" for number in range(20)]
    assert scan(tmp_path, MOVIES, before=first.digests).is_as_before
    monkeypatch.setattr(scanner, "PIECE", 1_000)  # wherever it is cut
    assert scan(tmp_path, MOVIES, before=first.digests).is_as_before
    put(tmp_path / "07.mov", b"other frames")
    assert len(list(scan(tmp_path, MOVIES, before=first.digests).files)) == 20
