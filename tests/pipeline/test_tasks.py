"""What a wake-up leads to."""

from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline import intake, jobs, tasks
from pipeline.channels import Card
from pipeline.models import NamingRule, UploadJob

pytestmark = pytest.mark.usefixtures("rule")


@pytest.fixture(autouse=True)
def _no_place(monkeypatch: pytest.MonkeyPatch, rule: NamingRule) -> None:
    """Jobs are done as soon as they are begun."""
    monkeypatch.setattr("pipeline.orchestrator._deliver", lambda *_: None)


def test_the_team_is_told_at_once_of_the_last_job_and_not_between_two(
    render: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    woken: list[int] = []
    monkeypatch.setattr(jobs, "wake", lambda: woken.append(1))
    for version in (1, 2):
        source = intake.source_for(render(f"UNDLM_00412_anim_v{version:03}.mov", bytes(version)))
        intake.take_in(source, project=None, who="test")
    tasks.work()
    assert (woken, Card.objects.count()) == ([1], 0)
    tasks.work()
    assert UploadJob.objects.filter(state="done").count() == 2
    assert (woken, Card.objects.count()) == ([1], 2)
