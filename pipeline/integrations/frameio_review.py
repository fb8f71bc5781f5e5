"""A file's own review link, made once it has arrived; it goes into the card."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.utils.translation import gettext as _

from frameio.client import FrameioClient
from frameio.errors import FrameioError
from frameio.leases import Leases
from frameio.shapes import Share
from frameio.shares import Wanted, find_share, make_share
from pipeline.integrations.base import MediaFile, ReviewWanted

MOST_TRIES = 3  # then the file has arrived without one


@dataclass(frozen=True)
class Review:
    """`notes`: why there is no link."""

    url: str = ""
    notes: tuple[str, ...] = ()


def review_link(
    client: FrameioClient,
    account_id: str,
    file_id: str,
    file: MediaFile,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> Review:
    """Safe to call again: what an earlier attempt may have made is looked for first.

    Raises `FrameioError` where another attempt may help, and does so a few times at most: the film
    is there without it.
    """
    if file.review is None:
        return Review()
    asked_at, tries = _asked(file)
    wanted = _wanted(file, file_id, file.review, now())
    try:
        with Leases().held(f"share/{file_id}") as renew:
            # In here: who lost the job while waiting asks for nothing any more.
            file.memory.keep(review_asked=[(asked_at or now()).isoformat(), tries + 1])
            share = _earlier(client, account_id, file, wanted, asked_at)
            if share is None:
                renew()
                share = make_share(client, account_id, file.remote_project, wanted, now)
    except FrameioError as error:
        if not error.permanent and tries + 1 < MOST_TRIES:
            raise
        return Review(notes=(_("It has no review link: %(why)s") % {"why": error},))
    return Review(share.url)


def _asked(file: MediaFile) -> tuple[datetime | None, int]:
    """When it was first asked for, and how often."""
    kept = file.memory.get("review_asked")
    if not isinstance(kept, list):
        return None, 0
    first, tries = kept
    return datetime.fromisoformat(str(first)), int(str(tries))


def _earlier(
    client: FrameioClient,
    account_id: str,
    file: MediaFile,
    wanted: Wanted,
    asked_at: datetime | None,
) -> Share | None:
    if asked_at is None:
        return None
    project, assets = file.remote_project, wanted.asset_ids
    return find_share(client, account_id, project, wanted.name, assets, asked_at)


def _wanted(file: MediaFile, file_id: str, review: ReviewWanted, now: datetime) -> Wanted:
    return Wanted(
        name=file.name,
        asset_ids=[file_id],
        secure=review.secure,
        expires_at=now + timedelta(days=review.days) if review.days else None,
        downloads=review.downloads,
    )
