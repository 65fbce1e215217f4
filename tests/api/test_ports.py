from __future__ import annotations

import pytest

from api.ports import check_free, free_port, is_loopback, listening_socket, url_of
from schemas.errors import InvalidInput


def test_a_port_in_use_is_named_before_anything_is_started() -> None:
    with listening_socket("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(InvalidInput, match=f"port {port} of .* is in use"):
            listening_socket("127.0.0.1", port)


def test_a_port_that_is_given_back_can_be_taken() -> None:
    with listening_socket("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
    check_free("127.0.0.1", port)


def test_an_address_of_another_machine_is_refused() -> None:
    with pytest.raises(InvalidInput, match=r"192\.0\.2\.1 port 8321 is not an address"):
        listening_socket("192.0.2.1", 8321)


def test_a_free_port_is_none_that_an_outgoing_connection_gets() -> None:
    assert 20_000 <= free_port() < 65_536


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        *[("127.0.0.1", True), ("::1", True), ("localhost", True), ("127.8.0.1", True)],
        *[("0.0.0.0", False), ("::", False), ("192.0.2.1", False), ("example.com", False)],
    ],
)
def test_loopback_is_this_machine_alone(host: str, expected: bool) -> None:
    assert is_loopback(host) is expected


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("127.0.0.1", "http://127.0.0.1:80"),
        ("0.0.0.0", "http://127.0.0.1:80"),
        ("::", "http://[::1]:80"),
    ],
)
def test_a_server_is_found_on_this_machine(host: str, url: str) -> None:
    assert url_of(host, 80) == url
