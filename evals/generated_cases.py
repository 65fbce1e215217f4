"""How well are generated documents read, value and place? Kinds that nothing was trained on.

Beside them, as a second record, kinds that were trained on, with seeds of their own. Each field
is asked in one of its wordings, by turns.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from dataclasses import replace

from evals.cases import Case, Row
from evals.figures import by_kind, figures_of
from evals.generated.documents import HELD_OUT_KINDS, TRAIN_KINDS, documents, place_of, read
from evals.generated.fact import Fact, GeneratedDocument
from evals.measured import Measured
from evals.place_rules import PlaceRule, touching
from evals.product import Product
from schemas.document import Document
from schemas.settings import Settings

MEASURE_SEED, CHOOSE_SEED = 7_000_003, 9_000_011


def measure(settings: Settings, per_kind: int = 8, every: int = 1) -> Measured:
    """Documents of each kind, and every `every`th field of them."""
    with Product.open(settings) as product:
        held_out = rows_of(product, HELD_OUT_KINDS, per_kind, MEASURE_SEED, every)
        trained = rows_of(product, TRAIN_KINDS, max(1, per_kind // 4), MEASURE_SEED, every)
    record = {
        "model": product.model,
        **figures_of(held_out),
        "kinds": by_kind(held_out),
        "trained_kinds": {**figures_of(trained), "kinds": by_kind(trained)},
    }
    return Measured(record, [*held_out, *trained])


def rows_of(
    product: Product, kinds: Sequence[str], per_kind: int, seed: int, every: int = 1
) -> list[Row]:
    rows: list[Row] = []
    for number, made in enumerate(documents(kinds, per_kind=per_kind, seed=seed)):
        document = read(made)
        document = replace(document, name=f"{number} {document.name}")
        rows += product.rows(document, cases_of(made, document)[::every])
    return rows


def cases_of(made: GeneratedDocument, document: Document) -> list[Case]:
    return [
        Case(
            name=fact.name,
            description=_wording(made, fact),
            schema=fact.schema,
            expected=fact.value,
            kind=made.kind,
            is_place=_place_rule(document, fact),
        )
        for fact in made.facts
    ]


def _wording(made: GeneratedDocument, fact: Fact) -> str:
    turn = zlib.crc32(made.data) + zlib.crc32(fact.name.encode())
    return fact.descriptions[turn % len(fact.descriptions)]


def _place_rule(document: Document, fact: Fact) -> PlaceRule | None:
    """None where the answer stands nowhere as such."""
    places = [place_of(document, leaf) for leaf in _leaves(fact)]
    found = [place for place in places if place is not None]
    return touching(found) if found else None


def _leaves(fact: Fact) -> Iterator[Fact]:
    """What is stated on its own: the items of a list, the properties of its rows."""
    if not fact.items:
        yield fact
    for item in fact.items:
        yield from _leaves(item)
