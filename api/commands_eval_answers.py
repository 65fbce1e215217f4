"""Which commands measure answers? Each puts documents through the product, field by field."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.eval_options import (
    AdapterOption,
    EveryOption,
    OutOption,
    adapted_settings,
    packages_of_measuring,
    print_record,
)
from api.options import ModelOption

if TYPE_CHECKING:
    from evals.measured import Measured
    from schemas.settings import Settings


def qa(
    only: Annotated[str, typer.Option("--only", help="These questions, by id: o001,o002.")] = "",
    adapter: AdapterOption = None,
    every: EveryOption = 1,
    out: OutOption = None,
    model: ModelOption = None,
) -> None:
    """The shared questions about real reports, manuals and workbooks."""
    with packages_of_measuring():
        from evals.qa import measure

    ids = frozenset(filter(None, only.split(",")))
    _measure(lambda settings: measure(settings, every, ids), model, adapter, out, every=every)


def tatqa(
    adapter: AdapterOption = None,
    every: EveryOption = 1,
    out: OutOption = None,
    model: ModelOption = None,
) -> None:
    """Tables and text of annual reports as PDFs (TAT-QA, the reports kept from training)."""
    with packages_of_measuring():
        from evals.tatqa import measure

    _measure(lambda settings: measure(settings, every), model, adapter, out, every=every)


def kleister(
    adapter: AdapterOption = None,
    every: EveryOption = 1,
    out: OutOption = None,
    model: ModelOption = None,
) -> None:
    """Four fields of non-disclosure agreements (Kleister-NDA, those kept from training)."""
    with packages_of_measuring():
        from evals.kleister import measure

    _measure(lambda settings: measure(settings, every), model, adapter, out, every=every)


def invoices(
    adapter: AdapterOption = None,
    every: EveryOption = 1,
    out: OutOption = None,
    model: ModelOption = None,
) -> None:
    """Fields of eleven real invoices in several languages (invoice2data)."""
    with packages_of_measuring():
        from evals.invoices import measure

    _measure(lambda settings: measure(settings, every), model, adapter, out, every=every)


def generated(
    per_kind: Annotated[int, typer.Option("--per-kind", min=1, help="Documents of a kind.")] = 8,
    adapter: AdapterOption = None,
    every: EveryOption = 1,
    out: OutOption = None,
    model: ModelOption = None,
) -> None:
    """Documents made for it, of kinds that nothing was trained on."""
    with packages_of_measuring():
        from evals.generated_cases import measure

    sizes = {"every": every, "per_kind": per_kind}
    _measure(lambda settings: measure(settings, per_kind, every), model, adapter, out, **sizes)


def confidence(
    per_kind: Annotated[int, typer.Option("--per-kind", min=1, help="Documents of a kind.")] = 4,
    adapter: AdapterOption = None,
    every: EveryOption = 1,
    out: OutOption = None,
    model: ModelOption = None,
) -> None:
    """Whether a confidence can be believed: set on one part of the data, measured on another."""
    with packages_of_measuring():
        from evals.confidence import measure

    sizes = {"every": every, "per_kind": per_kind}
    _measure(lambda settings: measure(settings, per_kind, every), model, adapter, out, **sizes)


def _measure(
    measure: Callable[[Settings], Measured],
    model: str | None,
    adapter: str | None,
    out: Path | None,
    **sizes: int,
) -> None:
    """`sizes` say how much of the data was measured, for the record."""
    from api.standard_output import check_writable, write_whole

    if out is not None:
        check_writable(out)
    measured = measure(adapted_settings(model, adapter))
    measured = replace(measured, record={**sizes, **measured.record})
    if out is not None:
        write_whole(out, measured.json())
    print_record(measured.record)
