"""A file of which Frame.io has every byte, and which it never finishes."""

import pytest
from pytest_django import Settings

from pipeline.models import UploadJob
from tests.review.conftest import Review, history, job_of
from tests.sandbox.studio import sha256

pytestmark = [pytest.mark.processes, pytest.mark.django_db(transaction=True)]

NAME = "DEMO_010_0040_comp_v001.mov"


def test_it_is_sent_again_and_the_history_says_why(review: Review, settings: Settings) -> None:
    settings.FRAMEIO_PATIENCE = 1
    review.sandbox.faults([{"action": {"effect": "stays_created"}, "times": 1}])
    job = job_of(review.send(NAME, b"frames"))
    (there,) = review.sandbox.tree()
    assert (job.state, job.attempts) == (UploadJob.State.DONE, 2)
    assert (there["status"], there["sha256"]) == ("transcoded", sha256(b"frames"))
    assert (
        f"Frame.io has all of {NAME} and does not put it together. It is deleted there and sent"
        " again; if that goes on, show this to Frame.io's support."
    ) in history(job)
