"""How well are questions about a page of an annual report answered? TAT-QA, its held-out fifth.

Each table with its paragraphs is a PDF that our ingest reads. Asked is what stands there: one
span (exact match as for SQuAD, numbers as numbers), and apart the spans whose number is in
thousands or millions, several spans, and questions of another report, which the page can not
answer. What TAT-QA wants computed is not asked. The scale is not answered: it is not in the span.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from evals import tatqa_data
from evals.answer_rules import number_of
from evals.cases import Case, Row
from evals.figures import figures_of, share
from evals.measured import Measured
from evals.product import Product
from evals.shared_data import shared_data
from evals.squad import exact, f1
from evals.tatqa_documents import as_pdf
from ingest.normalise import normalise
from schemas.settings import Settings

SPAN, SCALED, SEVERAL, FOREIGN = "span", "scaled span", "several spans", "foreign"
_STRING = {"type": ["string", "null"]}
_STRINGS = {"type": ["array", "null"], "items": {"type": "string"}}
_FOREIGN_FROM = 7  # so many documents on


def measure(settings: Settings, every: int = 1) -> Measured:
    with Product.open(settings) as product:
        rows = rows_of(product, tatqa_data.documents(shared_data(), held_out=True), every)
    return Measured({"model": product.model, **_record(rows)}, rows)


def rows_of(product: Product, documents: Sequence[dict[str, Any]], every: int = 1) -> list[Row]:
    """Of every `every`th document."""
    rows: list[Row] = []
    for at in range(0, len(documents), every):
        other = documents[(at + _FOREIGN_FROM) % len(documents)]
        cases = [*cases_of(documents[at]), *_foreign_cases(other, documents[at])]
        document = product.read(as_pdf(documents[at]), f"report-{at}.pdf")
        rows += product.rows(document, cases) if cases else []
    return rows


def cases_of(document: Mapping[str, Any]) -> list[Case]:
    cases = (_case(number, question) for number, question in enumerate(document["questions"]))
    return [case for case in cases if case is not None]


def _case(number: int, question: Mapping[str, Any]) -> Case | None:
    if question["answer_type"] not in ("span", "multi-span"):
        return None
    wanted = [normalise(str(answer)).strip() for answer in question["answer"]]
    asked = (f"q{number}", question["question"])
    if question["answer_type"] == "multi-span" or len(wanted) > 1:
        return Case(*asked, _STRINGS, wanted, SEVERAL, accepts=lambda got: _are_same(got, wanted))
    kind = SCALED if question["scale"] not in ("", "percent") else SPAN
    return Case(*asked, _STRING, wanted[0], kind, accepts=lambda got: is_same(got, wanted[0]))


def _foreign_cases(other: Mapping[str, Any], document: Mapping[str, Any]) -> list[Case]:
    """The first question of another report about one place of it, unless it is asked here too."""
    own = {question["question"] for question in document["questions"]}
    asked = [
        question["question"]
        for question in other["questions"]
        if tatqa_data.span_answer(question) is not None and question["question"] not in own
    ]
    return [Case("q", question, _STRING, None, FOREIGN) for question in asked[:1]]


def is_same(got: Any, wanted: str) -> bool:
    number, expected = _number(got), _number(wanted)
    if number is not None and expected is not None:
        return number == expected
    return bool(exact(str(got), [wanted]))


def _number(value: Any) -> float | None:
    """Parentheses are a minus."""
    text = str(value).replace(" ", "")
    is_negative = text.startswith(("(", "$(")) and text.rstrip("%").endswith(")")
    number = number_of(text.replace("(", "").replace(")", ""))
    return -number if is_negative and number is not None else number


def _are_same(got: Any, wanted: Sequence[str]) -> bool:
    """In any order, each once."""
    rest = list(got) if isinstance(got, list) else [got]
    for answer in wanted:
        match = next((at for at, other in enumerate(rest) if is_same(other, answer)), None)
        if match is None:
            return False
        del rest[match]
    return not rest


def _record(rows: Sequence[Row]) -> dict[str, Any]:
    """Exact match is over all single spans, those with a scale among them."""

    def of(*kinds: str) -> list[Row]:
        return [row for row in rows if row.kind in kinds]

    spans = of(SPAN, SCALED)
    mean_f1 = sum(f1(str(row.got or ""), [row.expected]) for row in spans) / max(1, len(spans))
    return {
        "spans": len(spans),
        **share("exact_match", spans, lambda row: row.is_value_right),
        "f1": round(100 * mean_f1, 1),
        **_apart("text_or_plain", of(SPAN)),
        **_apart("scaled", of(SCALED)),
        **_apart("several", of(SEVERAL)),
        **_apart("foreign_found_absent", of(FOREIGN)),
        "all": figures_of(rows),
    }


def _apart(name: str, rows: Sequence[Row]) -> dict[str, Any]:
    return {f"{name}_asked": len(rows), **share(name, rows, lambda row: row.is_value_right)}
