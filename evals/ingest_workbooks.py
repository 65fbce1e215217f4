"""How fast are workbooks read, and what is lost, beside pandas in the same run?

A made workbook of many rows for the speed; the shared workbooks for what is kept: what stands in
their cells is known from openpyxl, which is asked cell by cell.
"""

from __future__ import annotations

import importlib
import importlib.metadata
import re
import tempfile
import time
import warnings
from collections import Counter
from pathlib import Path
from typing import Any

import openpyxl

from evals.large_workbook import write_workbook
from evals.shared_data import shared_data
from ingest.read import read_document
from schemas.document import SegmentKind
from schemas.errors import InvalidInput, ServiceError
from schemas.ingest_settings import IngestSettings

_PASSWORDS = {
    "calamine-pass_protected.xlsx": "123",
    "poi-password.xls": "password",
    "poi-protected_passtika.xlsx": "tika",
    "poi-protected_sha512.xlsx": "this is a test",
    "poi-xor-encryption-abc.xls": "abc",
}
_TOO_LONG = {"sheetjs-large_strings.xlsx"}
_COMMENT = re.compile(r"comment(?: by .*?)? on [A-Z]+\d+: ")


def measure(num_rows: int) -> dict[str, Any]:
    """Counts by reader; seconds are of one process, on whatever else the machine does."""
    pandas = _pandas()
    return {
        "versions": {name: importlib.metadata.version(name) for name in ("pandas", "openpyxl")},
        "made": _speed(pandas, num_rows),
        "files": _kept(pandas),
    }


def _speed(pandas: Any, num_rows: int) -> dict[str, Any]:
    """Ours makes texts, grids and places of the cells, and pandas values alone."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "orders.xlsx"
        write_workbook(path, num_rows)
        readers = {
            "needlepoint": lambda: read_document(path, IngestSettings()),
            "pandas (openpyxl)": lambda: pandas.read_excel(path, sheet_name=None, header=None),
            "pandas (calamine)": lambda: pandas.read_excel(
                path, sheet_name=None, header=None, engine="calamine"
            ),
        }
        return {name: _timed(read, num_rows) for name, read in readers.items()}


def _timed(read: Any, num_rows: int) -> dict[str, Any]:
    begun, begun_cpu = time.perf_counter(), time.process_time()
    read()
    seconds, cpu = time.perf_counter() - begun, time.process_time() - begun_cpu
    return {
        "rows": num_rows,
        "seconds": round(seconds, 1),
        "cpu_seconds": round(cpu, 1),
        "rows_per_cpu_second": round(num_rows / cpu),
    }


def _kept(pandas: Any) -> dict[str, dict[str, int]]:
    found: dict[str, Counter[str]] = {"in the files": Counter()}
    found |= {"needlepoint": Counter(), "pandas": Counter()}
    folder = shared_data()
    for file in sorted([*(folder / "xlsx").iterdir(), *(folder / "edge-xlsx").iterdir()]):
        if file.name in _TOO_LONG:
            continue
        found["in the files"]["files"] += 1
        found["in the files"].update(_in_file(file))
        found["needlepoint"].update(_ours(file))
        found["pandas"].update(_of_pandas(pandas, file))
    return {name: dict(counts) for name, counts in found.items()}


def _in_file(file: Path) -> Counter[str]:
    """Of files that openpyxl opens."""
    counts: Counter[str] = Counter()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book: Any = openpyxl.load_workbook(file)
    except Exception:
        return counts
    for sheet in book.worksheets:
        counts["merged ranges"] += len(sheet.merged_cells.ranges)
        counts["hidden sheets"] += sheet.sheet_state != "visible"
        for cell in sheet._cells.values():  # those that are there, whatever the dimensions say
            counts["formulas"] += cell.data_type == "f"
            counts["comments"] += cell.comment is not None
    return counts


def _ours(file: Path) -> Counter[str]:
    counts: Counter[str] = Counter()
    try:
        document = read_document(file, IngestSettings(), password=_PASSWORDS.get(file.name))
    except ServiceError:
        return counts
    boxes = document.source_map.boxes
    annotations = [s for s in document.segments if s.kind is SegmentKind.ANNOTATION]
    counts["files"] += 1
    counts["cells with text"] += len(boxes) - len(annotations)
    counts["cells with a place"] += len(boxes) - len(annotations)
    counts["formulas"] += sum(len(sheet.formulas) for sheet in document.sheets)
    counts["comments"] += sum(
        bool(_COMMENT.match(document.text[s.start : s.stop])) for s in annotations
    )
    counts["merged ranges"] += int((boxes[:, :2] != boxes[:, 2:]).any(axis=1).sum())
    counts["hidden sheets"] += sum(sheet.is_hidden for sheet in document.sheets)
    return counts


def _of_pandas(pandas: Any, file: Path) -> Counter[str]:
    """As its documentation says: `read_excel` of all sheets. Hidden ones are not told apart."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            frames = pandas.read_excel(file, sheet_name=None, header=None)
    except Exception:
        return Counter()
    return Counter({"files": 1, "cells with text": sum(map(_filled, frames.values()))})


def _filled(frame: Any) -> int:
    return int(frame.notna().to_numpy().sum())


def _pandas() -> Any:
    try:
        return importlib.import_module("pandas")
    except ModuleNotFoundError as error:
        raise InvalidInput(
            "the peer is not installed: pip install 'needlepoint[evals-peers]'"
        ) from error
