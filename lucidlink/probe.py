"""What a film is: length, frame rate, codec, size, start timecode. Good to know, never needed."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TypeAlias

from lucidlink.mediainfo import NONSENSE, MediaInfoProcess, NotTold
from lucidlink.words import gettext as _

LIMIT = 20.0  # seconds
MEDIAINFO = MediaInfoProcess()  # of this process; one for each that asks

Ask: TypeAlias = Callable[[Path, float], str]
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


def probe(path: Path, *, seconds: float = LIMIT, ask: Ask = MEDIAINFO.ask) -> Probe:
    """Takes `seconds` at most, and raises nothing. `ask` gives MediaInfo's JSON within them, or
    raises NotTold."""
    try:
        return Probe(_read(_tracks(ask(path, seconds))))
    except NotTold as not_told:
        told = _("Its technical data could not be read: %(why)s.") % {"why": not_told}
        return Probe(None, told)


def _tracks(said: str) -> list[Track]:
    """One of the whole file, and one of each picture, sound and timecode."""
    try:
        tracks = json.loads(said)["media"]["track"]
        return [{k: v for k, v in track.items() if isinstance(v, str)} for track in tracks]
    except (ValueError, TypeError, LookupError, AttributeError) as error:
        raise NotTold(_(NONSENSE)) from error


def _read(tracks: list[Track]) -> MediaInfo:
    whole = _first(tracks, "General")
    picture = _first(tracks, "Video") or _first(tracks, "Image")
    main = picture or _first(tracks, "Audio")
    if not main:
        raise NotTold(_("there are neither pictures nor sound in it that MediaInfo knows"))
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
