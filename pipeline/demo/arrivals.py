"""How far each clip has come: on the mount, in PostFlow, on the sandbox."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import httpx
from django.utils.translation import gettext as _

from pipeline.demo.clips import Clip
from pipeline.models import UploadJob

TIMEOUT = 5.0


@dataclass(frozen=True)
class Arrival:
    """`whole`: the sandbox has the clip once, byte for byte, and PostFlow knows it."""

    clip: Clip
    state: str
    part: float  # sent, from 0 to 1
    whole: bool
    url: str = ""


class Sandbox:
    def __init__(self, url: str) -> None:
        self.url = url

    def answers(self) -> bool:
        try:
            self._tree()
        except httpx.HTTPError:
            return False
        return True

    def sums(self) -> dict[str, list[str]]:
        """The SHA-256 of every file of a name; nothing while the sandbox is away."""
        found: dict[str, list[str]] = {}
        try:
            for file in self._tree():
                found.setdefault(str(file["name"]), []).append(str(file["sha256"]))
        except httpx.HTTPError:
            return {}
        return found

    def _tree(self) -> list[dict[str, object]]:
        answer = httpx.get(f"{self.url}/_sandbox/tree", timeout=TIMEOUT, trust_env=False)
        answer.raise_for_status()
        files: list[dict[str, object]] = answer.json()
        return files


def look(clips: Iterable[Clip], mount: Path, sandbox: Sandbox) -> list[Arrival]:
    sums = sandbox.sums()
    jobs = {job.name: job for job in UploadJob.objects.order_by("id")}
    return [_arrival(clip, mount, jobs.get(clip.name), sums.get(clip.name, [])) for clip in clips]


def _arrival(clip: Clip, mount: Path, job: UploadJob | None, sums: list[str]) -> Arrival:
    if job is None:
        return Arrival(clip, _before(mount / clip.name, clip), 0.0, whole=False)
    if job.state != UploadJob.State.DONE:
        state = job.get_state_display()
        if job.reason:
            state = _("%(state)s: %(why)s") % {"state": state, "why": job.reason}
        return Arrival(clip, state, job.bytes_sent / clip.size, whole=False)
    delivered = job.deliveries.exclude(url="").first()
    url = delivered.url if delivered else ""
    whole = sums == [clip.sha256]
    return Arrival(clip, _verdict(clip, sums), 1.0, whole=whole, url=url)


def _before(path: Path, clip: Clip) -> str:
    if not path.exists():
        return _("to come")
    return _("rendering") if path.stat().st_size < clip.size else _("saved; is it finished?")


def _verdict(clip: Clip, sums: list[str]) -> str:
    if sums == [clip.sha256]:
        return _("arrived, byte for byte")
    if not sums:
        return _("PostFlow says it arrived, and the sandbox does not have it")
    if len(sums) > 1:
        return _("arrived %(count)d times") % {"count": len(sums)}
    return _("arrived, and its content is another")
