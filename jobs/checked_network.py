"""How is an address called that was looked at before, and given up when the time is over?"""

from __future__ import annotations

import ssl
import time
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

import certifi
import httpcore


class CheckedNetwork(httpcore.NetworkBackend):
    """Connects to addresses that were looked at, whatever the name stands for by now. `until` is
    of the monotonic clock."""

    def __init__(self, addresses: Sequence[str], until: float) -> None:
        self._addresses, self._until = addresses, until
        self._plain = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """To the first that takes it; each gets its part of the time that is left."""
        failed: httpcore.ConnectError | httpcore.ConnectTimeout | None = None
        for number, address in enumerate(self._addresses):
            share = _left(self._until) / (len(self._addresses) - number)
            try:
                stream = self._plain.connect_tcp(address, port, timeout=share)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failed = error
            else:
                return _Stream(stream, self._until)
        assert failed is not None, "a receiver without an address"
        raise failed


class _Stream(httpcore.NetworkStream):
    """No read and no write goes past the end: an answer that drips in is cut off."""

    def __init__(self, stream: httpcore.NetworkStream, until: float) -> None:
        self._stream, self._until = stream, until

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, _left(self._until))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, _left(self._until))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        """The name is the receiver's, not the address, for SNI and the certificate."""
        stream = self._stream.start_tls(ssl_context, server_hostname, _left(self._until))
        return _Stream(stream, self._until)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


@cache
def tls_context() -> ssl.SSLContext:
    """SSL_CERT_FILE, as elsewhere, names authorities of one's own."""
    context = ssl.create_default_context(cafile=certifi.where())
    context.load_default_certs()
    context.set_alpn_protocols(["http/1.1"])
    return context


def _left(until: float) -> float:
    left = until - time.monotonic()
    if left <= 0:
        raise httpcore.ReadTimeout("the time is over")
    return left
