"""Which questions do the tables of TAT-QA ask whose answers stand in the text?

TAT-QA's development set (MIT): tables and paragraphs of annual reports. A fifth of the
documents is held out. Rows are rendered as the product renders the rows of a grid.
"""

from __future__ import annotations

import json
import random
import re
from pathlib import Path
from typing import Any

from engine.prompt import joined
from engine.tuning import Example
from evals.squad_data import as_description
from ingest.normalise import normalise


def documents(shared_data: Path, *, held_out: bool) -> list[dict[str, Any]]:
    raw: list[dict[str, Any]] = json.loads((shared_data / "train" / "tatqa-dev.json").read_text())
    return [document for index, document in enumerate(raw) if (index % 5 == 4) is held_out]


def training_examples(source: list[dict[str, Any]], rng: random.Random) -> list[Example]:
    examples = []
    for document in source:
        example = _example(document, rng.choice(source), rng)
        if example.questions:
            examples.append(example)
    rng.shuffle(examples)
    return examples


def table_text(rows: list[list[str]]) -> str:
    """`label | head: cell | head: cell`, a line a row, the head rows first."""
    rows = [[normalise(cell).strip() for cell in row] for row in rows]
    num_heads = _num_head_rows(rows)
    heads = [_heads_of(rows[:num_heads], column) for column in range(len(rows[0]))]
    lines = [" | ".join(filter(None, row)) for row in rows[:num_heads]]
    for row in rows[num_heads:]:
        cells = [
            f"{head}: {cell}" if head and column else cell
            for column, (head, cell) in enumerate(zip(heads, row, strict=True))
            if cell
        ]
        lines.append(" | ".join(cells))
    return "\n".join(filter(None, lines))


def _num_head_rows(rows: list[list[str]]) -> int:
    for index, row in enumerate(rows):
        numbers = [cell for cell in row[1:] if re.search(r"\d", cell) and not _is_year(cell)]
        if row[0] and numbers:
            return index
    return min(1, len(rows))


def _is_year(cell: str) -> bool:
    return re.fullmatch(r".*\b(?:19|20)\d\d\b.*", cell) is not None and "$" not in cell


def _heads_of(head_rows: list[list[str]], column: int) -> str:
    parts = []
    for row in head_rows:
        filled = [cell for cell in row[1:] if cell]
        spans_all = len(filled) == 1 and len(row) > 2 and row is not head_rows[-1]
        cell = filled[0] if spans_all and column else row[column]
        parts.append(cell)
    return " ".join(filter(None, parts))


def _example(document: dict[str, Any], other: dict[str, Any], rng: random.Random) -> Example:
    texts = [normalise(paragraph["text"]) for paragraph in document["paragraphs"]]
    texts.insert(rng.randint(0, len(texts)), table_text(document["table"]["table"]))
    if rng.random() < 0.3:
        texts.append(rng.choice(other["paragraphs"])["text"])
    texts = [text for text in texts if len(text) < 4000]
    prefix = joined(texts)
    asked: list[tuple[str, str | None]] = []
    for raw in document["questions"]:
        answer = span_answer(raw)
        if answer is not None and answer in prefix:
            asked.append((raw["question"], answer))
    absent = rng.choice(other["questions"])["question"]
    if other is not document:
        asked.append((absent, None))
    worded = [
        (as_description(question) if rng.random() < 0.4 else question, answer)
        for question, answer in asked
    ]
    return Example(prefix, tuple(worded))


def span_answer(raw: dict[str, Any]) -> str | None:
    """The answer where it is one span of the text or table, else None."""
    if raw["answer_type"] != "span" or len(raw["answer"]) != 1:
        return None
    return normalise(str(raw["answer"][0])).strip()
