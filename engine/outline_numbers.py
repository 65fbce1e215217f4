"""Which numbers of a text only count its clauses, as "3.5 Leverage" before "3.6 Dividends" does?

Told by a title behind them, at the beginning of a line, and by the one before or after them in the
same text: one decimal number alone may be a value.
"""

from __future__ import annotations

import re
from functools import lru_cache

_NUMBERED = re.compile(r"^[ \t]*(\d{1,3}(?:\.\d{1,3})+)(?=\.?[ \t]+[^\W\d_]{3})", re.MULTILINE)
_CAPITAL = re.compile(r"\.?[ \t]+([^\W\d_])([^\W\d_])")


@lru_cache(maxsize=256)
def outline_numbers(text: str) -> frozenset[int]:
    """Where they begin."""
    found: dict[tuple[int, ...], list[int]] = {}
    for match in _NUMBERED.finditer(text):
        title = _CAPITAL.match(text, match.end())
        if title is not None and title[1].isupper() and title[2].islower():
            parts = tuple(map(int, match[1].split(".")))
            found.setdefault(parts, []).append(match.start(1))
    return frozenset(
        start
        for (*above, last), starts in found.items()
        if (*above, last - 1) in found or (*above, last + 1) in found
        for start in starts
    )
