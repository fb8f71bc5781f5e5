"""Why a folder is offline and why a file waits, as a French studio reads it."""

import errno
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from lucidlink import completeness, mount
from lucidlink.containers.judgement import COMPLETE, Judgement, unknown
from lucidlink.containers.matroska import EBML, SEGMENT
from lucidlink.containers.mxf import PARTITION
from lucidlink.errors import in_words
from lucidlink.filter import Filter
from lucidlink.inspector import Inspector
from lucidlink.listing import Found
from lucidlink.mount import ANYWHERE, Carrier, Place, look_at
from lucidlink.probe import probe
from lucidlink.signals import Client, Upload
from lucidlink.validator import Finished, Settle, Settled
from tests.french import in_french
from tests.lucidlink.clips import box
from tests.lucidlink.looking import judged
from tests.lucidlink.test_probe import saying, telling

FTYP, MDAT, MOOV = box(b"ftyp", b"qt  \0\0\0\0"), box(b"mdat", b"f" * 99), box(b"moov", b"x" * 99)
MOOF, OPEN_ENDED = box(b"moof", b"x" * 50), bytes(4) + b"mdat" + b"f" * 99
MXF = PARTITION + bytes([2, 1, 0])
FILESPACE, DISK = Carrier("/media/films", "fuse.lucidfs"), Carrier("/", "ext4")


@pytest.mark.parametrize(
    "content",
    [
        bytes(9000),
        FTYP + MDAT[:50],
        FTYP + MOOV[:50],
        FTYP + box(b"skip", b"x" * 99)[:50],
        FTYP + OPEN_ENDED,
        FTYP + MOOV + OPEN_ENDED,
        FTYP + MDAT,
        FTYP + MOOV,
        FTYP + MOOV + MDAT + b"abc",
        FTYP + MOOV + MOOF + MDAT,
        FTYP + MOOV + MOOF + MDAT + b"abc",
        FTYP + MDAT[:4] + box(b"mdat", bytes(9000)) + MOOV,
        FTYP + MOOV + box(b"mdat", b"f" * 99 + bytes(9000)),
        FTYP + box(b"free") * 3000,
        b"RIFF\x00\x00\x00\x00AVI " + b"x" * 20,
        b"RIFF\x00\x00\x00\x00WAVE" + b"x" * 20,
        b"RIFF\xff\x00\x00\x00AVI " + b"x" * 20,
        EBML + b"\x88matroska",
        EBML + b"\x88matr",
        EBML + b"\x88matroska" + SEGMENT + b"\xff" + b"x" * 20,
        MXF + b"\x58" + b"x" * 9,
        MXF + b"\x58" + bytes(24) + bytes(8) + b"x" * 56,
        MXF + b"\x58" + bytes(24) + (5000).to_bytes(8) + b"x" * 56,
        MXF + b"\x58" + bytes(24) + (40).to_bytes(8) + b"x" * 56,
        b"text, and so of no kind",
    ],
)
def test_what_a_files_content_says(content: bytes) -> None:
    in_french(lambda: judged(content).reason)


def test_a_file_that_cannot_be_looked_into(tmp_path: Path) -> None:
    file = tmp_path / "a.mov"
    file.write_bytes(b"1234")
    in_french(lambda: completeness.look_into(file, 5).reason)
    in_french(lambda: completeness.no_answer(10).reason)
    gone = tmp_path / "b.mov"
    in_french(without_its_own_words(errno.ENOENT, lambda: completeness.look_into(gone, 5).reason))


def without_its_own_words(number: int, tell: Callable[[], str]) -> Callable[[], str]:
    """The system's, which stand in brackets."""
    return lambda: tell().replace(f"({os.strerror(number)})", "")


@pytest.mark.parametrize(
    "number",
    [
        errno.ENOENT,
        errno.ENOTDIR,
        errno.EACCES,
        errno.EPERM,
        errno.ENOTCONN,
        errno.ESTALE,
        errno.EIO,
        errno.ENAMETOOLONG,
        errno.EMFILE,
    ],
)
def test_what_the_file_system_says(number: int) -> None:
    in_french(without_its_own_words(number, lambda: in_words(OSError(number, ""))))


def looked_at(root: Path, place: Place, now: Carrier = FILESPACE) -> Callable[[], str]:
    return lambda: look_at(root, place, had_files=True, find_carrier=lambda _root: now).reason


def test_why_a_folder_is_offline(tmp_path: Path) -> None:
    file = tmp_path / "a.mov"
    in_french(looked_at(tmp_path, ANYWHERE))
    file.touch()
    in_french(looked_at(tmp_path, Place(carrier=FILESPACE), DISK))
    in_french(looked_at(tmp_path, Place(carrier=FILESPACE), Carrier("/media/other", "nfs4")))
    in_french(looked_at(tmp_path, Place(), DISK))
    marked = Place(local=True, marker=".m")
    in_french(without_its_own_words(errno.ENOENT, looked_at(tmp_path, marked)))
    in_french(without_its_own_words(errno.ENOTDIR, looked_at(file, ANYWHERE)))
    in_french(lambda: mount.no_answer(10).reason)


def seen(*sizes: int) -> Callable[[], str]:
    """What is said of a file at the last of these."""

    def tell() -> str:
        settle = Settle(quiet=2.5)
        return [settle.observe("a.mov", size, 1, 0.0) for size in sizes][-1].reason

    return tell


def test_why_a_file_waits() -> None:
    in_french(seen(0))
    in_french(seen(1, 2))
    assert "2.5 s" in in_french(seen(1))


def finished(look: Callable[[Path, int], Judgement], *, answers: bool) -> Callable[[], str]:
    """What is said of a file that has been quiet for long enough."""

    def tell() -> str:
        def start(work: Callable[[], None]) -> None:
            if answers:
                work()

        inspector = Inspector(look=look, clock=lambda: 0.0, start=start)
        waiting = Finished(Path("/mnt"), inspector, quiet=10)
        waiting.observe(Found(b"a.mov", "a.mov", 100, 1), 0)
        verdict = waiting.observe(Found(b"a.mov", "a.mov", 100, 1), 10)
        assert verdict.settled is Settled.GROWING
        return verdict.reason

    return tell


def test_why_a_quiet_file_waits() -> None:
    in_french(finished(lambda _path, _size: COMPLETE, answers=False))
    in_french(finished(lambda _path, _size: unknown("Bah."), answers=True))


@pytest.mark.parametrize("upload", [Upload.RUNNING, Upload.STUCK])
def test_a_file_that_another_machine_uploads(
    upload: Upload, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = Client("http://127.0.0.1:9", "films")
    monkeypatch.setattr(client, "upload_of", lambda _path: upload)
    in_french(lambda: client.why_not_whole(Path("/a.mov")))


@pytest.mark.parametrize("path", ["a.txt", ".a.mov", "tmp/a.mov", "old/draft.mov", "a.mov.tmp"])
def test_why_a_name_is_not_watched(path: str) -> None:
    wanted = Filter(["mov"], ["tmp", "old/*"])
    in_french(lambda: str(wanted.why_not(path)))


def test_technical_data_that_cannot_be_had() -> None:
    in_french(lambda: probe(Path("a.mov"), ask=saying("{")).reason)
    in_french(lambda: probe(Path("a.mov"), ask=saying('{"media": {"track": []}}')).reason)
    assert probe(Path("a.mov"), ask=telling(Format="ProRes")).reason == ""
