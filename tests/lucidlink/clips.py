"""Small clips of each container, made by ffmpeg, and hand-made boxes where that needs no film."""

import shutil
import subprocess
from pathlib import Path

FFMPEG = shutil.which("ffmpeg")
FFPROBE = shutil.which("ffprobe")

PICTURE = "testsrc2=size=320x180:rate=24"
SOUND = "sine=frequency=440"
MPEG4 = ["-c:v", "mpeg4", "-q:v", "3"]
PRORES = ["-c:v", "prores", "-profile:v", "1", "-timecode", "01:00:00:00"]
PCM = ["-c:a", "pcm_s16le", "-ar", "48000"]
AAC = ["-c:a", "aac"]

FORMS: dict[str, tuple[str, list[str]]] = {
    "mov": ("mov", [*PRORES, *PCM]),
    "mp4": ("mp4", [*MPEG4, *AAC]),
    "mp4 faststart": ("mp4", [*MPEG4, *AAC, "-movflags", "+faststart"]),
    "mp4 fragmented": (
        "mp4",
        [*MPEG4, *AAC, "-g", "12", "-movflags", "+frag_keyframe+empty_moov"],
    ),
    "avi": ("avi", [*MPEG4, *PCM]),
    "mkv": ("mkv", [*MPEG4, *PCM]),
    "mxf": ("mxf", ["-c:v", "mpeg2video", "-q:v", "3", *PCM, "-timecode", "01:00:00:00"]),
}
"""What each of them ends in, and how it is encoded."""

CUTS = (1, 10, 30, 50, 70, 90, 95, 99, 99.9)
"""Percent of a file that has been written."""


def command(form: str, target: Path, seconds: int = 2, *, live: bool = False) -> list[str]:
    """`live`: no faster than it would play, so that it can be looked at while it is made."""
    _ending, codecs = FORMS[form]
    pace = ["-re"] if live else []
    pictures = [*pace, "-f", "lavfi", "-i", PICTURE, *pace, "-f", "lavfi", "-i", SOUND]
    quietly = [FFMPEG or "ffmpeg", "-nostdin", "-loglevel", "error", "-y"]
    return [*quietly, *pictures, "-t", str(seconds), *codecs, str(target)]


def make(form: str, folder: Path, seconds: int = 2) -> Path:
    target = folder / f"{form.replace(' ', '_')}.{FORMS[form][0]}"
    subprocess.run(command(form, target, seconds), check=True, timeout=120)
    return target


def cut(whole: Path, percent: float, folder: Path) -> Path:
    """As much of it as has been written so far."""
    target = folder / f"cut_{percent}_{whole.name}"
    content = whole.read_bytes()
    target.write_bytes(content[: int(len(content) * percent / 100)])
    return target


def without_end(whole: Path, folder: Path, missing: int = 100_000) -> Path:
    """Its full length, with zeros where the last bytes belong."""
    target = folder / f"zeros_{whole.name}"
    content = whole.read_bytes()
    target.write_bytes(content[:-missing] + bytes(missing))
    return target


def box(kind: bytes, body: bytes = b"") -> bytes:
    """A part of a QuickTime or MP4 file."""
    return (len(body) + 8).to_bytes(4) + kind + body


def tiny_mov(content: bytes = b"frames") -> bytes:
    """The least that is a whole movie by its parts; any content."""
    return box(b"ftyp", b"qt  ") + box(b"mdat", content) + box(b"moov", box(b"mvhd"))
