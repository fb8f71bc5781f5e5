"""Frames and timecodes, drop-frame ones included (SMPTE ST 12-1).

At 29.97 and 59.94 frames a second a count of 30 and 60 runs slow. Drop-frame timecode leaves out
the first two (four) numbers of each minute but every tenth, so that it keeps to the clock; it is
written with a semicolon before the frames.
"""

import re
from dataclasses import dataclass

TIMECODE = re.compile(r"(\d\d):(\d\d):(\d\d)([:;])(\d\d)")
DROPPING = {30, 60}  # of these counts, the NTSC rates have a drop-frame form


@dataclass(frozen=True)
class Count:
    """`rate` is that of the count: 24 at 23.976 frames a second, 30 at 29.97."""

    rate: int
    drop: bool = False

    def frames(self, timecode: str) -> int | None:
        """From 00:00:00:00; None for what is no timecode of this count."""
        found = TIMECODE.fullmatch(timecode)
        if found is None:
            return None
        hours, minutes, seconds, frames = (int(found[group]) for group in (1, 2, 3, 5))
        if minutes > 59 or seconds > 59 or frames >= self.rate:
            return None
        if seconds == 0 and frames < self._dropped and minutes % 10:
            return None  # left out
        whole_minutes = hours * 60 + minutes
        dropped = self._dropped * (whole_minutes - whole_minutes // 10)
        return (whole_minutes * 60 + seconds) * self.rate + frames - dropped

    def timecode(self, frames: int) -> str:
        """Of that many frames from 00:00:00:00; begins anew after a day."""
        ten_minutes = self.rate * 600 - self._dropped * 9
        tens, rest = divmod(frames % (ten_minutes * 144), ten_minutes)
        # The first minute of ten has all its numbers.
        minutes = max(0, rest - self._dropped) // (self.rate * 60 - self._dropped)
        numbered = tens * self.rate * 600 + rest + self._dropped * minutes
        seconds, frame = divmod(numbered, self.rate)
        sign = ";" if self.drop else ":"
        clock = f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
        return f"{clock}{sign}{frame:02d}"

    @property
    def _dropped(self) -> int:
        """Numbers left out in nine minutes of ten."""
        return self.rate // 15 if self.drop else 0
