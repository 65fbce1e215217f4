"""How is a file fetched that a message names by a URL?

Only from hosts that a setting names, each looked up and called at the very address that was looked
at, after a redirect anew; no proxy of the environment is asked, and nothing is sent but the URL.
"""

from __future__ import annotations

import time
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urljoin, urlsplit

import httpcore

from jobs.checked_network import CheckedNetwork, tls_context
from jobs.webhook_addresses import Lookup, Receiver, looked_up, permitted, receiver_of
from schemas.errors import InvalidInput, TooLarge
from schemas.fetch_settings import FetchSettings

_SETTING = "NEEDLEPOINT_FETCH__ALLOWED_HOSTS"
_PRIVATE = "NEEDLEPOINT_FETCH__ALLOW_PRIVATE"
_REDIRECTS = (301, 302, 303, 307, 308)
_ANY = "*"


class NotFetched(InvalidInput):
    """What a URL names did not come."""

    code = "file_not_fetched"


def fetch(url: str, target: Path, settings: FetchSettings, *, lookup: Lookup = looked_up) -> str:
    """Writes the file; the name that the URL gives it, or nothing. Raises `InvalidInput` for what
    may not be fetched, `NotFetched`, and `TooLarge`."""
    until = time.monotonic() + settings.timeout_seconds
    for _ in range(settings.max_redirects + 1):
        receiver = _allowed(url, settings)
        addresses = permitted(
            receiver.host,
            receiver.port,
            allow_private=settings.allow_private,
            lookup=lookup,
            setting=_PRIVATE,
        )
        try:
            moved = _written(receiver, CheckedNetwork(addresses, until), target, settings)
        except (httpcore.TimeoutException, TimeoutError) as error:
            late = f"it did not come within {settings.timeout_seconds:g} seconds"
            raise NotFetched(f"{receiver.host}: {late}", param="url") from error
        except (httpcore.NetworkError, httpcore.ProtocolError, OSError) as error:
            raise NotFetched(f"{receiver.host} could not be reached", param="url") from error
        if moved is None:
            return PurePosixPath(unquote(urlsplit(url).path)).name
        url = urljoin(url, moved)
    raise NotFetched(f"more than {settings.max_redirects} redirects", param="url")


def _allowed(url: str, settings: FetchSettings) -> Receiver:
    receiver = receiver_of(url.partition("#")[0])
    if not settings.allowed_hosts:
        raise InvalidInput(
            f"files are not fetched here: upload it to /v1/files, or set {_SETTING}", param="url"
        )
    host = receiver.host.lower()
    for allowed in map(str.lower, settings.allowed_hosts):
        if allowed == _ANY or host == allowed:
            return receiver
        if allowed.startswith(".") and host.endswith(allowed):
            return receiver
    raise InvalidInput(f"files are not fetched from {host}: {_SETTING} names hosts", param="url")


def _written(
    receiver: Receiver, network: CheckedNetwork, target: Path, settings: FetchSettings
) -> str | None:
    """Where else it is, if the host says so."""
    url = httpcore.URL(
        scheme=receiver.scheme.encode(),
        host=receiver.host.encode(),
        port=receiver.port,
        target=receiver.target.encode(),
    )
    headers = {"Host": receiver.host_header, "Connection": "close", "Accept": "*/*"}
    request = httpcore.Request("GET", url, headers=list(headers.items()))
    connection = httpcore.HTTPConnection(
        url.origin,
        ssl_context=tls_context() if receiver.scheme == "https" else None,
        network_backend=network,
    )
    with connection:
        response = connection.handle_request(request)
        try:
            if response.status in _REDIRECTS:
                return _location(response)
            if response.status != 200:
                told = f"{receiver.host} answered {response.status}"
                raise NotFetched(told, param="url")
            _write(response, target, settings.max_bytes)
        finally:
            response.close()
    return None


def _location(response: httpcore.Response) -> str:
    for name, value in response.headers:
        if name.lower() == b"location":
            return value.decode("latin-1")
    raise NotFetched("a redirect to nowhere", param="url")


def _write(response: httpcore.Response, target: Path, most: int) -> None:
    num_bytes = 0
    with target.open("wb") as file:
        for piece in response.iter_stream():
            num_bytes += len(piece)
            if num_bytes > most:
                raise TooLarge(f"the file is past the limit of {most} bytes", param="url")
            file.write(piece)
