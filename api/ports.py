"""Where can a server listen?"""

from __future__ import annotations

import errno
import ipaddress
import random
import socket
from pathlib import Path

from schemas.errors import InvalidInput

_BACKLOG = 2048
_FIRST_PORT = 20_000
_EPHEMERAL = Path("/proc/sys/net/ipv4/ip_local_port_range")


def listening_socket(host: str, port: int) -> socket.socket:
    """Taken before anything is started. Raises `InvalidInput` where another has it."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    taken = socket.socket(family, socket.SOCK_STREAM)
    taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        taken.bind((host, port))
        taken.listen(_BACKLOG)
    except (OSError, OverflowError) as error:
        taken.close()
        raise InvalidInput(_why_not(host, port, error), param="api.port") from error
    return taken


def check_free(host: str, port: int) -> None:
    """Raises `InvalidInput` where another listens."""
    listening_socket(host, port).close()


def free_port() -> int:
    """A port of loopback that nobody holds now, and that no outgoing connection will be given."""
    ports = list(range(_FIRST_PORT, _first_ephemeral()))
    for port in random.SystemRandom().sample(ports, min(100, len(ports))):
        try:
            check_free("127.0.0.1", port)
        except InvalidInput:
            continue
        return port
    raise InvalidInput("there is no free port on loopback")


def is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def url_of(host: str, port: int) -> str:
    """For a client on this machine; a server that listens everywhere is found on loopback."""
    if host in ("0.0.0.0", "::"):
        host = "127.0.0.1" if host == "0.0.0.0" else "::1"
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _first_ephemeral() -> int:
    try:
        first = int(_EPHEMERAL.read_text().split()[0])
    except (OSError, ValueError):
        return 32_768
    return first if first > _FIRST_PORT else 65_536


def _why_not(host: str, port: int, error: Exception) -> str:
    if isinstance(error, OSError) and error.errno == errno.EADDRINUSE:
        return f"port {port} of {host} is in use: end what listens there, or choose another --port"
    if isinstance(error, PermissionError):
        return f"port {port} is not for this user: choose one from 1024"
    return f"{host} port {port} is not an address of this machine"
