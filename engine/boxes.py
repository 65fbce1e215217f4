"""Which box is ticked, or which yes or no stands, beside some words?"""

from __future__ import annotations

import re
from dataclasses import dataclass

_BOX = r"(?:[☒☑✓✔✅⊠🗹]|\[[xX✓✔]\]|[☐□◻❏⬜▢]|\[\s?\])"
_TICKED = re.compile(r"[☒☑✓✔✅⊠🗹xX]")
_BOXES = re.compile(_BOX)
_GAP = r"[\s|:,/]*"
_PAIR = re.compile(
    rf"\byes{_GAP}(?P<yes>{_BOX}){_GAP}no{_GAP}(?P<no>{_BOX})"
    rf"|(?P<yes2>{_BOX}){_GAP}yes\b{_GAP}(?P<no2>{_BOX}){_GAP}no\b",
    re.IGNORECASE,
)
_SAID = re.compile(r"\s*[:|]\s*(yes|no|true|false)\b(?![\s|:]*" + _BOX + ")", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Box:
    """`start`..`stop` are the box, with its yes and no where it has them, or a bare yes or no."""

    is_ticked: bool
    start: int
    stop: int


def box_beside(text: str, start: int, stop: int) -> Box | None:
    """The answer that belongs to the words `start`..`stop` of one line, row or paragraph: a yes
    or no right after them, a pair of boxes after them, else the box next to them. None where it
    is not told which."""
    said = _SAID.match(text, stop)
    if said is not None:
        return Box(said[1].lower() in ("yes", "true"), *said.span(1))
    pair = next((pair for pair in _PAIR.finditer(text) if pair.end() > start), None)
    if pair is not None:
        yes, no = (pair["yes"], pair["no"]) if pair["yes"] else (pair["yes2"], pair["no2"])
        is_yes, is_no = (_TICKED.search(box) is not None for box in (yes, no))
        return Box(is_yes, *pair.span()) if is_yes != is_no else None
    boxes = list(_BOXES.finditer(text))
    if not boxes:
        return None
    within = [box for box in boxes if start <= box.start() < stop]
    before = [box for box in boxes if box.end() <= start]
    after = [box for box in boxes if box.start() >= stop]
    stand_first = not text[: boxes[0].start()].strip(" |\t")
    side = before[-1:] if stand_first else after[:1]
    chosen = (within if len(within) == 1 else None) or side
    if not chosen or (len(within) > 1):
        return None
    return Box(_TICKED.search(chosen[0][0]) is not None, *chosen[0].span())
