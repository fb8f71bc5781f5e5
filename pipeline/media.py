"""A film's technical data: asked for once a job, and put into words. A job never fails for it."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeAlias

from django.utils.translation import gettext as _

from lucidlink.probe import probe

Media: TypeAlias = dict[str, str | int | float | None]
Ask: TypeAlias = Callable[[Path], Media]


def technical_data(path: Path) -> Media:
    """As `lucidlink.probe.MediaInfo.as_json`, or `{"reason"}` where it cannot be told. Takes some
    20 s at most, and raises nothing."""
    told = probe(path)
    return told.info.as_json() if told.info else {"reason": told.reason}


def in_words(media: Mapping[str, object]) -> str:
    """`1920 x 1080, 24 fps, 0:00:02, ProRes 422 LT, from 01:00:00:00`: whatever of it is known."""
    size = f"{media['width']} x {media['height']}" if media.get("width") else ""
    rate = _("%(rate)s fps") % {"rate": f"{media['fps']:g}"} if media.get("fps") else ""
    start = media.get("start_timecode")
    begins = _("from %(timecode)s") % {"timecode": start} if start else ""
    parts = [size, rate, _length(media.get("duration")), str(media.get("codec") or ""), begins]
    return ", ".join(part for part in parts if part)


def _length(seconds: object) -> str:
    if not isinstance(seconds, int | float):
        return ""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}"
