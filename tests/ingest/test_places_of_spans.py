"""Any span of what is read from a made file is answered with the place that holds it."""

from __future__ import annotations

import csv
import html
import io
import json
from collections.abc import Iterator
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.normalise import normalise
from schemas.document import Document
from schemas.document_invariants import broken_invariants
from schemas.source_map import column_letters
from tests.ingest.office_files import docx, p, read, table

LETTERS = st.characters(exclude_categories=["Cs", "Cc", "Cn"])
SOME = st.sampled_from(
    ["a", "東京", "مرحبا", "e\u0301", "ﬁ", "x  y", "1,5", "न\u093fम", "👩‍👩‍👧", "|", "<&>"]
)
TEXTS = st.lists(SOME | st.text(LETTERS, min_size=1, max_size=4), min_size=1, max_size=3).map(
    "".join
)
ROWS = st.lists(st.lists(TEXTS, min_size=2, max_size=3), min_size=2, max_size=3)
BLOCKS = st.lists(TEXTS | ROWS, min_size=1, max_size=5)
Places = dict[str, str]
"""What stands where, by the name of the place."""


def expected_parts(blocks: list[Any]) -> Places:
    """Blocks are paragraphs, or tables of rows."""
    places: Places = {}
    num_paragraphs = num_tables = 0
    for block in blocks:
        if isinstance(block, str):
            num_paragraphs += bool(normalise(block))
            places[f"paragraph {num_paragraphs}"] = normalise(block)
            continue
        num_tables += 1
        for row, cells in enumerate(block, start=1):
            for column, cell in enumerate(cells, start=1):
                places[f"table {num_tables}, {column_letters(column)}{row}"] = normalise(cell)
    return {place: text for place, text in places.items() if text}


def check(document: Document, places: Places) -> None:
    assert broken_invariants(document) == []
    found: Places = {}
    for start, stop in zip(
        document.source_map.start.tolist(), document.source_map.stop.tolist(), strict=True
    ):
        place = document.source_map.first_place(start, stop)
        found[place] = document.text[start:stop]
        for at in (start, stop - 1):
            assert document.source_map.first_place(at, at + 1) == place
    assert found == places


@settings(max_examples=25, deadline=None)
@given(BLOCKS)
def test_docx(blocks: list[Any]) -> None:
    inner = [
        p(html.escape(block))
        if isinstance(block, str)
        else table(*([p(html.escape(cell)) for cell in row] for row in block))
        for block in blocks
    ]
    check(read(docx("".join(inner)), "a.docx"), expected_parts(blocks))


@settings(max_examples=25, deadline=None)
@given(BLOCKS)
def test_html(blocks: list[Any]) -> None:
    inner = [
        f"<p>{html.escape(block)}</p>"
        if isinstance(block, str)
        else "<table>"
        + "".join(
            f"<tr>{''.join(f'<td>{html.escape(cell)}</td>' for cell in row)}</tr>" for row in block
        )
        + "</table>"
        for block in blocks
    ]
    page = "<!doctype html><meta charset=utf-8><body>" + "\n".join(inner)
    check(read(page.encode(), "a.html"), expected_parts(blocks))


VALUES = st.recursive(
    TEXTS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3)
)


@settings(max_examples=40, deadline=None)
@given(VALUES.filter(lambda value: not isinstance(value, str)))
def test_json(value: Any) -> None:
    document = read(json.dumps(value).encode(), "a.json")
    assert broken_invariants(document) == []
    said = {
        document.source_map.first_place(start, stop): document.text[start:stop]
        for start, stop in zip(
            document.source_map.start.tolist(), document.source_map.stop.tolist(), strict=True
        )
    }
    for pointer, text in _leaves(value, ""):
        if normalise(text):
            assert said[pointer] == normalise(text)


def _leaves(value: Any, pointer: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield pointer, value
    elif isinstance(value, list):
        for at, item in enumerate(value):
            yield from _leaves(item, f"{pointer}/{at}")
    else:
        for key, item in value.items():
            step = key.replace("~", "~0").replace("/", "~1")
            yield from _leaves(item, f"{pointer}/{step}")


@settings(max_examples=25, deadline=None)
@given(ROWS)
def test_csv(rows: list[list[str]]) -> None:
    """The sheet's name is a heading that stands in no cell."""
    lines = [["first", "second", "third"], *rows, ["last", "last", "last"]]
    file = io.StringIO()
    csv.writer(file).writerows(lines)
    document = read(file.getvalue().encode(), "a.csv")
    check(
        document,
        {
            f"a!{column_letters(column)}{row}": normalise(cell)
            for row, cells in enumerate(lines, start=1)
            for column, cell in enumerate(cells, start=1)
            if normalise(cell)
        },
    )
