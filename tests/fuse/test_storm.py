"""The fault suite: remounts, a program that dies, read errors, a hung mount, other inode numbers,
two watchers that are killed, end and sleep, while people render, rename and delete.

One seed and half as long; three of them with POSTFLOW_LONG=1 in the environment."""

from collections.abc import Iterator

import pytest

from pipeline.models import Project
from tests.fuse.conftest import watched
from tests.fuse.mounts import FaultyMount
from tests.fuse.storm import Storm
from tests.long_form import LONG, of_which

pytestmark = [pytest.mark.processes, pytest.mark.slow]

STEPS = 40 if LONG else 20


@pytest.fixture(params=of_which([1], [2, 3]))
def storm(request: pytest.FixtureRequest, faulty: FaultyMount, site: Project) -> Iterator[Storm]:
    watched(faulty.near, site)
    storm = Storm(faulty, request.param)
    yield storm
    storm.close()


def test_nothing_is_lost_doubled_or_falsely_deleted(storm: Storm) -> None:
    storm.rage(STEPS)
    storm.calm_down()
    assert storm.lost() == set(), storm.said
    assert storm.doubled() == [], storm.said
    assert storm.falsely_deleted() == set(), storm.said
    assert len(storm.there) > STEPS / 2
