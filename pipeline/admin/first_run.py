"""The road from a fresh installation to the first arrival, as steps on the first page."""

from dataclasses import dataclass, replace

from django.contrib.auth.models import AnonymousUser, User
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from pipeline.models import NamingRule, Project, UploadJob, WatchedFolder


@dataclass(frozen=True)
class Step:
    """One step; `url` leads to where it is done."""

    title: str | Promise
    text: str | Promise
    button: str | Promise
    url: str
    done: bool
    current: bool = False


def steps(user: User | AnonymousUser, *, connected: bool) -> list[Step]:
    """Empty once something has arrived, and for those who may not set anything up."""
    if not user.has_perm("pipeline.add_project"):
        return []
    if UploadJob.objects.filter(state=UploadJob.State.DONE).exists():
        return []
    return _mark_current(_all_steps(connected=connected))


def _all_steps(*, connected: bool) -> list[Step]:
    return [
        Step(
            _("Connect Frame.io"),
            _("Log in once with an Adobe account that may write to your projects."),
            _("Connect Frame.io"),
            reverse("frameio:connect"),
            connected,
        ),
        Step(
            _("Make a project"),
            _("Its code as it stands in file names, and the Frame.io project it goes to."),
            _("Add a project"),
            reverse("admin:pipeline_project_add"),
            Project.objects.filter(active=True).exists(),
        ),
        Step(
            _("Write a naming rule"),
            _("How scene, shot, task and version stand in a file name. Try it on your names."),
            _("Add a rule"),
            reverse("admin:pipeline_namingrule_add"),
            NamingRule.objects.filter(active=True).exists(),
        ),
        Step(
            _("Watch a folder"),
            _("The folder on the LucidLink mount where finished renders are saved."),
            _("Add a folder"),
            reverse("admin:pipeline_watchedfolder_add"),
            WatchedFolder.objects.filter(active=True).exists(),
        ),
        Step(
            _("Drop a file"),
            _("Save a render there. Seconds after it is whole, it is on its way."),
            _("See the uploads"),
            reverse("admin:pipeline_uploadjob_changelist"),
            UploadJob.objects.exists(),
        ),
    ]


def _mark_current(found: list[Step]) -> list[Step]:
    following = next((step for step in found if not step.done), None)
    return [replace(step, current=step is following) for step in found]
