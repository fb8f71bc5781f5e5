"""Technical data of real clips, and what happens when there is none to be had."""

import json
import subprocess
import threading
from collections.abc import Iterator
from fractions import Fraction
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from lucidlink.mediainfo import MediaInfoProcess
from lucidlink.probe import Ask, probe
from tests.lucidlink import clips
from tests.lucidlink.conftest import Clip


def saying(text: str) -> Ask:
    """A MediaInfo that says this whatever the file."""
    return lambda _path, _seconds: text


def telling(**picture: str) -> Ask:
    """A MediaInfo that says this of the picture."""
    tracks = [{"@type": "General", "FileSize": "5"}, {"@type": "Video", **picture}]
    return saying(json.dumps({"media": {"track": tracks}}))


@pytest.fixture
def fresh() -> Iterator[MediaInfoProcess]:
    """Started in the environment as the test has set it."""
    mediainfo = MediaInfoProcess()
    yield mediainfo
    mediainfo.close()


def test_a_prores_movie(clip: Clip) -> None:
    found = probe(clip("mov"))
    assert found.info is not None
    assert found.info.as_json() == {
        "size": clip("mov").stat().st_size,
        "container": "MPEG-4",
        "codec": "ProRes 422 LT",
        "width": 320,
        "height": 180,
        "duration": 2.0,
        "frame_rate": "24",
        "fps": 24.0,
        "start_timecode": "01:00:00:00",
    }


@pytest.mark.parametrize("form", clips.FORMS)
def test_every_form_has_its_size_and_length(clip: Clip, form: str) -> None:
    info = probe(clip(form)).info
    assert info is not None
    assert (info.width, info.height) == (320, 180)
    assert info.duration == pytest.approx(2, abs=0.05)
    assert info.codec


def test_an_mxf_tells_its_timecode(clip: Clip) -> None:
    info = probe(clip("mxf")).info
    assert info is not None
    assert info.start_timecode == "01:00:00:00"


def test_a_drop_frame_clip_with_a_name_beyond_ascii_where_the_system_knows_only_that(
    clip: Clip, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fresh: MediaInfoProcess
) -> None:
    target = tmp_path / "Pläne_日本.mp4"
    picture = ["-f", "lavfi", "-i", "testsrc2=size=320x180:rate=30000/1001", "-t", "0.5"]
    words = ["ffmpeg", "-loglevel", "error", *picture, "-timecode", "01:00:00;00", str(target)]
    subprocess.run(words, check=True, timeout=60)
    monkeypatch.setenv("LC_ALL", "C")
    info = probe(target, ask=fresh.ask).info
    assert info is not None
    assert info.start_timecode == "01:00:00;00"
    assert info.frame_rate == Fraction(30000, 1001)
    assert info.as_json()["frame_rate"] == "30000/1001"
    assert info.as_json()["fps"] == 29.97


@pytest.mark.parametrize(
    ("rate", "exact"),
    [
        ({"FrameRate": "23.976"}, Fraction(24000, 1001)),
        ({"FrameRate": "59.940"}, Fraction(60000, 1001)),
        ({"FrameRate": "24.000"}, Fraction(24)),
        ({"FrameRate": "12.500"}, Fraction(25, 2)),
        (
            {"FrameRate": "23.976", "FrameRate_Num": "2997", "FrameRate_Den": "125"},
            Fraction("23.976"),
        ),
        ({"FrameRate": "fast"}, None),
        ({"FrameRate": "1/0"}, None),
        ({"FrameRate": "24", "FrameRate_Num": "24", "FrameRate_Den": "0"}, Fraction(24)),
        ({}, None),
    ],
)
def test_frame_rates_are_exact(rate: dict[str, str], exact: Fraction | None) -> None:
    info = probe(Path("any.mov"), ask=telling(**rate)).info
    assert info is not None
    assert info.frame_rate == exact


def test_numbers_that_are_none_are_left_out() -> None:
    info = probe(Path("any.mov"), ask=telling(Width="wide", Height="²", Duration="long")).info
    assert info is not None
    assert (info.width, info.height, info.duration) == (None, None, None)


def test_a_commercial_name_does_not_get_its_profile_twice() -> None:
    names = {"Format": "VC-3", "Format_Commercial": "DNxHR SQ", "Format_Profile": "SQ"}
    info = probe(Path("any.mov"), ask=telling(**names)).info
    assert info is not None
    assert info.codec == "DNxHR SQ"


@pytest.mark.parametrize("content", [b"", b"no film at all", bytes(9000)])
def test_what_is_no_film_has_no_data_and_a_reason(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "note.mov"
    path.write_bytes(content)
    found = probe(path)
    assert found.info is None
    assert found.reason.startswith("Its technical data could not be read: ")


@pytest.mark.parametrize("form", clips.FORMS)
def test_a_film_cut_short_ends_nothing(clip: Clip, tmp_path: Path, form: str) -> None:
    found = probe(clips.cut(clip(form), 30, tmp_path))
    assert (found.info is None) == bool(found.reason)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    assert "FileNotFoundError" in probe(tmp_path / "gone.mov").reason


@pytest.mark.parametrize(
    "said", ["", "nonsense", "[]", "{}", '{"media": null}', '{"media": {"track": ["?"]}}']
)
def test_an_answer_that_makes_no_sense(said: str) -> None:
    found = probe(Path("any.mov"), ask=saying(said))
    assert (
        found.reason == "Its technical data could not be read: MediaInfo's answer makes no sense."
    )


@pytest.mark.parametrize("proxy", ["", "127.0.0.1"])
def test_no_address_that_a_file_names_is_called(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fresh: MediaInfoProcess, proxy: str
) -> None:
    """MediaInfo follows what a playlist says, and asks its proxies who need none."""
    called: list[str] = []

    class Called(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            called.append(self.path)
            self.send_error(404)

    monkeypatch.setenv("no_proxy", proxy)
    playlist = tmp_path / "UNDLM_00412_anim_v003.mov"
    with ThreadingHTTPServer(("127.0.0.1", 0), Called) as inside:
        thread = threading.Thread(target=inside.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        address = f"http://127.0.0.1:{inside.server_port}/inside.ts"
        playlist.write_text(
            f"#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\n{address}\n#EXT-X-ENDLIST\n"
        )
        probe(playlist, ask=fresh.ask)
        inside.shutdown()
        thread.join()
    assert called == []
