"""Is a page nested so deeply that its tree would take too long to build?

Told from the tags alone, before any tree is built.
"""

from __future__ import annotations

import re

MAX_DEPTH = 3_000
_TAG = re.compile(r"<(!--|/?[a-z][^\s/>]*)", re.IGNORECASE)
_RAW = frozenset(("script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes"))
_NEVER_OPEN = frozenset(
    (
        *("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param"),
        *("source", "track", "wbr", "!doctype", "p", "li", "dt", "dd", "tr", "td", "th", "thead"),
        *("tbody", "tfoot", "option", "optgroup", "colgroup", "rt", "rp"),
    )
)
"""Elements that hold nothing, and those whose end may be left out: the next of the kind ends it."""


def is_too_deep(text: str) -> bool:
    lower = text.lower()
    depth = skipped = 0
    for tag in _TAG.finditer(lower):
        if tag.start() < skipped:
            continue
        name = tag[1]
        if name == "!--" or name in _RAW:
            skipped = lower.find("-->" if name == "!--" else f"</{name}", tag.end())
            if skipped < 0:
                return False
        elif name.startswith("/"):
            depth -= name[1:] not in _NEVER_OPEN and name[1:] not in _RAW and depth > 0
        elif name not in _NEVER_OPEN:
            depth += 1
            if depth > MAX_DEPTH:
                return True
    return False
