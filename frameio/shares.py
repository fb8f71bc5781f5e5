"""Share links: a page for people to review, open to whoever has the link or to those invited."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from django.utils.translation import gettext as _

from frameio.answers import JsonObject
from frameio.client import FrameioClient
from frameio.errors import FrameioError, Invalid, Unavailable
from frameio.journal import ABOUT_THEN
from frameio.shapes import Share

MOST_ASSETS = 100  # in one create; the others are added one by one, ten a minute
MOST_REVIEWERS = 10  # in one call
LONGEST_NAME = 175


@dataclass(frozen=True)
class Wanted:
    """`asset_ids` are files, folders or version stacks. Without `secure`, whoever has the link
    sees it; with it, those who are invited.
    """

    name: str
    asset_ids: Sequence[str]
    secure: bool = False
    expires_at: datetime | None = None
    passphrase: str = field(default="", repr=False)
    downloads: bool = False
    comments: bool = True

    def as_json(self) -> JsonObject:
        row: JsonObject = {
            "type": "asset",
            "access": "secure" if self.secure else "public",
            "name": self.name,
            "asset_ids": list(self.asset_ids[:MOST_ASSETS]),
            "downloading_enabled": self.downloads,
            "commenting_enabled": self.comments,
        }
        if self.expires_at:
            row["expiration"] = self.expires_at.astimezone(UTC).isoformat()
        if self.passphrase:
            row["passphrase"] = self.passphrase
        return row


def make_share(
    client: FrameioClient,
    account_id: str,
    project_id: str,
    wanted: Wanted,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> Share:
    """A new link. One whose answer never came is looked for, so that there are not two; one that
    was asked for before is for the caller to look for (`find_share`).

    Raises `FrameioError`.
    """
    body = wanted.as_json() | {"name": _clean(wanted.name)}
    if not wanted.asset_ids:
        raise Invalid(_("There is nothing to share. Choose a folder, or jobs that have arrived."))
    asked_at = now()
    try:
        share = client.create_share(account_id, project_id, body)
    except Unavailable as unanswered:
        share = _after_all(client, account_id, project_id, wanted, asked_at, unanswered)
    if len(wanted.asset_ids) > MOST_ASSETS:
        add_assets(client, account_id, share.id, wanted.asset_ids)
    return share


def _after_all(
    client: FrameioClient,
    account_id: str,
    project_id: str,
    wanted: Wanted,
    asked_at: datetime,
    unanswered: Unavailable,
) -> Share:
    """What was made though nobody told us. Where it cannot be looked for, that is still unknown."""
    try:
        found = find_share(client, account_id, project_id, wanted.name, wanted.asset_ids, asked_at)
    except FrameioError:
        raise unanswered from None
    if found is None:
        raise unanswered
    return found


def add_assets(
    client: FrameioClient, account_id: str, share_id: str, asset_ids: Sequence[str]
) -> None:
    """What is shared already is left alone, so this is safe to call again."""
    shared = set(client.share_assets(account_id, share_id))
    for asset_id in asset_ids:
        if asset_id not in shared:
            client.add_share_asset(account_id, share_id, asset_id)


def invite(
    client: FrameioClient, account_id: str, share_id: str, emails: Sequence[str], message: str
) -> list[str]:
    """To a secure link. Who is invited already gets no second mail. The answer: who was, now."""
    known = {email.casefold() for email in client.reviewers(account_id, share_id)}
    unique = {email.casefold(): email for email in emails}
    new = [email for folded, email in unique.items() if folded not in known]
    for start in range(0, len(new), MOST_REVIEWERS):
        some = new[start : start + MOST_REVIEWERS]
        client.add_reviewers(account_id, share_id, some, message)
    return new


def find_share(
    client: FrameioClient,
    account_id: str,
    project_id: str,
    name: str,
    asset_ids: Sequence[str],
    asked_at: datetime,
) -> Share | None:
    """The link to just these that was made since it was asked for, if there is one among the
    newest hundred. Raises `FrameioError`.
    """
    clean, assets = _clean(name), set(asset_ids[:MOST_ASSETS])
    for share in client.newest_shares(account_id, project_id):
        same = share.name == clean and share.created_at > asked_at - ABOUT_THEN
        if same and set(client.share_assets(account_id, share.id)) == assets:
            return share
    return None


def _clean(name: str) -> str:
    """One line of at most 175 characters."""
    clean = re.sub(r"\s+", " ", name).strip()[:LONGEST_NAME].rstrip()
    if not clean:
        raise Invalid(_("A share link needs a name, and this one is empty."))
    return clean
