"""Which commands measure? The last line of each is one record of JSON."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from api.commands_eval_answers import confidence, generated, invoices, kleister, qa, tatqa
from api.commands_eval_ingest import ingest
from api.commands_eval_lab import abstain, needle, ruler
from api.commands_eval_retrieval import retrieval
from api.commands_eval_speed import speed
from api.commands_eval_walks import graphwalks, mrcr
from api.eval_options import AdapterOption, EveryOption, adapted_settings, print_record
from api.options import ModelOption, settings_with

eval_app = typer.Typer(help="Measure: how right, how fast, as a ratio to a peer.")
for answering in (qa, tatqa, kleister, invoices, generated, confidence):
    eval_app.command()(answering)
for finding in (ingest, retrieval, needle, ruler, mrcr, graphwalks, abstain):
    eval_app.command()(finding)
eval_app.command()(speed)


class SquadPart(StrEnum):
    CHOOSE = "choose"
    MEASURE = "measure"


class Over(StrEnum):
    PARAGRAPHS = "paragraphs"
    DOCUMENT = "document"


@eval_app.command()
def squad(
    part: Annotated[SquadPart, typer.Option("--part", help="Which articles.")] = SquadPart.MEASURE,
    over: Annotated[
        Over, typer.Option("--over", help="One paragraph at a time, or all as one document.")
    ] = Over.PARAGRAPHS,
    adapter: AdapterOption = None,
    every: EveryOption = 1,
    model: ModelOption = None,
) -> None:
    """Questions with spans, some unanswerable (SQuAD 2.0, articles kept from training)."""
    from evals import document_questions, squad_data
    from evals import squad as paragraphs

    settings = adapted_settings(model, adapter)
    articles = squad_data.CHOOSE if part is SquadPart.CHOOSE else squad_data.MEASURE
    if over is Over.PARAGRAPHS:
        print_record(paragraphs.measure(settings, articles, every))
    else:
        print_record(document_questions.measure(settings, articles, every).record())


@eval_app.command()
def load(
    jobs: Annotated[int, typer.Option("--jobs", min=100, help="In steps of 100.")] = 1000,
    model: ModelOption = None,
) -> None:
    """What the whole service bears on this machine: reads, uploads, memory over many jobs."""
    import tempfile

    from rich.table import Table

    from api.standard_output import styled_output
    from evals import load as loads

    with tempfile.TemporaryDirectory() as folder:
        record = loads.measure(settings_with(model), Path(folder), jobs)
    table = Table("measured", "value", "aim")
    for row in loads.table_of(record):
        table.add_row(*row)
    with styled_output() as console:
        console.print(table)
    print_record(record)


@eval_app.command()
def brokers() -> None:
    """What each broker keeps of 50 messages when processes are killed; decides the embedded one."""
    from api.ports import free_port
    from evals.brokers import measure

    print_record(measure(free_port))
