"""Where do the words of a fact stand in a text?"""

from __future__ import annotations

import functools
import re

_GLUE = r"[\s|]+"


def find(text: str, quote: str, after: str = "") -> tuple[int, int] | None:
    """The first whole-word occurrence of `quote` after the first one of `after`, whatever white
    space (and, in `after`, whatever edges of cells) stands between words."""
    begin = 0
    if after:
        context = _pattern(after, _GLUE).search(text)
        if context is None:
            return None
        begin = context.end()
    match = _pattern(quote, r"\s+").search(text, begin)
    return match.span() if match else None


@functools.lru_cache(4096)
def _pattern(words: str, glue: str) -> re.Pattern[str]:
    parts = [re.escape(part) for part in words.split() if part != "|"]
    whole = r"(?<!\w)(?<!\d[.,'])" if words.strip()[:1].isalnum() else ""
    end = r"(?!\w)(?![.,']\d)" if words.strip()[-1:].isalnum() else ""
    return re.compile(whole + glue.join(parts) + end)
