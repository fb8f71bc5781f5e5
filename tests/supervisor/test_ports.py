import socket
from collections.abc import Iterator

import pytest

from pipeline.supervisor import ports

HOST = "127.0.0.1"


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.create_server((HOST, 0)) as listener:
        yield listener.getsockname()[1]


def test_a_port_that_is_taken_is_a_sentence(taken: int) -> None:
    with pytest.raises(ports.PortTaken, match=rf"Port {taken} on 127.0.0.1 cannot be used \(Addr"):
        ports.check(HOST, taken)


def test_an_address_that_is_not_ours_is_a_sentence() -> None:
    with pytest.raises(ports.PortTaken, match="cannot be used"):
        ports.check("192.0.2.1", 8000)


def test_the_next_free_port_is_found(taken: int) -> None:
    assert ports.next_free(HOST, taken) > taken


def test_a_free_port_can_be_listened_on() -> None:
    ports.check(HOST, ports.free_port(HOST))
