from django.http import HttpRequest
from ninja import Router

from pipeline import doctor
from pipeline.api.access import READ
from pipeline.api.errors import COMMON
from pipeline.api.shapes import Health

router = Router(tags=["health"])

WORST_FIRST = (doctor.State.FAULT, doctor.State.WARNING, doctor.State.OK)


@router.get("/health", auth=READ, response={200: Health, **COMMON}, summary="How PostFlow does")
def health(request: HttpRequest) -> Health:  # noqa: ARG001  ninja gives it by this name
    """Everything is looked at now, as by `manage.py doctor`: that takes up to some seconds."""
    findings = doctor.full_examination()
    states = {finding.state for finding in findings}
    worst = next(state for state in WORST_FIRST if state in states)
    checks = [finding.as_json() for finding in findings]
    return Health.model_validate({"state": worst.value, "checks": checks})
