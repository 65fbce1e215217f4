"""Where does a text hold an e-mail address, a URI, a UUID or an address of a machine?"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator

_FORMS = {
    "email": r"[\w.+'-]*\w@\w[\w-]*(?:\.\w[\w-]*)+",
    "uri": r"[a-z][a-z0-9+.-]*://[^\s<>|\"]+|mailto:[^\s<>|\"]+",
    "uuid": r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
    "ipv4": r"\d{1,3}(?:\.\d{1,3}){3}",
    "ipv6": r"[0-9a-f:]*:[0-9a-f:]+(?:\.\d{1,3}){0,3}",
}
_BEFORE = r"(?<![\w-])"
_BEFORE_ADDRESS = {"ipv4": r"(?<![\w.-])", "ipv6": r"(?<![\w.:-])"}
_AFTER = r"(?![\w-])"
_PATTERNS = {
    name: re.compile(f"{_BEFORE_ADDRESS.get(name, _BEFORE)}(?:{form}){_AFTER}", re.IGNORECASE)
    for name, form in _FORMS.items()
}
_ENDS = ".,;:!?'"
_PAIRS = {")": "(", "]": "[", "}": "{"}


def places_of(name: str, text: str) -> Iterator[tuple[int, int]]:
    """Where strings of one of `schemas.response_schema.FORMATS` stand."""
    for match in _PATTERNS[name].finditer(text):
        start, stop = match.span()
        if name == "uri":
            stop = start + len(_without_end(match.group()))
        if name not in ("ipv4", "ipv6") or _is_address(match.group(), name):
            yield start, stop


def _without_end(uri: str) -> str:
    """Marks of the sentence around it, and brackets that it does not open, are not its own."""
    while uri and (
        uri[-1] in _ENDS or (uri[-1] in _PAIRS and uri.count(_PAIRS[uri[-1]]) < uri.count(uri[-1]))
    ):
        uri = uri[:-1]
    return uri


def _is_address(text: str, name: str) -> bool:
    try:
        return ipaddress.ip_address(text).version == int(name[-1])
    except ValueError:
        return False
