"""Frame.io keeps to what every integration does; a sandbox stands for it."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.core.management import call_command

from pipeline.integrations.frameio import FrameioReview
from pipeline.models import Project
from tests.integrations.contract import Away, Delivered, IntegrationContract, MakePlace, Whose
from tests.sandbox.running import Sandbox

pytestmark = [pytest.mark.processes, pytest.mark.django_db]


class TestFrameio(IntegrationContract):
    @pytest.fixture
    def place(self) -> MakePlace:
        return FrameioReview

    @pytest.fixture
    def project(self, db: None, sandbox: Sandbox) -> Whose:
        call_command("connect", "--sandbox", sandbox.url, verbosity=0)
        project = Project.objects.get()
        return Whose(project.code, project.frameio_account, project.frameio_project_id)

    @pytest.fixture
    def delivered(self, sandbox: Sandbox) -> Delivered:
        return lambda: {
            f"{entry['folder']}/{entry['name']}": str(entry["sha256"]) for entry in sandbox.tree()
        }

    @pytest.fixture
    def away(self, sandbox: Sandbox) -> Away:
        @contextmanager
        def gone() -> Iterator[None]:
            sandbox.faults([{"match": {"path": "/v4"}, "action": {"status": 503}, "times": 99}])
            yield
            sandbox.faults([])

        return gone
