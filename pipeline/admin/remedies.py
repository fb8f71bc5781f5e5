"""The button that mends what holds an upload up."""

from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser, User
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from pipeline.jobs import FOR_A_NAME
from pipeline.models import UploadJob

Hold = UploadJob.Hold


@dataclass(frozen=True)
class Remedy:
    """A page that `url` leads to; or, with `posts`, something done at once."""

    label: str | Promise
    url: str
    posts: bool = False


@dataclass(frozen=True)
class Need:
    """`remedy` is None where there is nothing that this person may do."""

    job: UploadJob
    remedy: Remedy | None


def remedy(job: UploadJob, user: User | AnonymousUser) -> Remedy | None:
    if job.hold == Hold.ACCOUNT:
        return Remedy(_("Log in"), _login(job)) if user.has_perm("frameio.change_account") else None
    if job.hold == Hold.FILE and job.source.folder and job.source.folder.is_away:
        return None  # it goes on by itself
    if (
        job.hold in FOR_A_NAME
        and job.rule_id is None
        and user.has_perm("pipeline.change_uploadjob")
    ):
        return Remedy(_("Held names"), reverse("admin:pipeline_uploadjob_held"))
    if job.hold == Hold.PROJECT and job.project_id and user.has_perm("pipeline.change_project"):
        page = reverse("admin:pipeline_project_change", args=[job.project_id])
        return Remedy(_("Open the project"), page)
    if not user.has_perm("pipeline.change_uploadjob"):
        return None
    if job.hold in FOR_A_NAME:
        return Remedy(
            _("Say where it goes…"), reverse("admin:pipeline_uploadjob_again", args=[job.pk])
        )
    if job.state in {UploadJob.State.FAILED, UploadJob.State.WAITING}:
        page = reverse("admin:pipeline_uploadjob_retry", args=[job.pk])
        return Remedy(_("Send again"), page, posts=True)
    return None


def _login(job: UploadJob) -> str:
    account = job.project.frameio_account if job.project else None
    return reverse("frameio:connect") + (f"?account={account}" if account else "")
