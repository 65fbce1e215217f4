"""Which fields do non-disclosure agreements have, and which words of the text state them?

Kleister-NDA's training part (public filings): four labels a document, normalised; here each is
found again in the text. A fifth of the documents is held out.
"""

from __future__ import annotations

import lzma
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from dateutil import parser

WORDINGS = {
    "effective_date": (
        "Effective date",
        "Date of the agreement",
        "When does the agreement take effect?",
        "Date from which the agreement is effective",
    ),
    "jurisdiction": (
        "Governing law",
        "State whose law governs the agreement",
        "Which jurisdiction's law governs the agreement?",
        "Jurisdiction",
    ),
    "party": ("Names of the parties", "Parties", "Who are the parties to the agreement?"),
    "term": ("Term of the agreement", "How long does the agreement last?", "Duration"),
}
ABSENT_FIELDS = (
    "Total amount of the loan facility",
    "Interest rate margin",
    "Name of the auditor",
    "Number of employees",
    "Invoice number",
    "Total assets at the end of the year",
)
_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
_DATE = re.compile(
    rf"(?:{_MONTHS})\s+\d{{1,2}}(?:st|nd|rd|th)?,?\s+\d{{4}}"
    rf"|\d{{1,2}}(?:st|nd|rd|th)?\s+(?:day\s+of\s+)?(?:{_MONTHS}),?\s+\d{{4}}"
    r"|\d{1,2}/\d{1,2}/\d{2,4}"
)
_NUMBERS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]


def documents(shared_data: Path, *, held_out: bool) -> list[tuple[str, dict[str, list[str]]]]:
    """Text and labels (values with blanks for underscores) of each document."""
    folder = shared_data / "train"
    with lzma.open(folder / "kleister-nda-train.in.tsv.xz", "rt", encoding="utf-8") as file:
        texts = [line.rstrip("\n").split("\t")[5].replace("\\n", "\n") for line in file]
    labels = (folder / "kleister-nda-train.expected.tsv").read_text().splitlines()
    pairs = zip(texts, map(_labels_of, labels), strict=True)
    return [pair for index, pair in enumerate(pairs) if (index % 5 == 4) is held_out]


def places_of(name: str, values: list[str], flat: str) -> Iterator[tuple[int, int]]:
    """Where a text states the values of a label, each value of several once."""
    for value in values:
        if name == "effective_date":
            yield from (m.span() for m in _DATE.finditer(flat) if _date_of(m[0]) == value)
        elif name == "term":
            yield from (m.span() for m in _term_pattern(value).finditer(flat))
        else:
            words = [re.escape(word.rstrip(".,")) for word in value.split()]
            match = re.search(r"[.,]?\s+".join(words) + r"\b\.?", flat, re.IGNORECASE)
            if match:
                is_sentence_end = match[0].endswith(".") and name != "party"
                yield match.start(), match.end() - is_sentence_end


def _labels_of(line: str) -> dict[str, list[str]]:
    labels: dict[str, list[str]] = {}
    for pair in line.split():
        name, _, value = pair.partition("=")
        labels.setdefault(name, []).append(value.replace("_", " "))
    return labels


def _date_of(text: str) -> str | None:
    try:
        found: date = parser.parse(re.sub(r"day of ", "", text)).date()
    except (ValueError, OverflowError):
        return None
    return found.isoformat()


def _term_pattern(value: str) -> re.Pattern[str]:
    number, _, unit = value.partition(" ")
    word = _NUMBERS[int(number)] if number.isdigit() and int(number) < 11 else number
    stem = re.escape(unit.rstrip("s"))
    return re.compile(
        rf"\b(?:{word}\s*\(\s*{number}\s*\)|{word}|{number})[\s-]+{stem}s?\b", re.IGNORECASE
    )
