"""What several suites share: a sandbox in a process of its own, and a Discord."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils import translation
from django.utils.translation import trans_real

from pipeline.studio import MOUNT_PATHS
from tests.long_form import LONG
from tests.notifications.discord_server import DiscordServer, serving
from tests.sandbox.running import Sandbox, StartSandbox


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    long = [] if LONG else [item for item in items if item.get_closest_marker("long")]
    if long:
        config.hook.pytest_deselected(items=long)
        items[:] = [item for item in items if item not in long]


@pytest.fixture(autouse=True)
def _no_mount_paths_of_another_test() -> None:
    MOUNT_PATHS.forget()


@pytest.fixture(autouse=True)
def _no_language_of_another_test() -> Iterator[None]:
    """A page that was asked for in French leaves it on in this thread."""
    yield
    translation.deactivate()


@pytest.fixture
def marked_french(monkeypatch: pytest.MonkeyPatch) -> None:
    """In French each text stands in guillemets, whatever the catalogue has."""
    french = trans_real.translation("fr")
    monkeypatch.setattr(french, "gettext", lambda text: f"«{text}»")
    monkeypatch.setattr(french, "ngettext", lambda one, many, n: f"«{one if n == 1 else many}»")


@pytest.fixture(scope="session")
def _sandbox_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    start = StartSandbox(tmp_path_factory.mktemp("sandbox"))
    yield start(uploaded_after=0, transcoded_after=0)
    start.stop_all()


@pytest.fixture
def sandbox(_sandbox_process: Sandbox) -> Sandbox:
    """A local Frame.io as on its first day; files are ready as soon as they have arrived."""
    _sandbox_process.reset()
    return _sandbox_process


@pytest.fixture
def start_sandbox(tmp_path: Path) -> Iterator[StartSandbox]:
    """Starts sandboxes with other clocks or part sizes: `start_sandbox(url_life=1)`."""
    start = StartSandbox(tmp_path / "sandboxes")
    yield start
    start.stop_all()


@pytest.fixture
def discord() -> Iterator[DiscordServer]:
    with serving() as server:
        yield server
