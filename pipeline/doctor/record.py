"""The last examination on each machine, so that it is known since when something is so."""

import platform
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Max, QuerySet
from django.utils.translation import override

from pipeline.doctor.finding import Finding, State
from pipeline.models import HealthFinding

STALE_AFTER = timedelta(minutes=15)


def keep(findings: Sequence[Finding], now: datetime, host: str = "") -> list[Finding]:
    """The same findings, each with its `since`. What is no longer found is forgotten."""
    mine = HealthFinding.objects.filter(host=host or platform.node())
    kept = [_kept(mine, finding, now, host or platform.node()) for finding in findings]
    mine.exclude(name__in=[finding.name for finding in findings]).delete()
    return kept


def _kept(mine: QuerySet[HealthFinding], finding: Finding, now: datetime, host: str) -> Finding:
    looked = {"words": _in_each_language(finding), "seen_at": now}
    row = mine.filter(name=finding.name)
    if not row.filter(state=finding.state).update(**looked):
        changed = {**looked, "state": finding.state, "since": finding.since or now}
        HealthFinding.objects.update_or_create(host=host, name=finding.name, defaults=changed)
    since = finding.since or row.values_list("since", flat=True).first() or now
    return replace(finding, since=since)


def _in_each_language(finding: Finding) -> dict[str, dict[str, str]]:
    words: dict[str, dict[str, str]] = {}
    for language, _name in settings.LANGUAGES:
        with override(language):
            words[language] = finding.worded()
    return words


@dataclass(frozen=True)
class Standing:
    """`troubles`: the faults first. `seen_at`: of the newest examination; None: there was none."""

    troubles: list[HealthFinding]
    seen_at: datetime | None
    stale: bool


def standing(now: datetime, besides: Collection[str] = ()) -> Standing:
    """As every machine found it last; what has not been looked at for long is left out, and so are
    the checks `besides`."""
    fresh = HealthFinding.objects.filter(seen_at__gt=now - STALE_AFTER)
    newest = HealthFinding.objects.aggregate(newest=Max("seen_at"))["newest"]
    found = fresh.exclude(state=State.OK).order_by("since")
    shown = [row for row in found if row.name.partition(":")[0] not in besides]
    troubles = sorted(shown, key=lambda row: row.state != State.FAULT)
    return Standing(troubles, newest, stale=newest is None or newest <= now - STALE_AFTER)
