"""How is text written in a document's one text, whatever its source wrote?

Ligatures and presentation forms are taken apart, full-width forms made plain, quotes and
dashes made straight; soft hyphens, blanks of no width and marks of direction are left out, and
white space of any kind is a blank. What carries meaning stays: superscripts, fractions, CJK,
joiners and combining marks (composed where Unicode has the composed letter).
"""

from __future__ import annotations

import re
import unicodedata

_COMPATIBLE = re.compile("[ﬀ-ﬗﭐ-﷼ﹰ-ﻼ！-～｡-ﾟ￠-￦]+")
_QUOTES = {"‘": "'", "’": "'", "‚": "'", "‛": "'", "“": '"', "”": '"', "„": '"', "‟": '"'}
_DASHES = dict.fromkeys("‐‑‒–—―−﹘﹣", "-")
_INVISIBLE = dict.fromkeys(
    "\u00ad\u200b\u2060\ufeff\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069", ""
)
_CHARACTERS = str.maketrans(_QUOTES | _DASHES | _INVISIBLE)
_CONTROL = re.compile("[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ud800-\udfff]+")
_SPACE = re.compile(r"\s+")
_CJK = re.compile("[⺀-〿぀-ヿ㐀-䶿一-鿿豈-﫿]")


def normalise(text: str) -> str:
    """`text` as it stands in `Document.text`; white space is single blanks, none at the ends."""
    if text.isascii() and text.isprintable() and "  " not in text:
        return text.strip()
    text = _CONTROL.sub("", text)
    if not text.isascii():
        text = _COMPATIBLE.sub(_compatible, text).translate(_CHARACTERS)
        text = unicodedata.normalize("NFC", text)
    return _SPACE.sub(" ", text).strip()


def is_joined_without_blank(before: str, after: str) -> bool:
    """Whether a line that ends with `before` runs on in `after` with no blank, as in Chinese."""
    return bool(_CJK.match(before[-1:]) and _CJK.match(after[:1]))


def _compatible(run: re.Match[str]) -> str:
    return unicodedata.normalize("NFKC", run[0])
