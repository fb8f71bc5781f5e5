from typing import Literal

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Router

from pipeline.api.access import READ, person
from pipeline.api.errors import COMMON
from pipeline.api.shapes import Check, Health
from pipeline.integrations.frameio_accounts import accounts
from pipeline.lookouts import nobody_watches
from pipeline.models import WatchedFolder
from pipeline.sight import sees

router = Router(tags=["health"])

WORST_FIRST = ("failing", "warning", "ok")


@router.get("/health", auth=READ, response={200: Health, **COMMON}, summary="How PostFlow does")
def health(request: HttpRequest) -> Health:
    seen = _folders() if sees(person(request), "pipeline.watchedfolder") else []
    checks = [*_frameio(), _watcher(), *seen]
    states = {check.state for check in checks}
    return Health.model_validate(
        {"state": next(state for state in WORST_FIRST if state in states), "checks": checks}
    )


def _frameio() -> list[Check]:
    found = accounts()
    if not found:
        what = _("Press Connect Frame.io on the overview.")
        return [
            Check(name="frameio", state="failing", text=_("No login to Frame.io."), what_to_do=what)
        ]
    return [
        Check(
            name="frameio",
            state="warning" if each.warning and each.connected else _state(well=each.connected),
            text=each.warning or each.label,
            what_to_do="" if each.connected and not each.warning else _("Connect Frame.io again."),
        )
        for each in found
    ]


def _watcher() -> Check:
    problem = nobody_watches()
    text = problem or _("Watched folders are looked after.")
    what = _("Start it: manage.py runwatcher.") if problem else ""
    return Check(name="watcher", state=_state(well=not problem), text=text, what_to_do=what)


def _folders() -> list[Check]:
    away = WatchedFolder.objects.filter(active=True, online=False)
    return [
        Check(
            name="folder",
            state="failing",
            text=f"{folder.path}: {folder.state_reason}",
            what_to_do=_("Bring the mount back; uploads wait until then."),
        )
        for folder in away
    ]


def _state(*, well: bool) -> Literal["ok", "failing"]:
    return "ok" if well else "failing"
