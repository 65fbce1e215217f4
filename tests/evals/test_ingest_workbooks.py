from __future__ import annotations

from pathlib import Path

from evals.large_workbook import HEADS, SHEET, order_of, reference_of, write_workbook
from ingest.read import read_document
from schemas.ingest_settings import IngestSettings


def test_a_made_workbook_is_read_in_bulk_with_its_heads_and_places(tmp_path: Path) -> None:
    write_workbook(tmp_path / "orders.xlsx", num_rows=40)
    document = read_document(tmp_path / "orders.xlsx", IngestSettings(full_cells=0))
    [grid] = document.grids
    assert (grid.num_rows, grid.num_columns, grid.num_head_rows) == (41, len(HEADS), 1)
    for text, column in ((str(order_of(41)), "A"), (reference_of(41), "S")):
        start = document.text.index(text)
        place = document.source_map.first_place(start, start + len(text))
        assert place == f"{SHEET}!{column}41"
    assert len(document.sheets[0].formulas) == 40
