"""A short run with made-up requests; the long one: python -m tests.api.fuzzing."""

from pathlib import Path

import pytest

from tests.api.fuzzing import fuzz, server

pytestmark = pytest.mark.processes


def test_no_request_breaks_it(tmp_path: Path) -> None:
    with server(tmp_path) as (url, token):
        done = fuzz(url, token, ["--max-examples=4", "--seed=1", "--phases=coverage,fuzzing"])
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
