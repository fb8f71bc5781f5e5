"""Stopping all uploads, or a project's, and letting them go on. Who did it stands in its row."""

from django.utils import timezone

from pipeline import jobs, revisions
from pipeline.models import Project, Revision
from pipeline.studio import THE_ONE, Studio


def pause(project: Project | None, who: str) -> bool:
    """Nothing of it starts any more; what is under way stops at the next part, and goes on from
    there later. None: all projects. Tells whether it was going."""
    values = {"paused_at": timezone.now(), "paused_by": who}
    if project is None:
        Studio.objects.get_or_create(pk=THE_ONE)
    rows = Project.objects.filter(pk=project.pk) if project else Studio.objects.all()
    paused = rows.filter(paused_at=None).update(**values)
    if paused:
        revisions.note(project or Studio.now(), Revision.Act.PAUSED)
    return bool(paused)


def resume(project: Project | None) -> bool:
    """Tells whether it was paused."""
    rows = Project.objects.filter(pk=project.pk) if project else Studio.objects.all()
    resumed = rows.exclude(paused_at=None).update(paused_at=None, paused_by="")
    if resumed:
        revisions.note(project or Studio.now(), Revision.Act.RESUMED)
        jobs.wake_on_commit()  # one takes a job and wakes the next; the pump sees to the rest
    return bool(resumed)
