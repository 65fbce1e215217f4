"""Where does a text hold a time of day?"""

from __future__ import annotations

import re
from collections.abc import Iterator

_HALF = r"[\s\u00a0]?[ap]\.?m\b\.?"
_UNIT = r"[\s\u00a0]?(?:hrs?\b\.?|hours\b|uhr\b|h\b|o['\u2019]clock\b)"
_HOUR, _MINUTE = r"(?:[01]?\d|2[0-4])", r"[0-5]\d"
_TIME = re.compile(
    rf"(?<![\d:.,/+])(?P<bare>{_HOUR}:{_MINUTE}(?::{_MINUTE})?)(?![\d:]|[.,]\d)(?:{_HALF}|{_UNIT})?"
    rf"|(?<![\d:.,/-]){_HOUR}(?:[.h]{_MINUTE})?{_HALF}"
    rf"|(?<![\d:.,/-]){_HOUR}(?:[.]{_MINUTE})?[\s\u00a0]?(?:uhr\b|o['\u2019]clock\b)"
    rf"|(?<![\d:.,/-])(?:{_HOUR}h{_MINUTE}|[0-2]\d{_MINUTE}[\s\u00a0]?(?:hrs\b|hours\b))"
    r"|\b(?:noon|midnight)\b",
    re.I,
)


def clock_times_in(text: str) -> Iterator[tuple[int, int]]:
    """With what is said behind them ("a.m.", "Uhr"), and without it where they are known for a time
    without it, too."""
    for match in _TIME.finditer(text):
        yield match.span()
        if match["bare"] and match["bare"] != match.group():
            yield match.span("bare")
