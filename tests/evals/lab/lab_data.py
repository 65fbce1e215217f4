"""Articles and agreements in small, in the sets' own formats; a count of tokens by words; a row."""

from __future__ import annotations

import json
import lzma
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from evals.lab.rows_file import LabRow

_NAMES = ("Ann", "Bob", "Cid", "Dan", "Eve", "Fay", "Gus", "Hal", "Ida", "Jim", "Kay", "Lee")
_PLACES = ("Rome", "Oslo", "Bern", "Lima", "Cork", "Kiel", "Metz", "Pisa", "Nice", "Gent", "Bonn")
NUM_ARTICLES, _PARAGRAPHS = 16, 6

ROW = LabRow(
    plan="numbers/4096/0",
    of=1,
    name="q",
    kind="numbers",
    length=4096,
    num_tokens=4000,
    depth=0.0,
    asked="What?",
    expected=("1",),
    got=("1",),
    is_null=False,
    score=1.0,
    is_place_right=True,
    absence=0.1,
    seconds=2.0,
)


def count_words(texts: Sequence[str]) -> list[int]:
    return [len(text.split()) for text in texts]


def sentences(number: int, count: int = 6) -> str:
    """Sentences of eleven words each; no two numbers have one in common."""
    return " ".join(
        f"In year {1000 + 10 * number + at} person {_NAMES[(number + at) % len(_NAMES)]} went to "
        f"{_PLACES[(number * at) % len(_PLACES)]} by train alone."
        for at in range(count)
    )


def paragraphs(count: int) -> list[str]:
    return [sentences(number) for number in range(count)]


def write(folder: Path) -> Path:
    (folder / "train").mkdir(parents=True)
    articles = [_article(number) for number in range(NUM_ARTICLES)]
    (folder / "train" / "squad-v2-dev-part.json").write_text(json.dumps({"data": articles}))
    with lzma.open(folder / "train" / "kleister-nda-train.in.tsv.xz", "wt") as file:
        for number in range(20):
            lines = [sentences(1000 + 50 * number + at) for at in range(10)]
            file.write("\t".join([f"{number}.pdf", "party", "", "", "", "\\n".join(lines)]) + "\n")
    return folder


def _article(number: int) -> dict[str, Any]:
    numbers = range(_PARAGRAPHS * number, _PARAGRAPHS * (number + 1))
    return {"title": f"Travel_{number}", "paragraphs": [_paragraph(one) for one in numbers]}


def _paragraph(number: int) -> dict[str, Any]:
    year, name = 1000 + 10 * number, _NAMES[number % len(_NAMES)]
    context = sentences(number)
    asked = {
        "question": f"Which person went by train in year {year}?",
        "is_impossible": False,
        "answers": [{"text": name, "answer_start": context.find(name)}],
    }
    return {"context": context, "qas": [asked]}
