"""How well are the four fields of non-disclosure agreements found? Kleister-NDA, held-out fifth.

The metric of the challenge: micro-F1 over pairs of field and value, case aside. Its gold values
are normalised ("eleven months" to "11 months", "Leonard Green & Partners, L.P." to "Leonard Green
and Partners LP", "the State of New York" to "New York"), so a value is brought to that form
first, without a look at the gold; `f1_as_read` does without.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from engine.numbers_in_text import number_of
from evals import kleister_data
from evals.cases import Case, Row
from evals.figures import figures_of, percent
from evals.measured import Measured
from evals.product import Product
from evals.shared_data import shared_data
from schemas.settings import Settings

_STRING = {"type": ["string", "null"]}
_FIELDS: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "effective_date": (
        "Date on which the agreement takes effect",
        {"type": ["string", "null"], "format": "date"},
    ),
    "jurisdiction": ("State or country whose law governs the agreement", _STRING),
    "party": (
        "Names of the parties to the agreement",
        {"type": ["array", "null"], "items": {"type": "string"}},
    ),
    "term": ("Length of time for which the agreement lasts, such as two years", _STRING),
}
_TERRITORY = re.compile(r"^(?:the )?(?:(?:state|commonwealth|province|laws) of )*(?:the )?", re.I)
_UNIT = re.compile(r"\b(day|week|month|year)s?\b", re.IGNORECASE)
_DIGITS = re.compile(r"\d+")

Pair = tuple[str, str]


def measure(settings: Settings, every: int = 1) -> Measured:
    documents = kleister_data.documents(shared_data(), held_out=True)
    rows: list[Row] = []
    with Product.open(settings) as product:
        for number, (text, labels) in list(enumerate(documents))[::every]:
            document = product.read(text.encode(), f"agreement-{number}.txt")
            rows += product.rows(document, cases_of(labels))
    record = {"model": product.model, **f1_record(rows), "all": figures_of(rows)}
    return Measured(record, rows)


def cases_of(labels: Mapping[str, Sequence[str]]) -> list[Case]:
    return [_case(name, labels.get(name)) for name in _FIELDS]


def f1_record(rows: Sequence[Row]) -> dict[str, Any]:
    fields = {name: [row for row in rows if row.field == name] for name in _FIELDS}
    return {
        "micro_f1": _scores(rows, form_of)["f1"],
        "f1_as_read": _scores(rows, lambda _, value: value.upper())["f1"],
        "fields": {name: _scores(found, form_of) for name, found in fields.items()},
    }


def form_of(field: str, value: str) -> str:
    """A value as the challenge writes it, in small letters and without punctuation."""
    if field == "term":
        return _term_of(value)
    if field == "jurisdiction":
        value = _TERRITORY.sub("", value.strip())
    if field == "effective_date":
        return value
    return " ".join(re.sub(r"[^\w\s¢$'-]", "", value.replace("&", " and ").casefold()).split())


def _case(name: str, wanted: Sequence[str] | None) -> Case:
    description, schema = _FIELDS[name]
    gold = None if not wanted else list(wanted) if name == "party" else wanted[0]
    return Case(
        name, description, schema, gold, name, lambda got: _forms(name, got) == _forms(name, gold)
    )


def _scores(rows: Iterable[Row], form: Any) -> dict[str, Any]:
    num_right = num_found = num_wanted = 0
    for row in rows:
        found = {form(row.field, value) for value in _listed(row.got)}
        wanted = {form(row.field, value) for value in _listed(row.expected)}
        num_right += len(found & wanted)
        num_found, num_wanted = num_found + len(found), num_wanted + len(wanted)
    total = num_found + num_wanted
    return {
        "f1": percent(2 * num_right / total if total else None),
        "precision": percent(num_right / num_found if num_found else None),
        "recall": percent(num_right / num_wanted if num_wanted else None),
        "values": num_wanted,
    }


def _forms(name: str, value: Any) -> set[str]:
    return {form_of(name, item) for item in _listed(value)}


def _listed(value: Any) -> list[str]:
    items = value if isinstance(value, list) else [value]
    return [str(item) for item in items if item is not None]


def _term_of(value: str) -> str:
    """Number and unit: "two (2) years" → "2 years"."""
    unit = _UNIT.search(value)
    digits = _DIGITS.findall(value[: unit.start()] if unit else value)
    number = float(digits[-1]) if digits else number_of(value)
    if unit is None or number is None:
        return value.casefold()
    name = unit[1].casefold()
    return f"{number:g} {name}" + ("" if number == 1 else "s")
