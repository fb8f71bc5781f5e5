"""What a film is: length, frame rate, codec, size, start timecode. Good to know, never needed.

MediaInfo is asked in a process of its own, so that a file which hangs it or brings it down takes
nothing else along.
"""

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TypeAlias

from lucidlink.errors import in_words

LIMIT = 20.0  # seconds
GRACE = 1.0  # seconds for a process that was killed; one in a hung mount cannot even be

PROXIES = {"http_proxy", "https_proxy", "ftp_proxy", "all_proxy", "no_proxy"}
NOWHERE = "http://127.0.0.1:9"  # nothing listens at the discard port

# An open file is handed over, not its name: with LANG=C, as services have it, MediaInfo opens no
# name beyond ASCII. In pieces of 64 KiB, the default, it misses the timecode of small files.
ASK = """
import sys, pymediainfo
with open(sys.argv[1], "rb", buffering=0) as file:
    sys.stdout.write(pymediainfo.MediaInfo.parse(file, output="JSON", buffer_size=16384))
"""
MEDIAINFO = (sys.executable, "-I", "-X", "utf8", "-c", ASK)

Track: TypeAlias = Mapping[str, str]


@dataclass(frozen=True)
class MediaInfo:
    """`size` in bytes, `duration` in seconds, `frame_rate` in frames a second. None and "" are what
    the file does not tell."""

    size: int
    container: str
    codec: str
    width: int | None
    height: int | None
    duration: float | None
    frame_rate: Fraction | None
    start_timecode: str

    def as_json(self) -> dict[str, str | int | float | None]:
        """The frame rate as both "24000/1001" and 23.976."""
        rate = self.frame_rate
        return {
            "size": self.size,
            "container": self.container,
            "codec": self.codec,
            "width": self.width,
            "height": self.height,
            "duration": self.duration,
            "frame_rate": None if rate is None else str(rate),
            "fps": None if rate is None else round(float(rate), 3),
            "start_timecode": self.start_timecode,
        }


@dataclass(frozen=True)
class Probe:
    """`reason`: why there is no `info`, in words."""

    info: MediaInfo | None
    reason: str = ""


class _NotTold(Exception):
    """With the reason."""


def probe(path: Path, *, seconds: float = LIMIT, ask: Sequence[str] = MEDIAINFO) -> Probe:
    """Takes `seconds` at most, and raises nothing. `ask`: a program that is given the path and
    prints MediaInfo's JSON."""
    try:
        return Probe(_read(_tracks(_asked([*ask, str(path)], seconds))))
    except _NotTold as not_told:
        return Probe(None, f"Its technical data could not be read: {not_told}.")


def _asked(command: Sequence[str], seconds: float) -> str:
    try:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            errors="replace",
            env=_offline(),
        )
    except OSError as error:
        raise _NotTold(in_words(error)) from error
    try:
        said, complaint = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired as expired:
        _end(process)
        raise _NotTold(f"MediaInfo has not answered for {seconds:g} s") from expired
    if process.returncode:
        last = complaint.strip().rpartition("\n")[2]
        raise _NotTold(last or f"MediaInfo ended with code {process.returncode}")
    return said


def _offline() -> dict[str, str]:
    """MediaInfo would call the addresses that a file names: a playlist saved as a film could make
    it ask anything in the studio's network."""
    env = {name: value for name, value in os.environ.items() if name.lower() not in PROXIES}
    return env | dict.fromkeys(PROXIES - {"no_proxy"}, NOWHERE)


def _end(process: "subprocess.Popen[str]") -> None:
    process.kill()
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.communicate(timeout=GRACE)


def _tracks(said: str) -> list[Track]:
    """One of the whole file, and one of each picture, sound and timecode."""
    try:
        tracks = json.loads(said)["media"]["track"]
        return [{k: v for k, v in track.items() if isinstance(v, str)} for track in tracks]
    except (ValueError, TypeError, LookupError, AttributeError) as error:
        raise _NotTold("MediaInfo's answer makes no sense") from error


def _read(tracks: list[Track]) -> MediaInfo:
    whole = _first(tracks, "General")
    picture = _first(tracks, "Video") or _first(tracks, "Image")
    main = picture or _first(tracks, "Audio")
    if not main:
        raise _NotTold("there are neither pictures nor sound in it that MediaInfo knows")
    timecodes = [track["TimeCode_FirstFrame"] for track in tracks if "TimeCode_FirstFrame" in track]
    return MediaInfo(
        size=_whole_number(whole.get("FileSize")) or 0,
        container=whole.get("Format", ""),
        codec=_codec(main),
        width=_whole_number(picture.get("Width")),
        height=_whole_number(picture.get("Height")),
        duration=_seconds(whole.get("Duration") or main.get("Duration")),
        frame_rate=_rate(picture),
        start_timecode=timecodes[0] if timecodes else "",
    )


def _first(tracks: list[Track], kind: str) -> Track:
    return next((track for track in tracks if track.get("@type") == kind), {})


def _codec(track: Track) -> str:
    name = track.get("Format_Commercial") or track.get("Format", "")
    profile = track.get("Format_Profile", "")
    return name if profile in name else f"{name} {profile}"


def _whole_number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() else None


def _seconds(text: str | None) -> float | None:
    number = _number(text)
    return None if number is None else float(number)


def _rate(track: Track) -> Fraction | None:
    """Exact where it is told so, and 24000/1001 where 23.976 stands for it."""
    above, below = (_whole_number(track.get(f"FrameRate_{part}")) for part in ("Num", "Den"))
    if above and below:
        return Fraction(above, below)
    rate = _number(track.get("FrameRate"))
    if rate is None:
        return None
    ntsc = Fraction(round(rate) * 1000, 1001)
    return ntsc if abs(ntsc - rate) < Fraction(1, 1000) else rate


def _number(text: str | None) -> Fraction | None:
    try:
        return Fraction(text) if text else None
    except (ValueError, ZeroDivisionError):
        return None
