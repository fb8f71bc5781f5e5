"""Calling Frame.io no faster than it allows, all workers on all machines together.

Each operation of each login has a row that says when its bucket will have drained. Who wants to
call pours its drop in by a conditional update, which is its turn, and sleeps until then with
nothing locked; whoever dies before its call has wasted a drop. (GCRA, as in ATM Forum TM 4.0.)

The document says once "per user" and once "per account". We count by login, and where that is too
bold the answers' `x-ratelimit-remaining` fills our bucket up to theirs.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

import httpx
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from frameio.answers import retry_after
from frameio.errors import RateLimited
from frameio.limits import LIMITS, UNKNOWN, Limit
from frameio.models import RateBucket

LONGEST_TURN = timedelta(seconds=20)  # who is asked to wait longer gives the job back instead
LONGEST_BAN = timedelta(hours=1)


class Turn(Protocol):
    """`waited`: the seconds until it came."""

    @property
    def waited(self) -> float: ...
    def answered(self, response: httpx.Response) -> None: ...


class Pace(Protocol):
    """`turn` comes back when the operation may be called; the answer is shown to the turn."""

    def turn(self, operation: str) -> Turn: ...


@dataclass(frozen=True)
class SharedPace:
    """The pace of one login, kept in the database. Clocks of machines are taken to agree; one
    that does not costs a few 429s.
    """

    login: int
    sleep: Callable[[float], None] = time.sleep
    now: Callable[[], datetime] = timezone.now

    def turn(self, operation: str) -> "SharedTurn":
        """Raises `RateLimited`, and takes no turn, when it would be far off."""
        key = f"{self.login}/{operation}"
        while True:
            bucket = _bucket(key, LIMITS.get(operation, UNKNOWN), self.now())
            limit, now = _limit(bucket), self.now()
            drained_at = max(bucket.drained_at, now) + limit.interval
            wait = drained_at - limit.burst * limit.interval - now
            if wait > LONGEST_TURN:
                raise RateLimited(
                    _(
                        "So much is going on that Frame.io's limit is used up for now. It goes on"
                        " by itself."
                    ),
                    retry_after=wait,
                )
            if _as_read(bucket).update(drained_at=drained_at):
                break
        if wait > timedelta():
            self.sleep(wait.total_seconds())
        waited = max(wait, timedelta()).total_seconds()
        return SharedTurn(key, limit, self.now(), drained_at, waited, self.now)


@dataclass(frozen=True)
class SharedTurn:
    """`at`: when the call left; `drained_at`: our bucket with its drop in it."""

    key: str
    limit: Limit
    at: datetime
    drained_at: datetime
    waited: float
    now: Callable[[], datetime]

    def answered(self, response: httpx.Response) -> None:
        """Correct our bucket by what the answer tells of theirs."""
        limit = Limit.told_in(response.headers) or self.limit
        if limit != self.limit:
            self._changed(limit)
        if response.status_code == 429:
            wait = min(retry_after(response.headers) or limit.interval, LONGEST_BAN)
            self._fill(self.now() + wait + (limit.burst - 1) * limit.interval)
        elif limit == self.limit:
            theirs = self.at + (limit.calls - _remaining(response, limit)) * limit.interval
            if theirs > self.drained_at + limit.interval:
                self._fill(theirs)

    def _changed(self, limit: Limit) -> None:
        """The drops in the bucket stay as many; they drain at another speed."""
        while True:
            now = self.now()
            bucket = _bucket(self.key, limit, now)
            if _limit(bucket) == limit:
                return
            speed = limit.interval / _limit(bucket).interval
            drained_at = now + max(bucket.drained_at - now, timedelta()) * speed
            changed = _as_read(bucket).update(
                calls=limit.calls, window=limit.window, drained_at=drained_at
            )
            if changed:
                return

    def _fill(self, drained_at: datetime) -> None:
        RateBucket.objects.filter(key=self.key, drained_at__lt=drained_at).update(
            drained_at=drained_at
        )


class Unpaced:
    """For a login that has no row yet, while it is being made."""

    waited = 0.0

    def turn(self, operation: str) -> "Unpaced":  # noqa: ARG002  # it is any operation's
        return self

    def answered(self, response: httpx.Response) -> None:
        """There is nobody to tell."""


def _bucket(key: str, limit: Limit, now: datetime) -> RateBucket:
    found = RateBucket.objects.filter(key=key).first()
    if found is not None:
        return found
    new = RateBucket(key=key, calls=limit.calls, window=limit.window, drained_at=now)
    RateBucket.objects.bulk_create([new], ignore_conflicts=True)
    return RateBucket.objects.get(key=key)


def _limit(bucket: RateBucket) -> Limit:
    return Limit(bucket.calls, bucket.window)


def _as_read(bucket: RateBucket) -> QuerySet[RateBucket]:
    return RateBucket.objects.filter(
        key=bucket.key,
        calls=bucket.calls,
        window=bucket.window,
        drained_at=bucket.drained_at,
    )


def _remaining(response: httpx.Response, limit: Limit) -> int:
    """All, when the answer does not say."""
    said = response.headers.get("x-ratelimit-remaining", "")
    return min(int(said), limit.calls) if said.isdecimal() else limit.calls
