"""Can the confidence of an answer be believed, on data that neither taught nor set it?

The curves of `engine.certainty` are fitted on a development part (SQuAD's articles for choosing,
generated documents of kinds for choosing) and measured on the held-out ones, TAT-QA's among
them. Right is a value by the rules of its data set, null among the values. The threshold of
absence is one that refuses at most one in twenty of the right answers, of any set of the
development part; of a held-out set it may refuse more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from engine.certainty import Certainty, Signals
from evals import generated_cases, squad_cases, squad_data, tatqa, tatqa_data
from evals.calibration import fit
from evals.cases import Row
from evals.figures import absence_at, confidence_figures, percent
from evals.generated.documents import CHOOSE_KINDS, HELD_OUT_KINDS
from evals.measured import Measured
from evals.product import Product
from evals.shared_data import shared_data
from schemas.extraction import FieldStatus
from schemas.settings import Settings

DEVELOPMENT, HELD_OUT = "development", "held_out"
_MOST_LOST = 0.05
_NEVER = 2.0  # more than any chance of absence


@dataclass(frozen=True, slots=True)
class PartRow(Row):
    """`part`: of those that the curves were fitted on, as they were answered without null, or of
    those that measure them."""

    part: str = ""


def measure(settings: Settings, per_kind: int = 4, every: int = 1) -> Measured:
    """The record's `certainty` is what is kept beside an adapter."""
    with Product.open(never_null(settings)) as product:
        chosen = development_rows(product, per_kind, every)
        measured = held_out_rows(product, per_kind, every)
    development = [row for rows in chosen.values() for row in rows]
    certainty = fit(list(chosen.values()), _MOST_LOST)
    judged = {name: judged_rows(certainty, rows) for name, rows in measured.items()}
    held_out = [row for rows in judged.values() for row in rows]
    record = {
        "model": product.model,
        "development_fields": len(development),
        "fields": len(held_out),
        **confidence_figures(held_out),
        "absence": absence_at(held_out, certainty.threshold),
        "sets": {
            name: {
                "fields": len(rows),
                **confidence_figures(rows),
                **absence_at(rows, certainty.threshold),
                "right_refused": _right_refused(certainty, measured[name]),
            }
            for name, rows in judged.items()
        },
        "development": {
            name: {"right_refused": _right_refused(certainty, rows)}
            for name, rows in chosen.items()
        },
        "certainty": certainty.record(),
    }
    rows = [*_of_part(DEVELOPMENT, development), *_of_part(HELD_OUT, held_out)]
    return Measured(record, rows)


def never_null(settings: Settings) -> Settings:
    """With these no chance of absence makes an answer null."""
    engine = settings.engine.model_copy(update={"absent_threshold": _NEVER})
    return settings.model_copy(update={"engine": engine})


def development_rows(product: Product, per_kind: int, every: int = 1) -> dict[str, list[Row]]:
    seed = generated_cases.CHOOSE_SEED
    return {
        "squad": squad_cases.rows_of(product, squad_data.CHOOSE, every),
        "generated": generated_cases.rows_of(product, CHOOSE_KINDS, 4 * per_kind, seed, every),
    }


def held_out_rows(product: Product, per_kind: int, every: int = 1) -> dict[str, list[Row]]:
    seed = generated_cases.MEASURE_SEED
    reports = tatqa_data.documents(shared_data(), held_out=True)
    return {
        "squad": squad_cases.rows_of(product, squad_data.MEASURE, every),
        "generated": generated_cases.rows_of(product, HELD_OUT_KINDS, per_kind, seed, every),
        "tatqa": tatqa.rows_of(product, reports, every),
    }


def judged_rows(certainty: Certainty, rows: Sequence[Row]) -> list[Row]:
    """As the product would have answered with these curves: null from the threshold on."""
    return [_judged(certainty, row) if row.signals else row for row in rows]


def _right_refused(certainty: Certainty, rows: Sequence[Row]) -> float | None:
    """In percent of the right answers, of rows that were answered without null."""
    right = [row for row in rows if row.signals and row.is_present and row.is_value_right]
    num_refused = sum(row.is_null for row in judged_rows(certainty, right))
    return percent(num_refused / len(right)) if right else None


def _of_part(part: str, rows: Sequence[Row]) -> list[PartRow]:
    return [PartRow(**row.record(), part=part) for row in rows]


def _judged(certainty: Certainty, row: Row) -> Row:
    signals = Signals(*row.signals)
    absence = certainty.absence(signals)
    if absence >= certainty.threshold:
        right = not row.is_present
        return replace(
            row,
            got=None,
            is_value_right=right,
            is_place_right=None if right else False,
            status=FieldStatus.ABSENT.value,
            quotes=(),
            confidence=absence,
            absence=absence,
        )
    return replace(row, confidence=certainty.of(row.value_kind, signals), absence=absence)
