"""Which command measures how documents are read?"""

from __future__ import annotations

import json
from typing import Annotated

import typer

from api.eval_options import OutOption, print_record


def ingest(
    per_kind: Annotated[int, typer.Option("--per-kind", min=1, help="Made pages of a kind.")] = 10,
    pages: Annotated[int, typer.Option("--pages", min=1, help="First pages of each file.")] = 15,
    rows: Annotated[
        int, typer.Option("--rows", min=0, help="Of a made workbook, beside pandas; 0 for none.")
    ] = 0,
    out: OutOption = None,
) -> None:
    """PDFs beside pymupdf4llm: pages a second, and what is lost of order, tables, boxes, text.
    With --rows workbooks beside pandas instead: rows a second, and what is lost of the cells."""
    from api.standard_output import check_writable, write_whole
    from evals.ingest_peers import measure
    from evals.ingest_workbooks import measure as measure_workbooks

    if out is not None:
        check_writable(out)
    record = measure_workbooks(rows) if rows else measure(per_kind, pages)
    if out is not None:
        write_whole(out, json.dumps(record, indent=1, ensure_ascii=False) + "\n")
    print_record(record)
