"""Review links on Frame.io to what has arrived there."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from frameio.errors import FrameioError
from frameio.shares import Wanted, invite, make_share
from pipeline.integrations.frameio_accounts import client_of
from pipeline.models import Project


@dataclass(frozen=True)
class LinkWanted:
    """`reviewers` are e-mail addresses; only a secure link has any. `message` goes to them."""

    name: str
    secure: bool = False
    expires_at: datetime | None = None
    passphrase: str = field(default="", repr=False)
    downloads: bool = False
    comments: bool = True
    reviewers: tuple[str, ...] = ()
    message: str = ""


@dataclass(frozen=True)
class ReviewLink:
    """`problem`: the link is there, but those named could not be invited; why."""

    name: str
    url: str
    problem: str = ""


def make_review_link(project: Project, remote_ids: Sequence[str], wanted: LinkWanted) -> ReviewLink:
    """A new link to those files of the project. Raises IntegrationError when there is none."""
    share_wanted = Wanted(
        name=wanted.name,
        asset_ids=remote_ids,
        secure=wanted.secure,
        expires_at=wanted.expires_at,
        passphrase=wanted.passphrase,
        downloads=wanted.downloads,
        comments=wanted.comments,
    )
    problem = ""
    with client_of(project.frameio_account) as (client, account):
        share = make_share(client, account.account_id, project.frameio_project_id, share_wanted)
        if wanted.reviewers:
            try:
                invite(client, account.account_id, share.id, wanted.reviewers, wanted.message)
            except FrameioError as error:
                problem = str(error)
    return ReviewLink(share.name, share.url, problem)
