"""One studio and one browser for the whole room, in which each road has files of its own."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.admin.browsing import chromium
from tests.desk.studio import Studio
from tests.desk.visiting import Visits


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="package")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    """Set up, and at work."""
    with Studio(tmp_path_factory.mktemp("studio")) as studio:
        studio.furnish("studio")
        yield studio


@pytest.fixture(scope="package")
def visits(browser: Browser, studio: Studio) -> Visits:
    return Visits(browser, studio)


@pytest.fixture(scope="module")
def empty_studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    """As right after the installation: nothing in it but the one who installed it."""
    with Studio(tmp_path_factory.mktemp("empty-studio")) as studio:
        studio.furnish("admin")
        yield studio
