import threading
from collections.abc import Iterator

import pytest

from tests.notifications.discord_server import DiscordServer


@pytest.fixture
def discord() -> Iterator[DiscordServer]:
    with DiscordServer() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()
