"""Which numbers of a text only count its clauses, as "3.5 Leverage" before "3.6 Dividends" does?

Told by a title behind them, at the beginning of a line, and by the one before or after them in the
same document under another title: one decimal number alone may be a value, and so may two of one
thing. Numbers that may be sums of money, with two places, are left alone.
"""

from __future__ import annotations

import re
from collections import defaultdict

from engine.prompt import PrefixText

_NUMBERED = re.compile(
    r"^[ \t]*(\d{1,2}\.\d|\d{1,2}(?:\.\d{1,2}){2,})(?!\d)\.?[ \t]+(?=[^\W\d_]{3})([^\W\d_]+)",
    re.MULTILINE,
)


def outline_numbers(text: PrefixText) -> frozenset[int]:
    """Where they begin in the prompt."""
    found: dict[tuple[int, ...], list[tuple[int, str]]] = defaultdict(list)
    for piece in text.pieces:
        for match in _NUMBERED.finditer(piece.text):
            title = match[2]
            if title[0].isupper() and title[1].islower():
                parts = tuple(map(int, match[1].split(".")))
                start = piece.prompt_start + match.start(1)
                found[(piece.document, *parts)].append((start, title))
    return frozenset(
        start
        for (*above, last), clauses in found.items()
        for start, title in clauses
        if any(
            other != title
            for beside in (last - 1, last + 1)
            for _, other in found.get((*above, beside), ())
        )
    )
