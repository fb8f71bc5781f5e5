"""The short forms; `python -m tests.chaos --help` runs the long ones."""

import pytest

from tests.chaos import resume, two_hosts
from tests.chaos.run import Plan, run
from tests.chaos.services import why_not
from tests.long_form import of_which

pytestmark = [pytest.mark.processes, pytest.mark.slow]


@pytest.mark.parametrize("combination", of_which(["postgresql+redis"], ["sqlite+orm"]))
def test_whatever_dies_all_arrive_once_and_nothing_is_stuck(combination: str) -> None:
    if reason := why_not(combination):
        pytest.skip(reason)
    outcome = run(Plan(combination, files=24, seed=5, strikes=8, pause=1.5, limit=300))
    assert outcome.faults == [], str(outcome)


def test_kills_cost_hardly_more_bytes() -> None:
    cost = resume.run(kills=6, files=8)
    assert cost.faults == [], str(cost)
    assert cost.kills == 6
    assert cost.sent <= cost.allowed, str(cost)


def test_a_host_that_is_cut_off_loses_its_jobs_to_the_other_and_none_is_doubled() -> None:
    if reason := why_not(two_hosts.COMBINATION) or two_hosts.why_not():
        pytest.skip(reason)
    outcome = two_hosts.run(files=60)
    assert outcome.faults == [], str(outcome)
    assert min(cut.hit for cut in outcome.cuts) >= 1
