"""How is one event sent, and what came of it?

A connection of its own, to an address that was checked; no redirect is followed, no proxy of the
environment asked, and the whole of it, answer and all, is over by the time-out.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpcore

from jobs.checked_network import CheckedNetwork, tls_context
from jobs.webhook_addresses import Lookup, Receiver, looked_up, permitted, receiver_of
from schemas.errors import InvalidInput

_MOST_BYTES = 8 << 10  # of an answer that are read; only its status counts
_MOST_EXCERPT = 500
_REDIRECTS = range(300, 400)
_SUCCESSES = range(200, 300)


@dataclass(frozen=True, slots=True)
class Answer:
    """`status_code` is None where none came, and `error` says why a try was no success."""

    status_code: int | None
    seconds: float
    error: str | None
    excerpt: str | None = None
    retry_after_seconds: float | None = None


def post(
    url: str,
    body: bytes,
    headers: Mapping[str, str],
    *,
    allow_private: bool,
    timeout_seconds: float,
    lookup: Lookup = looked_up,
) -> Answer:
    """Raises nothing that the receiver can cause."""
    began = time.monotonic()
    try:
        receiver = receiver_of(url)
        addresses = permitted(
            receiver.host, receiver.port, allow_private=allow_private, lookup=lookup
        )
        network = CheckedNetwork(addresses, began + timeout_seconds)
        status_code, answered, content = _exchanged(receiver, body, headers, network)
    except InvalidInput as error:
        return Answer(None, time.monotonic() - began, error.message)
    except (httpcore.TimeoutException, TimeoutError):
        return Answer(None, time.monotonic() - began, f"no answer within {timeout_seconds:g} s")
    except (httpcore.NetworkError, httpcore.ProtocolError, OSError) as error:
        return Answer(None, time.monotonic() - began, _reason_of(error))
    return Answer(
        status_code,
        time.monotonic() - began,
        _error_of(status_code),
        _excerpt_of(content),
        _retry_after(answered.get("retry-after")),
    )


def _exchanged(
    receiver: Receiver, body: bytes, headers: Mapping[str, str], network: CheckedNetwork
) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and the beginning of the body."""
    url = httpcore.URL(
        scheme=receiver.scheme.encode(),
        host=receiver.host.encode(),
        port=receiver.port,
        target=receiver.target.encode(),
    )
    sent = {
        "Host": receiver.host_header,
        "Content-Type": "application/json",
        "Content-Length": str(len(body)),
        "Connection": "close",
        **headers,
    }
    request = httpcore.Request("POST", url, headers=list(sent.items()), content=body)
    connection = httpcore.HTTPConnection(
        url.origin,
        ssl_context=tls_context() if receiver.scheme == "https" else None,
        network_backend=network,
    )
    with connection:
        response = connection.handle_request(request)
        try:
            answered = {
                name.decode("latin-1").lower(): value.decode("latin-1")
                for name, value in response.headers
            }
            return response.status, answered, _beginning(response)
        finally:
            response.close()


def _beginning(response: httpcore.Response) -> bytes:
    """What of a body comes in time: the status has come, so what is wrong with it is no failure."""
    content = b""
    try:
        for piece in response.iter_stream():
            content += piece
            if len(content) >= _MOST_BYTES:
                break
    except (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError, TimeoutError):
        pass
    return content[:_MOST_BYTES]


def _error_of(status_code: int) -> str | None:
    if status_code in _SUCCESSES:
        return None
    if status_code in _REDIRECTS:
        return f"it answered {status_code}: redirects are not followed, set the URL itself"
    return f"it answered {status_code}"


def _excerpt_of(content: bytes) -> str | None:
    """Its beginning, without what a database or a terminal could take amiss."""
    text = content.decode("utf-8", errors="replace")
    shown = "".join(letter if letter.isprintable() else " " for letter in text)
    return shown[:_MOST_EXCERPT].strip() or None


def _retry_after(value: str | None) -> float | None:
    """Seconds, or a date; None for what is neither."""
    if value is None:
        return None
    if value.strip().isascii() and value.strip().isdigit():
        return float(value.strip()[:9])
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, IndexError, OverflowError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())


def _reason_of(error: Exception) -> str:
    words = str(error) or type(error).__name__
    return "".join(letter for letter in words if letter.isprintable())[:300]
