"""How are SQuAD questions put to the product: a few paragraphs of an article as one document?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

from evals import squad_data
from evals.cases import Case, Row
from evals.product import Product
from evals.shared_data import shared_data
from evals.squad import exact
from evals.squad_data import SquadParagraph, SquadQuestion

_TOGETHER = 4
_STRING = {"type": ["string", "null"]}


def rows_of(product: Product, part: slice, every: int = 1) -> list[Row]:
    """Of every `every`th document of a part."""
    rows: list[Row] = []
    for number, group in list(enumerate(_groups(part)))[::every]:
        text = "\n\n".join([f"# {group[0].title}", *(paragraph.text for paragraph in group)])
        asked = [question for paragraph in group for question in paragraph.questions]
        document = product.read(text.encode(), f"{group[0].title} {number}.md")
        rows += product.rows(document, [_case(at, question) for at, question in enumerate(asked)])
    return rows


def _groups(part: slice) -> Iterator[Sequence[SquadParagraph]]:
    paragraphs = squad_data.paragraphs(shared_data(), part)
    for title in dict.fromkeys(paragraph.title for paragraph in paragraphs):
        article = [paragraph for paragraph in paragraphs if paragraph.title == title]
        for at in range(0, len(article), _TOGETHER):
            yield article[at : at + _TOGETHER]


def _case(number: int, question: SquadQuestion) -> Case:
    expected = question.answers[0] if question.answers else None
    accepts = partial(_is_one_of, question.answers)
    return Case(f"q{number}", question.question, _STRING, expected, "squad", accepts)


def _is_one_of(answers: Sequence[str], got: Any) -> bool:
    return bool(exact(str(got), answers))
