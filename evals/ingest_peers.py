"""How fast are PDFs read, and what is lost, beside a peer in the same run?

Made pages, of which it is known what stands on them and in which order; and the first pages of
real files, of which the words of the text layer are known.
"""

from __future__ import annotations

import importlib.metadata
import re
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import pymupdf

from evals.ingest_pages import MadePage, made_pages
from evals.ingest_readers import Reading, Table, peer_module, read_ours, read_pymupdf4llm
from evals.shared_data import shared_data

_SEED = 1
_FILES = (
    *("pdf/PEPSICO_2022_10K.pdf", "pdf/AMCOR_2023Q2_10Q.pdf", "pdf/debian-reference-en.pdf"),
    *("pdf/gnuplot.pdf", "pdf/R-admin.pdf", "edge-pdf/pypdf-multicolumn.pdf"),
    *("edge-pdf/plumber-chelsea_pdta.pdf", "edge-pdf/plumber-nics-background-checks-2015-11.pdf"),
)
_WORD = re.compile(r"\w+")
Read = Callable[[bytes], Reading]


def measure(per_kind: int, pages_of_file: int) -> dict[str, Any]:
    """Counts and shares by reader; seconds are of one thread, on whatever else the machine does."""
    peer_module()
    readers: Mapping[str, Read] = {
        "needlepoint": read_ours,
        "needlepoint, OCR off": partial(read_ours, ocr="off"),  # as the peer reads: no pictures
        "pymupdf4llm": read_pymupdf4llm,
    }
    made = made_pages(per_kind, _SEED)
    files = {name: _first_pages(shared_data() / name, pages_of_file) for name in _FILES}
    for read in readers.values():
        read(made[0].data)  # what is loaded once is not timed
    made_figures = {name: _of_made(read, made) for name, read in readers.items()}
    return {
        "score": made_figures["needlepoint"]["order: 2 columns under a heading"],
        "made_pages": len(made),
        "versions": {"pymupdf4llm": importlib.metadata.version("pymupdf4llm")},
        "made": made_figures,
        "files": {name: _of_files(read, files) for name, read in readers.items()},
    }


def _of_made(read: Read, pages: Sequence[MadePage]) -> dict[str, Any]:
    shares: dict[str, list[float]] = defaultdict(list)
    for page in pages:
        reading = read(page.data)
        if page.order:
            shares[f"order: {page.kind}"].append(order_kept(reading.text, page.order))
            shares[f"lines found: {page.kind}"].append(_found(reading.text, page.order))
        if page.table:
            shares[f"cells: {page.kind}"].append(cells_right(reading.tables, page.table))
        for what, text in (page.hidden or {}).items():
            shares[f"unseen: {what}"].append(float(text in reading.text))
    return {name: round(100 * sum(of) / len(of), 1) for name, of in shares.items()}


def order_kept(text: str, marks: Sequence[str]) -> float:
    """The share of neighbours that follow one another, with nothing between but their line."""
    places = {mark: text.find(mark) for mark in marks}
    by_place = sorted((mark for mark in marks if places[mark] >= 0), key=places.__getitem__)
    follows = dict(pairwise(by_place))
    pairs = list(pairwise(marks))
    return sum(follows.get(one) == other for one, other in pairs) / len(pairs)


def cells_right(tables: Sequence[Table], expected: Sequence[Sequence[str]]) -> float:
    """The share of cells that stand in their row and column, in the table that has most."""
    wanted = {(y, x, cell) for y, row in enumerate(expected) for x, cell in enumerate(row)}
    found = [
        {(y, x, cell) for y, row in enumerate(t) for x, cell in enumerate(row)} for t in tables
    ]
    return max((len(wanted & cells) for cells in found), default=0) / len(wanted)


def _found(text: str, marks: Sequence[str]) -> float:
    return sum(mark in text for mark in marks) / len(marks)


def _of_files(read: Read, files: Mapping[str, tuple[bytes, int]]) -> dict[str, Any]:
    figures = {}
    num_pages, seconds = 0, 0.0
    for name, (data, pages) in files.items():
        begun = time.perf_counter()
        reading = read(data)
        taken = time.perf_counter() - begun
        num_pages, seconds = num_pages + pages, seconds + taken
        figures[Path(name).stem] = {
            "pages": pages,
            "seconds": round(taken, 2),
            "words_kept_percent": round(100 * _words_kept(data, reading.text), 2),
            "words_with_boxes": reading.words_with_boxes,
            "tables": len(reading.tables),
            "cells": sum(bool(cell) for table in reading.tables for row in table for cell in row),
        }
    return {"pages_per_second": round(num_pages / seconds, 1), "by_file": figures}


def _words_kept(data: bytes, text: str) -> float:
    """Of the words of the text layer, those that stand in the text, as often as they stand there.
    Words that were broken at the end of a line are counted whole by neither."""
    with pymupdf.open(stream=data, filetype="pdf") as pdf:
        layer = Counter(w for page in pdf for w in _WORD.findall(_plain(page.get_text())))
    kept = layer & Counter(_WORD.findall(_plain(text)))
    return kept.total() / layer.total()


def _plain(text: str) -> str:
    """Ligatures apart; Markdown's marks are no words."""
    for ligature, letters in (("ﬁ", "fi"), ("ﬂ", "fl"), ("ﬀ", "ff"), ("ﬃ", "ffi"), ("ﬄ", "ffl")):
        text = text.replace(ligature, letters)
    return text.replace("_", " ").lower()


def _first_pages(file: Path, number: int) -> tuple[bytes, int]:
    with pymupdf.open(file) as pdf:
        count = min(number, len(pdf))
        pdf.select(range(count))
        return bytes(pdf.tobytes(garbage=3)), count
