import pytest

from jobs.webhook_addresses import permitted, receiver_of
from schemas.errors import InvalidInput


def _permitted(*addresses: str, allow_private: bool = False) -> list[str]:
    return permitted("name", 80, allow_private=allow_private, lookup=lambda host, port: addresses)


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "64:ff9b::808:808"])
def test_public_addresses_are_sent_to(address: str) -> None:
    assert _permitted(address) == [address]


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "100.64.0.1",
        "198.18.0.1",
        "192.0.2.1",
        "255.255.255.255",
        "::1",
        "fd00::1",
        "fec0::1",
        "2001:db8::1",
        "::ffff:127.0.0.1",
        "::127.0.0.1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
    ],
)
def test_private_ones_only_where_the_settings_allow_it(address: str) -> None:
    with pytest.raises(InvalidInput, match="not a public address"):
        _permitted(address)
    assert _permitted(address, allow_private=True) == [address]


@pytest.mark.parametrize(
    "address",
    [
        "169.254.169.254",
        "::ffff:169.254.169.254",
        "fe80::1%eth0",
        "fd00:ec2::254",
        "100.100.100.200",
        "168.63.129.16",
        "224.0.0.1",
        "0.0.0.0",
        "::",
    ],
)
def test_some_are_never_sent_to(address: str) -> None:
    with pytest.raises(InvalidInput, match=r"nothing is sent|not the address of one machine"):
        _permitted(address, allow_private=True)


def test_a_name_with_one_address_inside_is_refused_whole() -> None:
    with pytest.raises(InvalidInput, match="not a public address"):
        _permitted("8.8.8.8", "10.0.0.1")


@pytest.mark.parametrize("host", ["2130706433", "0x7f.1", "127.1", "localhost"])
def test_other_spellings_of_loopback_are_known(host: str) -> None:
    with pytest.raises(InvalidInput, match="not a public address"):
        permitted(host, 80, allow_private=False)


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("ftp://example.com/", "http://… or https://…"),
        ("file:///etc/passwd", "http://… or https://…"),
        ("/hooks", "http://… or https://…"),
        ("http://user:word@example.com/", "login"),
        ("http://example.com/#here", "#"),
        ("http://example.com:99999/", "port 99999"),
        ("http://exa\nmple.com/", "not a URL"),
    ],
)
def test_what_is_no_receiver_is_refused(url: str, reason: str) -> None:
    with pytest.raises(InvalidInput, match=reason):
        receiver_of(url)


def test_a_url_is_taken_apart() -> None:
    receiver = receiver_of("https://Exämple.com:8443/ä?x=1")
    assert receiver.host == "xn--exmple-cua.com"
    assert (receiver.port, receiver.host_header) == (8443, "xn--exmple-cua.com:8443")
    assert receiver.target == "/%C3%A4?x=1"
