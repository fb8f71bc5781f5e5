import pytest
from django.core.checks import run_checks
from pytest_django.fixtures import Settings


def ids() -> list[str | None]:
    return [message.id for message in run_checks()]


def test_an_installation_as_it_comes_has_nothing_to_complain_of() -> None:
    assert ids() == []


@pytest.mark.parametrize(
    "path", ["nowhere.Class", "pipeline.models.Project", "pipeline.integrations.base.NoSuch"]
)
def test_an_integration_that_cannot_be_loaded_is_named(settings: Settings, path: str) -> None:
    settings.INTEGRATIONS = {"broken": path}
    assert ids() == ["postflow.E001"]


def test_a_redirect_that_adobe_will_refuse_is_said_so(settings: Settings) -> None:
    settings.FRAMEIO_REDIRECT_URI = "http://localhost:8000/frameio/callback"
    assert ids() == ["postflow.W002"]


def test_a_lease_that_live_workers_would_lose_is_refused(settings: Settings) -> None:
    settings.JOB_LEASE_SECONDS = 9
    assert ids() == ["postflow.E005"]
    settings.JOB_LEASE_SECONDS = 10
    assert ids() == []


@pytest.mark.parametrize(
    "template", ["javascript:alert('{path}')", "http://x.invalid/{path}", "file:///Volumes/films"]
)
def test_a_link_to_a_file_that_leads_nowhere_is_refused(settings: Settings, template: str) -> None:
    settings.FILE_LINK_TEMPLATE = template
    assert ids() == ["postflow.E011"]
