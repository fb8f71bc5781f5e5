from collections.abc import Iterator

import pytest

from tests.sandbox.running import Sandbox
from tests.sandbox.studio import Studio


@pytest.fixture
def studio(sandbox: Sandbox) -> Iterator[Studio]:
    with Studio(sandbox) as studio:
        yield studio
