"""Which elements of an HTML page does a browser not show?

Attributes, inline styles and the page's own style sheets are asked; style sheets that stand
elsewhere are not loaded.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

NEVER_TEXT = frozenset(
    (
        *("script", "style", "template", "head", "iframe", "object", "embed", "svg", "canvas"),
        *("video", "audio", "map", "datalist", "rp"),
    )
)
"""Elements whose content is no text of the page, or only stands in for what is not there."""
_MAX_SELECTORS = 200
_MAX_SELECTOR_LENGTH = 200
_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)", re.DOTALL)
_HIDING = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|opacity\s*:\s*0*\.?0+\s*(?:;|!|$)"
    r"|font-size\s*:\s*0(?:\.0+)?(?:px|pt|em|rem|%)?\s*(?:;|!|$)",
    re.IGNORECASE,
)


class HiddenElements:
    def __init__(self, page: LexborHTMLParser) -> None:
        self._by_style = set(_hidden_by_style(page))

    def __contains__(self, node: LexborNode) -> bool:
        attributes = node.attributes
        if node.tag == "noscript" or (node.tag == "dialog" and "open" not in attributes):
            return True
        if "hidden" in attributes or _HIDING.search(attributes.get("style") or ""):
            return True
        return node.mem_id in self._by_style


def _hidden_by_style(page: LexborHTMLParser) -> Iterator[int]:
    style = "\n".join(node.text() for node in page.css("style"))
    for number, selector in enumerate(_hiding_selectors(style)):
        if number == _MAX_SELECTORS:
            return
        try:
            yield from (node.mem_id for node in page.css(selector))
        except SelectolaxError:
            continue  # not a selector that the library knows


def _hiding_selectors(style: str) -> Iterator[str]:
    """Of rules that always hold; those inside of @media and the like may not."""
    style = _COMMENT.sub("", style)
    at = 0
    while (opened := style.find("{", at)) >= 0:
        closed = _end_of_block(style, opened)
        selector, body = style[at:opened].rpartition(";")[2].strip(), style[opened + 1 : closed]
        is_plain = not selector.startswith("@") and len(selector) <= _MAX_SELECTOR_LENGTH
        if selector and is_plain and ":" not in selector and _HIDING.search(body):
            yield selector
        at = closed + 1


def _end_of_block(style: str, opened: int) -> int:
    depth = 0
    for brace in re.compile(r"[{}]").finditer(style, opened):
        depth += 1 if brace[0] == "{" else -1
        if not depth:
            return brace.start()
    return len(style)
