"""Is a page nested so deeply that its tree would take too long to build?

Told from the tags alone, before any tree is built.
"""

from __future__ import annotations

import re
from collections import Counter

MAX_DEPTH = 5_000
_TAG = re.compile(r"<(!--|/?[a-z][^\s/>]*)", re.IGNORECASE)
_RAW = frozenset(("script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes"))
_NEVER_OPEN = frozenset(
    (
        *("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param"),
        *("source", "track", "wbr", "!doctype", "p", "li", "dt", "dd", "tr", "td", "th", "thead"),
        *("tbody", "tfoot", "option", "colgroup"),
    )
)
"""Elements that hold nothing, and those whose end may be left out: the next of the kind ends it."""
_FOREIGN = ("svg", "math")  # in them any element may hold others


def is_too_deep(text: str) -> bool:
    """An estimate: ends that are left out make it too high. What gets past it is still bounded by
    the time that a document may take."""
    lower = text.lower()
    depth = skipped = 0
    num_open: Counter[str] = Counter()
    for tag in _TAG.finditer(lower):
        if tag.start() < skipped:
            continue
        name = tag[1]
        if name == "!--" or name in _RAW:
            skipped = lower.find("-->" if name == "!--" else f"</{name}", tag.end())
            if skipped < 0:
                return False
        elif name.startswith("/"):
            is_open = num_open[name[1:]] > 0
            num_open[name[1:]] -= is_open
            depth -= is_open
        elif _holds_others(lower, tag, num_open):
            num_open[name] += 1
            depth += 1
            if depth > MAX_DEPTH:
                return True
    return False


def _holds_others(lower: str, tag: re.Match[str], num_open: Counter[str]) -> bool:
    if not any(num_open[name] for name in _FOREIGN):
        return tag[1] not in _NEVER_OPEN
    return lower[lower.find(">", tag.end()) - 1] != "/"
