"""Which fragments of a row are values, and which of them make one cell?

Filings set "$", "%" and ")" in cells of their own; here "$ | 93" becomes "$ 93" again.
"""

from __future__ import annotations

import re
from itertools import pairwise

from ingest.pdf_lines import Row
from ingest.pdf_words import Fragment, Word

_CURRENCY = r"(?:US|C|A|HK|NZ)?[$€£¥₹]|USD|EUR|GBP|CHF|Rs\.?"
_GROUPED = r"\d{1,3}(?:\s\d{3})+(?:[.,]\d+)?"  # "1 234 567,89"
_NUMBER = rf"[-+−–—~<>≈]?\s*[(\[]?\s*[-−–]?(?:{_GROUPED}|\d[\d,.'’]*(?:[/:\-–]\d[\d.]*)*)\s*[)\]]?"
_UNIT = r"(?:%|x|X|bps|pts?|pp|K|M|B|€|£|\$|kr|USD|EUR|million|billion)?"
_NOTE = r"(?:\s*\([a-z0-9]{1,2}\)|\s*\*+|\s*[†‡§])*"
_EMPTY = r"[-–—−]+|N/?A|n/?a|N/?M|n\.?m\.?|\*+|nil|None|none"
_VALUE = re.compile(
    rf"^(?:[(\[]?\s*(?:{_CURRENCY})?\s*(?:{_NUMBER}|{_EMPTY})\s*[)\]]?\s*{_UNIT}\s*[)\]]?{_NOTE})$"
)
_DATE = re.compile(
    r"^(?:\(?unaudited\)?|(?:FY|Q[1-4]|[1-4]Q|H[12])?\s*(?:19|20)\d\d[AEF]?"
    r"|(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.? \d{1,2},?(?: \d{4})?)"
    rf"{_NOTE}$",
    re.IGNORECASE,
)
_STATEMENT = re.compile(r":\s+\S|\d[.,]\d\d\b|\d[.,](?!(?:19|20)\d\d\b)\d{4,6}\b|\d{6}")
_OPENERS = re.compile(rf"^(?:[(\[]?(?:{_CURRENCY})[(\[]?|[(\[])$")
_CLOSERS = re.compile(r"^(?:[)\]]|%|\)%|%\)|[)\]]?x|pts?|bps)$")
_NUMBER_WORD = re.compile(rf"^(?:{_CURRENCY})?(?:{_NUMBER}|{_EMPTY}){_UNIT}[)\]]?$")
_GLUE_EM = 9.0  # "$" stands at most so far before its number
_WORD_GAP_EM = 0.8  # between a number and a word
_NUMBER_GAP_EM = 0.6  # between two numbers: a wider gap parts two cells


def is_value(text: str) -> bool:
    """Whether it is a figure, a date of figures, or what stands for none: a dash, "N/A"."""
    return bool(_VALUE.match(text))


def is_period(text: str) -> bool:
    """Whether it heads a column of figures though it is one: "2022", "Dec 31, 2021"."""
    return bool(_DATE.match(text))


def is_statement(text: str) -> bool:
    """Whether it says what no head says: a label with its value, an amount ("0.7497 / kWh"), a
    long number. The month of a year (12.2020) may be a head."""
    return bool(_STATEMENT.search(text))


def glued(row: Row) -> Row:
    """The row with one fragment a cell."""
    parts = [part for fragment in row for part in _parted(fragment)]
    cells: Row = []
    for part in parts:
        if cells and _belong_together(cells[-1], part):
            cells[-1] = Fragment(cells[-1].words + part.words)
        else:
            cells.append(part)
    return cells


def _belong_together(before: Fragment, after: Fragment) -> bool:
    gap = after.x0 - before.x1
    if _OPENERS.match(before.text):
        return gap < _GLUE_EM * after.size and bool(re.match(r"[-–—(\d.]", after.text))
    last = before.words[-1].text
    if _CLOSERS.match(after.text):
        return gap < 3 * after.size and bool(re.search(r"[\d)—–-]$", last))
    return False


def _parted(fragment: Fragment) -> list[Fragment]:
    """The fragment cut where a new cell begins though the gap is narrow."""
    words = fragment.words
    if len(words) == 1:
        return [fragment]
    parts: list[list[Word]] = [[words[0]]]
    for before, word in pairwise(words):
        if _begins_cell(before, word):
            parts.append([word])
        else:
            parts[-1].append(word)
    return [fragment] if len(parts) == 1 else [Fragment(part) for part in parts]


def _begins_cell(before: Word, word: Word) -> bool:
    gap = word.x0 - before.x1
    if gap < 0.4 * word.size:
        return False
    if not _NUMBER_WORD.match(before.text) and before.text not in (")", "%", ")%"):
        return False
    if _OPENERS.match(word.text) and word.text not in "([":
        return True
    if gap > _WORD_GAP_EM * word.size:
        return True
    return gap > _NUMBER_GAP_EM * word.size and bool(_NUMBER_WORD.match(word.text))
