from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from evals.tatqa_documents import as_pdf
from ingest.read import document_of
from schemas.document import Document
from schemas.ingest_settings import IngestSettings
from tests.evals.small_data import report


def read(made: dict[str, Any]) -> Document:
    return document_of(as_pdf(made), "report.pdf", IngestSettings())


def rows_of(document: Document) -> Iterator[list[str]]:
    for grid in document.grids:
        for row in range(grid.num_rows):
            yield [document.text[start:stop] for _, _, start, stop in grid.row_cells(row)]


@pytest.mark.parametrize("number", range(8))
def test_rows_are_read_as_rows_in_every_layout(number: int) -> None:
    rows = list(rows_of(read(report(number))))
    assert ["Revenue", "$ 1,240", str(number)] in rows


def test_the_table_stands_behind_the_paragraph_that_announces_it() -> None:
    text = read(report(1)).text
    places = [text.index(words) for words in ("as follows:", "(in thousands)", "The auditor")]
    assert places == sorted(places)


def test_the_same_report_is_the_same_file() -> None:
    assert as_pdf(report(3)) == as_pdf(report(3))


def test_characters_outside_the_standard_faces_are_kept() -> None:
    made = report(1)
    made["paragraphs"][2]["text"] = "A fall of −5 points is the ﬁrst."
    assert "−5" in read(made).text.replace("-", "−")


def test_a_long_table_goes_on_over_pages_under_the_same_heads() -> None:
    made = report(1)
    made["table"]["table"] += [[f"Item {number}", f"{number}", "7"] for number in range(90)]
    document = read(made)
    assert len(document.pages) > 1
    assert ["Item 89", "89", "7"] in list(rows_of(document))
