"""Which addresses may an event be sent to, or a file be fetched from?

A receiver's name is looked up when it is set and again for each try, and the connection goes to
the very address that was looked at: a name that points elsewhere by then helps nobody.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import httpx

from schemas.errors import InvalidInput

Address: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address
Lookup: TypeAlias = Callable[[str, int], Sequence[str]]

_PORTS = {"http": 80, "https": 443}
_LAST_PORT = 65_535
_SETTING = "NEEDLEPOINT_WEBHOOKS__ALLOW_PRIVATE"
_METADATA = frozenset(
    map(ipaddress.ip_address, ("168.63.129.16", "100.100.100.200", "fd00:ec2::254"))
)
"""Of clouds, outside the link-local ranges."""


class Refused(InvalidInput):
    """An address that events are not sent to."""

    code = "address_refused"


@dataclass(frozen=True, slots=True)
class Receiver:
    """A URL taken apart, its host in ASCII and without the brackets of IPv6."""

    scheme: str
    host: str
    port: int
    host_header: str
    target: str  # path and query


def receiver_of(url: str) -> Receiver:
    """Raises `InvalidInput` for what is no URL of HTTP, and for one with a login."""
    try:
        parsed = httpx.URL(url)
    except (httpx.InvalidURL, UnicodeError, ValueError) as error:
        raise InvalidInput(f"it is not a URL: {error}", param="url") from error
    if parsed.scheme not in _PORTS or not parsed.host:
        raise InvalidInput("a receiver is http://… or https://…", param="url")
    if parsed.userinfo:
        raise InvalidInput("a URL with a login in it would be seen in lists", param="url")
    if parsed.fragment:
        raise InvalidInput("what follows the # of a URL is never sent", param="url")
    port = parsed.port or _PORTS[parsed.scheme]
    if port > _LAST_PORT:
        raise InvalidInput(f"there is no port {port}", param="url")
    return Receiver(
        scheme=parsed.scheme,
        host=parsed.raw_host.decode("ascii"),
        port=port,
        host_header=parsed.netloc.decode("ascii"),
        target=parsed.raw_path.decode("ascii"),
    )


def looked_up(host: str, port: int) -> Sequence[str]:
    """All addresses of a name, or of what the system takes for an address (0x7f.1, too)."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise InvalidInput(f"the name {host} is not known", param="url") from error
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def permitted(
    host: str,
    port: int,
    *,
    allow_private: bool,
    lookup: Lookup = looked_up,
    setting: str = _SETTING,
) -> list[str]:
    """The addresses of the host. Raises `Refused` where any of them is none to send to: a name
    that stands for one inside is not made better by another outside."""
    addresses = lookup(host, port)
    for text in addresses:
        why_not = refusal_of(_address_of(text), allow_private=allow_private, setting=setting)
        if why_not is not None:
            raise Refused(f"{host} is {why_not}", param="url")
    if not addresses:
        raise InvalidInput(f"the name {host} has no address", param="url")
    return list(addresses)


def refusal_of(address: Address, *, allow_private: bool, setting: str = _SETTING) -> str | None:
    """What is wrong with it; None for one that may be called. `setting` allows private ones."""
    address = _meant(address)
    if address.is_link_local or address in _METADATA:
        return "a link-local or metadata address, to which nothing is sent"
    if address.is_multicast or address.is_unspecified:
        return "not the address of one machine"
    if _is_public(address) or allow_private:
        return None
    return f"not a public address: {setting}=true allows it"


def _address_of(text: str) -> Address:
    """Without the interface that a link-local one may name."""
    return ipaddress.ip_address(text.partition("%")[0])


def _is_public(address: Address) -> bool:
    if isinstance(address, ipaddress.IPv6Address) and address.is_site_local:
        return False
    return address.is_global and not address.is_reserved


def _meant(address: Address) -> Address:
    """The address of IPv4 that one of IPv6 leads to: mapped, by 6to4, or by NAT64."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address in _NAT64 or (address in _COMPATIBLE and int(address) > 1):
        return ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)
    return address.ipv4_mapped or address.sixtofour or address


_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_COMPATIBLE = ipaddress.IPv6Network("::/96")
