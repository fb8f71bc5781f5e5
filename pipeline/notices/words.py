"""How a job is named, and where it leads, on every card."""

from datetime import timedelta

from django.conf import settings
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from pipeline.models import UploadJob


def called(job: UploadJob) -> str:
    """`SH010 anim v003`, or the file's name when that says too little."""
    place = job.fields.get("shot") or job.fields.get("scene")
    if not place:
        return job.name
    version = job.fields.get("version") or (f"{job.version:03d}" if job.version else "")
    parts = [place, job.fields.get("task"), f"v{version}" if version else ""]
    return " ".join(part for part in parts if part)


def duration(time: timedelta) -> str:
    """`0.4 s`, `48 s`, `3 min 20 s`, `2 h 5 min`."""
    seconds = max(time.total_seconds(), 0.0)
    if seconds < 10:
        return f"{number_format(seconds, 1)} s"
    minutes, seconds = divmod(round(seconds), 60)
    if minutes < 1:
        return f"{seconds} s"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {seconds} s"


def footer(job: UploadJob) -> str:
    said = _("job %(id)d") % {"id": job.pk}
    return f"{said} · {job.rule}" if job.rule else said


def page(path: str) -> str:
    """A page of ours, as people outside reach it."""
    return f"{settings.PUBLIC_URL.rstrip('/')}{path}"


def project_field(job: UploadJob) -> tuple[str, str]:
    return (_("Project"), job.project.code if job.project else "")


def listed(lines: list[str], most: int) -> str:
    """A line each, up to `most`, and how many more there are."""
    shown = lines[:most]
    if more := len(lines) - len(shown):
        shown.append(_("and %(count)d more") % {"count": more})
    return "\n".join(shown)
