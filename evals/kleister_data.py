"""Which fields do non-disclosure agreements have, and which words of the text state them?

Kleister-NDA's training part (public filings): four labels a document, normalised; here each is
found again in the text. A fifth of the documents is held out.
"""

from __future__ import annotations

import lzma
import random
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from dateutil import parser

from engine.prompt import joined
from engine.tuning import Example
from ingest.normalise import normalise

_WORDINGS = {
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
    "party": ("Name of a party to the agreement", "Party", "Who is a party to the agreement?"),
    "term": ("Term of the agreement", "How long does the agreement last?", "Duration"),
}
_ABSENT = (
    "Total amount of the loan facility",
    "Email address for notices",
    "Interest rate margin",
    "Purchase price",
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


def training_examples(
    source: list[tuple[str, dict[str, list[str]]]], rng: random.Random
) -> list[Example]:
    examples = [_example(text, labels, rng) for text, labels in source]
    return [example for example in examples if len(example.questions) > 2]


def _example(text: str, labels: dict[str, list[str]], rng: random.Random) -> Example:
    passages = _passages(text)
    facts = [
        (name, found) for name, values in labels.items() for found in _spans(name, values, text)
    ]
    holding = [p for p in passages if any(span in p for _, span in facts)]
    chosen = set(rng.sample(holding, min(3, len(holding))))
    chosen |= set(rng.sample(passages, min(2, len(passages))))
    prefix = joined([passage for passage in passages if passage in chosen])
    asked: list[tuple[str, str | None]] = []
    for name in _WORDINGS:
        spans = [span for key, span in facts if key == name and span in prefix]
        if spans:
            first = min(spans, key=prefix.index)
            asked += [(wording, first) for wording in rng.sample(_WORDINGS[name], 2)]
        elif not any(key == name for key, _ in facts) and name not in labels:
            asked.append((rng.choice(_WORDINGS[name]), None))
    asked += [(question, None) for question in rng.sample(_ABSENT, 2)]
    return Example(prefix, tuple(asked))


def _labels_of(line: str) -> dict[str, list[str]]:
    labels: dict[str, list[str]] = {}
    for pair in line.split():
        name, _, value = pair.partition("=")
        labels.setdefault(name, []).append(value.replace("_", " "))
    return labels


def _passages(text: str, size: int = 700) -> list[str]:
    """Lines joined into runs of about `size` characters."""
    runs = [""]
    for line in filter(None, map(normalise, text.splitlines())):
        if len(runs[-1]) + len(line) > size:
            runs.append("")
        runs[-1] = f"{runs[-1]} {line}".strip()
    return [run for run in runs if len(run) > 40]


def _spans(name: str, values: list[str], text: str) -> Iterator[str]:
    flat = normalise(text)
    for value in values:
        if name == "effective_date":
            yield from (m[0] for m in _DATE.finditer(flat) if _date_of(m[0]) == value)
        elif name == "term":
            yield from (m[0] for m in _term_pattern(value).finditer(flat))
        else:
            words = [re.escape(word.rstrip(".,")) for word in value.split()]
            match = re.search(r"[.,]?\s+".join(words) + r"\b\.?", flat, re.IGNORECASE)
            if match:
                yield match[0] if name == "party" else match[0].rstrip(".")


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
