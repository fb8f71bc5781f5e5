"""Which queued jobs may start now, and why the others wait: pause, hours, how many at a time."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import datetime
from functools import cached_property

from django.conf import settings
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pipeline import hours
from pipeline.models import Project, UploadJob
from pipeline.moments import in_short
from pipeline.studio import Pausable, Studio, UploadWindow


class Admission:
    """The rules as they stand at one moment; each table is read once, when it is needed.

    Made with the locked `Studio` row, what it counts holds until that transaction ends. A job
    without a project is let in: it is read where it goes, and given back before anything is sent.
    """

    def __init__(self, studio: Studio | None = None, now: datetime | None = None) -> None:
        self._studio = studio or Studio.now()
        self._now = now or timezone.now()

    def admits(self) -> Q:
        """Of columns of the job alone: a conditional update that joins is none on PostgreSQL."""
        if self._studio.paused_at:
            return Q(pk__in=[])
        projects = self._projects.values()
        shut = [one.pk for one in projects if one.paused_at or self._is_full(one)]
        closed = [one.pk for one in projects if not self._is_open(one)]
        admitted = ~Q(project__in=shut) if shut else Q()
        if closed:
            admitted &= Q(any_time=True) | ~Q(project__in=closed)
        return admitted

    def why_waiting(self, job: UploadJob) -> str:
        """What keeps a queued job from starting, in a sentence; empty when nothing does."""
        project = self._project_of(job)
        return self.interruption(job) or (self._why_full(project) if project else "")

    def interruption(self, job: UploadJob) -> str:
        """Why a job must not go on even if it is running: paused, or outside its hours."""
        if self._studio.paused_at:
            return _("All uploads are paused by %(who)s since %(when)s.") % self._pause(
                self._studio
            )
        project = self._project_of(job)
        if project is None:
            return ""
        if project.paused_at:
            values = {"project": project.code, **self._pause(project)}
            return _("%(project)s is paused by %(who)s since %(when)s.") % values
        if job.any_time or self._is_open(project):
            return ""
        begin = hours.next_opening(self._hours(project), self._now)
        when = in_short(begin, self._now) if begin else "?"
        return _("It waits for the upload hours, from %(when)s.") % {"when": when}

    def bytes_per_second(self) -> int | None:
        """For all uploads of a machine together; None: as fast as it goes."""
        limits = [settings.UPLOAD_BYTES_PER_SECOND, hours.speed(self._windows[None], self._now)]
        return min((limit for limit in limits if limit), default=None)

    # --- What it knows ----------------------------------------------------------------------------

    @cached_property
    def _projects(self) -> dict[int, Project]:
        columns = ("code", "paused_at", "paused_by", "frameio_account", "uploads_at_once")
        return {project.pk: project for project in Project.objects.only(*columns)}

    def _project_of(self, job: UploadJob) -> Project | None:
        return self._projects.get(job.project_id) if job.project_id else None

    @cached_property
    def _windows(self) -> defaultdict[int | None, list[UploadWindow]]:
        found = defaultdict(list)
        for window in UploadWindow.objects.order_by():
            found[window.project_id].append(window)
        return found

    def _hours(self, project: Project) -> Sequence[UploadWindow]:
        """Its own, if it has any, else those of all."""
        return self._windows[project.pk] or self._windows[None]

    def _is_open(self, project: Project) -> bool:
        if self._windows[project.pk]:
            return hours.are_open(self._windows[project.pk], self._now)
        return self._usually_open

    @cached_property
    def _usually_open(self) -> bool:
        return hours.are_open(self._windows[None], self._now)

    @cached_property
    def _running(self) -> Counter[int | None]:
        rows = UploadJob.objects.filter(state=UploadJob.State.RUNNING).order_by()
        return Counter(dict(rows.values_list("project").annotate(number=Count("pk"))))

    def _is_full(self, project: Project) -> bool:
        return self._has_all_its_own(project) or self._has_all_of_its_account(project)

    def _has_all_its_own(self, project: Project) -> bool:
        most = project.uploads_at_once
        return most is not None and self._running[project.pk] >= most

    def _has_all_of_its_account(self, project: Project) -> bool:
        most = self._studio.uploads_per_account
        return most is not None and self._through_account_of(project) >= most

    def _why_full(self, project: Project) -> str:
        if self._has_all_its_own(project):
            most = project.uploads_at_once or 0
            text = ngettext(
                "%(count)d upload of %(project)s goes at a time.",
                "%(count)d uploads of %(project)s go at a time.",
                most,
            )
            return text % {"count": most, "project": project.code}
        if self._has_all_of_its_account(project):
            most = self._studio.uploads_per_account or 0
            text = ngettext(
                "%(count)d upload goes through its Frame.io account at a time.",
                "%(count)d uploads go through its Frame.io account at a time.",
                most,
            )
            return text % {"count": most}
        return ""

    def _through_account_of(self, project: Project) -> int:
        """A project that names no account goes through the only one: it counts with all others."""
        account = project.frameio_account
        return sum(
            number
            for pk, number in self._running.items()
            if account is None or self._account(pk) in {account, None}
        )

    def _account(self, project: int | None) -> int | None:
        found = self._projects.get(project) if project else None
        return found.frameio_account if found else None

    def _pause(self, what: Pausable) -> dict[str, str]:
        when = in_short(what.paused_at, self._now) if what.paused_at else ""
        return {"who": what.paused_by, "when": when}
