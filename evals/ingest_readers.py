"""How do we and a peer read the same PDF, and what is kept of each reading?"""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from typing import Any, Literal

import pymupdf

from ingest.read import document_of
from schemas.document import Document
from schemas.errors import InvalidInput
from schemas.ingest_settings import IngestSettings

Table = list[list[str]]


@dataclass(frozen=True, slots=True)
class Reading:
    """The text in reading order, its tables cell by cell, and how many words have a box."""

    text: str
    tables: list[Table]
    words_with_boxes: int


def read_ours(data: bytes, ocr: Literal["auto", "off"] = "auto") -> Reading:
    """As in the child process, without its start."""
    document = document_of(data, "a.pdf", IngestSettings(ocr=ocr))
    tables = [_cells_of(document, number) for number in range(len(document.grids))]
    spans = zip(document.source_map.start.tolist(), document.source_map.stop.tolist(), strict=True)
    return Reading(document.text, tables, sum(_is_word(document.text[a:b]) for a, b in spans))


def read_pymupdf4llm(data: bytes) -> Reading:
    """Its Markdown, with the words that it gives beside."""
    peer: Any = peer_module()
    with pymupdf.open(stream=data, filetype="pdf") as pdf:
        chunks = peer.to_markdown(pdf, page_chunks=True, extract_words=True, show_progress=False)
    text = "\n".join(chunk["text"] for chunk in chunks)
    num_words = sum(_is_word(word[4]) for chunk in chunks for word in chunk["words"])
    return Reading(text, _markdown_tables(text), num_words)


def peer_module() -> Any:
    try:
        return importlib.import_module("pymupdf4llm")
    except ModuleNotFoundError as error:
        raise InvalidInput(
            "the peer is not installed: pip install 'needlepoint[evals-peers]'"
        ) from error


def _is_word(text: str) -> bool:
    """Dots that lead to a page number are none."""
    return any(map(str.isalnum, text))


def _cells_of(document: Document, number: int) -> Table:
    grid = document.grids[number]
    rows = [[""] * grid.num_columns for _ in range(grid.num_rows)]
    for row, column, start, stop in grid.cells.tolist():
        rows[row][column] = document.text[start:stop]
    return rows


def _markdown_tables(text: str) -> list[Table]:
    """Runs of lines between bars; the line of dashes is none of the table."""
    tables: list[Table] = []
    is_in_table = False
    for line in text.splitlines():
        is_row = line.startswith("|") and line.rstrip().endswith("|")
        if is_row and set(line) <= set("|-: "):
            continue
        if is_row:
            cells = [cell.strip().strip("*") for cell in line.strip()[1:-1].split("|")]
            if is_in_table:
                tables[-1].append(cells)
            else:
                tables.append([cells])
        is_in_table = is_row
    return tables
