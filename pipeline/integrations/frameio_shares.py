"""Review links on Frame.io that a person asks for: to files that have arrived, or to a folder."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from frameio import errors
from frameio.client import FrameioClient
from frameio.leases import Leases
from frameio.models import Account
from frameio.shapes import Share
from frameio.shares import Wanted, find_share, invite, make_share
from frameio.structure import ensure_folder
from pipeline.integrations.base import IntegrationError
from pipeline.integrations.frameio_accounts import client_of
from pipeline.models import JobEvent, Project, ReviewLink, UploadJob


@dataclass(frozen=True)
class LinkWanted:
    """`reviewers` are e-mail addresses; only a secure link has any. `message` goes to them.

    `folder` is the path of one, from the project's root; empty for the files themselves.
    """

    name: str
    folder: tuple[str, ...] = ()
    secure: bool = False
    expires_at: datetime | None = None
    passphrase: str = field(default="", repr=False)
    downloads: bool = False
    comments: bool = True
    reviewers: tuple[str, ...] = ()
    message: str = ""


@dataclass(frozen=True)
class Asked:
    """Who asks for a link to what, in whose history it is written. `number`: as the form was
    handed out with (`times_asked`).
    """

    who: str
    number: int
    project: Project
    jobs: Sequence[UploadJob]
    remote_ids: Sequence[str]


def times_asked(who: str, jobs: Sequence[UploadJob]) -> int:
    """How many links to these that person has had made: so the same form, open in two tabs or
    sent off twice, makes one."""
    made = ReviewLink.objects.filter(origin=_origin(who, jobs)).exclude(url="")
    return max(made.values_list("number", flat=True), default=0)


def _origin(who: str, jobs: Sequence[UploadJob]) -> str:
    pks = sorted(job.pk for job in jobs)
    return hashlib.sha256(f"{who}/{pks}".encode()).hexdigest()


def make_review_link(
    asked: Asked, wanted: LinkWanted, now: Callable[[], datetime] = timezone.now
) -> ReviewLink:
    """The link of that form: made now, or by whoever sent the same form before.

    Raises IntegrationError when there is none; the same form may then be sent again.
    """
    project = asked.project
    row, _new = ReviewLink.objects.get_or_create(
        origin=_origin(asked.who, asked.jobs),
        number=asked.number + 1,
        defaults={"project": project, "asked_by": asked.who, "name": wanted.name},
    )
    with (
        client_of(project.frameio_account) as (client, account),
        Leases().held(f"review-link/{row.pk}") as renew,
    ):
        row.refresh_from_db()
        if row.url:
            return row
        share = _made_before(client, account, row)
        if share is None:
            _begin(client, account, row, asked, wanted, now())
            renew()
            share = _made(client, account, row, wanted)
        if _settle(row, share, asked, wanted, now()):
            _invite(client, account, row, share, wanted)
    return row


def _made_before(client: FrameioClient, account: Account, row: ReviewLink) -> Share | None:
    """What an attempt made whose answer never came."""
    if row.begun_at is None:
        return None
    project = row.project.remote_project_id
    return find_share(client, account.account_id, project, row.name, row.remote_ids, row.begun_at)


def _begin(
    client: FrameioClient,
    account: Account,
    row: ReviewLink,
    asked: Asked,
    wanted: LinkWanted,
    now: datetime,
) -> None:
    """Write down what is going to be asked for, so that it can be found again."""
    row.name = wanted.name
    row.folder = list(wanted.folder)
    row.remote_ids = list(asked.remote_ids)
    if wanted.folder:
        row.remote_ids = [_folder_id(client, account, asked.project, wanted.folder)]
    row.secure, row.downloads = wanted.secure, wanted.downloads
    row.has_passphrase, row.expires_at = bool(wanted.passphrase), wanted.expires_at
    row.begun_at = now
    row.save()


def _folder_id(
    client: FrameioClient, account: Account, project: Project, folder: Sequence[str]
) -> str:
    root = client.project(account.account_id, project.remote_project_id).root_folder_id
    try:
        return ensure_folder(
            client, account, project.remote_project_id, root, folder, existing_only=True
        )
    except errors.FolderMissing as error:
        raise IntegrationError(
            _("The folder %(folder)s is not on Frame.io any more.") % {"folder": "/".join(folder)},
            permanent=True,
        ) from error


def _made(client: FrameioClient, account: Account, row: ReviewLink, wanted: LinkWanted) -> Share:
    share_wanted = Wanted(
        name=wanted.name,
        asset_ids=row.remote_ids,
        secure=wanted.secure,
        expires_at=wanted.expires_at,
        passphrase=wanted.passphrase,
        downloads=wanted.downloads,
        comments=wanted.comments,
    )
    project = row.project.remote_project_id
    try:
        return make_share(client, account.account_id, project, share_wanted)
    except errors.FrameioError as error:
        if error.permanent:  # so there is none that could be found
            ReviewLink.objects.filter(pk=row.pk).update(begun_at=None)
        raise


def _settle(row: ReviewLink, share: Share, asked: Asked, wanted: LinkWanted, now: datetime) -> bool:
    """Write down the link, and into each job's history. Tells whether it was we who did."""
    row.url, row.made_at = share.url, now
    if wanted.reviewers:  # until they are
        row.problem = _("PostFlow was stopped before it had invited them.")
    with transaction.atomic():
        rows = ReviewLink.objects.filter(pk=row.pk, url="")
        if not rows.update(url=row.url, made_at=now, problem=row.problem):
            return False
        row.jobs.set(asked.jobs)
        why = _("Review link %(name)s: %(url)s") % {"name": row.name, "url": row.url}
        JobEvent.objects.bulk_create(
            JobEvent(job=job, state=job.state, kind=JobEvent.Kind.LINK, who=asked.who, why=why)
            for job in asked.jobs
        )
    return True


def _invite(
    client: FrameioClient, account: Account, row: ReviewLink, share: Share, wanted: LinkWanted
) -> None:
    if not wanted.reviewers:
        return
    row.problem = ""
    try:
        invite(client, account.account_id, share.id, wanted.reviewers, wanted.message)
    except errors.FrameioError as error:
        row.problem = str(error)
    row.save(update_fields=["problem"])
