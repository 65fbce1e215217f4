"""How well are the shared questions answered? Ten real documents, values checked by hand.

Each field is asked in the schema of its document, as `score_qa.py` of the shared tools does, and
judged by the same rules. Questions whose answer stands nowhere as such count apart.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from evals.answer_rules import is_date
from evals.cases import Case, Row
from evals.figures import by_kind, figures_of
from evals.measured import Measured
from evals.place_rules import PlaceRule, in_cell, on_pages
from evals.product import Product
from evals.shared_data import shared_data
from schemas.settings import Settings

_DERIVED = "derived"
_TYPES = re.compile("number|integer|boolean|string")


def measure(settings: Settings, every: int = 1, only: Collection[str] = ()) -> Measured:
    """Of every `every`th document; `only` those questions, by id."""
    folder = shared_data()
    asked = _by_document(folder / "qa.jsonl", only)
    rows: list[Row] = []
    with Product.open(settings) as product:
        for name, cases in list(asked.items())[::every]:
            path = folder / name
            rows += product.rows(product.read(path.read_bytes(), path.name), cases)
    counted = [row for row in rows if row.kind != _DERIVED]
    derived = [row for row in rows if row.kind == _DERIVED]
    record = {
        "model": product.model,
        **figures_of(counted),
        "kinds": by_kind(counted),
        "derived": by_kind(derived),
    }
    return Measured(record, rows)


def case_of(question: Mapping[str, Any]) -> Case:
    return Case(
        name=question["field_name"],
        description=question["question"],
        schema=schema_of(question["expected"], question.get("json_type") or ""),
        expected=question["expected"],
        kind=question["kind"],
        is_place=_place_rule(question),
    )


def schema_of(expected: Any, declared: str = "string") -> dict[str, Any]:
    """As a user who knows the kind of the answer would write it; null alone tells nothing, so
    `declared` decides then."""
    if isinstance(expected, list):
        items = schema_of(expected[0]) if expected else {"type": "string"}
        return {"type": ["array", "null"], "items": items}
    if isinstance(expected, dict):
        properties = {key: schema_of(value) for key, value in expected.items()}
        return {
            "type": ["object", "null"],
            "properties": properties,
            "required": list(properties),
            "additionalProperties": False,
        }
    if is_date(expected):
        return {"type": ["string", "null"], "format": "date"}
    return {"type": [_type_of(expected, declared), "null"]}


def _type_of(expected: Any, declared: str) -> str:
    if isinstance(expected, bool):
        return "boolean"
    if isinstance(expected, (int, float)):
        return "number"
    if isinstance(expected, str):
        return "string"
    named = _TYPES.search(declared)
    return named[0] if named else "string"


def _place_rule(question: Mapping[str, Any]) -> PlaceRule:
    if cell := question.get("cell"):
        sheet, _, name = cell.rpartition("!")
        return in_cell(sheet, name)
    return on_pages({question.get("page"), *question.get("also_on_pages", [])} - {None})


def _by_document(file: Path, only: Collection[str]) -> dict[str, list[Case]]:
    asked: dict[str, list[Case]] = {}
    for line in filter(str.strip, file.read_text(encoding="utf-8").splitlines()):
        question = json.loads(line)
        if not only or question["id"] in only:
            asked.setdefault(question["doc"], []).append(case_of(question))
    return asked
