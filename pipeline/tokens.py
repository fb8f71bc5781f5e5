"""Tokens for the HTTP API: made, known again, revoked."""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.db.models import F, Q
from django.utils import timezone

from pipeline import revisions
from pipeline.models import ApiToken, Revision

MARK = "pf_"  # by which people, and scanners of leaked secrets, know what it is
NOTED_EVERY = timedelta(minutes=1)
BURST = 60  # calls that may come at once after a rest
NOW = timedelta()


def issue(
    user: User, name: str, scopes: Sequence[str], expires_at: datetime | None
) -> tuple[ApiToken, str]:
    """The row, and the secret: 256 random bits, so one round of SHA-256 keeps it well enough."""
    secret = MARK + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        user=user,
        name=name,
        beginning=secret[:8],
        digest=_digest(secret),
        scopes=list(scopes),
        expires_at=expires_at,
    )
    return token, secret


def known(secret: str, now: datetime) -> ApiToken | None:
    """Its token, if it may still be used; that it was is noted, to the minute."""
    token = ApiToken.objects.select_related("user").filter(digest=_digest(secret)).first()
    if token is None or not token.is_good(now) or not token.user.is_active:
        return None
    long_ago = Q(used_at=None) | Q(used_at__lt=now - NOTED_EVERY)
    if token.used_at is None or token.used_at < now - NOTED_EVERY:
        ApiToken.objects.filter(long_ago, pk=token.pk).update(used_at=now)
    return token


def take_turn(token: ApiToken, per_minute: int, now: datetime) -> timedelta:
    """So many calls a minute, whichever processes answer them (GCRA, in the token's row).

    NOW when the call may go on; else after how long one may.
    """
    step = timedelta(minutes=1) / per_minute
    latest = now + step * (min(BURST, per_minute) - 1)
    row = ApiToken.objects.filter(pk=token.pk)
    rested = Q(rested_at=None) | Q(rested_at__lte=now)
    if row.filter(rested).update(rested_at=now + step):
        return NOW
    if row.filter(rested_at__lte=latest).update(rested_at=F("rested_at") + step):
        return NOW
    until = row.values_list("rested_at", flat=True).first()
    return until - latest if until else NOW


def revoke(token: ApiToken) -> bool:
    """Whether it was still good for anything."""
    rows = ApiToken.objects.filter(pk=token.pk, revoked_at=None)
    revoked = rows.update(revoked_at=timezone.now())
    if revoked:
        revisions.note(token, Revision.Act.REVOKED)
    return bool(revoked)


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogateescape")).hexdigest()
