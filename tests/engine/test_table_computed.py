from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from tokenizers import Tokenizer

from engine import table_answers
from engine.disk_cache import DiskCache
from engine.engine import Engine
from engine.gemma3 import Gemma3
from engine.lookup import Source
from engine.table_computed import ComputedAnswers
from ingest.passages import passages_of
from ingest.read import document_of
from schemas.extraction import (
    Extraction,
    FieldResult,
    Match,
    Mode,
    PartRegion,
    PointerRegion,
    Region,
    SheetRegion,
)
from schemas.ingest_settings import IngestSettings
from schemas.settings import Settings
from tests.engine.reading import Setup, asked
from tests.engine.sources import count_words, source_of
from tests.ingest import pdf_maker
from tests.ingest.workbooks import bytes_of, rows_bytes

CITIES = ("Lyon", "Nice", "Pau", "Brest")
NUMBER, TEXT, COUNT = {"type": "number"}, {"type": "string"}, {"type": "integer"}
TOTAL = {**NUMBER, "description": "Total amount of the orders of Lyon"}
FIRST = {**NUMBER, "description": "Amount of the order AB-1003"}
UNCLEAR = {**NUMBER, "description": "How good is the weather?"}


def book_bytes(num_rows: int = 40) -> bytes:
    """Every fourth order is of Lyon, and the ten of Lyon come to 10 + 50 + … + 370."""
    rows = [[f"AB-{1000 + n}", CITIES[n % 4], 10 * n + 10] for n in range(num_rows)]
    return rows_bytes(["Order", "City", "Amount"], *rows)


def source_of_bytes(data: bytes, name: str) -> Source:
    document = document_of(data, name, IngestSettings())
    return Source(document, passages_of(document, count_words, 32))


def book(num_rows: int = 40) -> Source:
    return source_of_bytes(book_bytes(num_rows), "orders.xlsx")


class Asking:
    """An engine of a tiny model."""

    def __init__(self, settings: Settings, folder: Path) -> None:
        self.engine = Engine.open(settings, DiskCache(folder, 1 << 26))

    def extract(self, source: Source, mode: Mode | None = None, **properties: Any) -> Extraction:
        return self.engine.extract([source], schema_of(properties), mode=mode)

    def field(
        self, source: Source, schema: dict[str, Any], mode: Mode | None = None
    ) -> FieldResult:
        (field,) = self.extract(source, mode, asked=schema).fields
        return field


def counted(made: list[int]) -> Any:
    def frames_in(*_: Any, **__: Any) -> list[Any]:
        made.append(1)
        return []

    return frames_in


def schema_of(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties}


@pytest.fixture
def asking(tiny_settings: Settings, tmp_path: Path) -> Asking:
    return Asking(tiny_settings, tmp_path / "entries")


@pytest.fixture
def setup(tiny_model: Gemma3, tiny_tokenizer: Tokenizer, tmp_path: Path) -> Setup:
    return Setup(tiny_model, tiny_tokenizer, tmp_path / "reader")


def test_a_total_is_computed_and_cites_its_cells(asking: Asking) -> None:
    field = asking.field(book(), TOTAL)
    assert (field.value, field.reduce, field.absence) == (1900, "sum", None)
    (citation,) = field.citations
    assert (citation.quote, citation.match) == ("10", Match.DERIVED)
    ranges = [region.range for region in citation.regions if isinstance(region, SheetRegion)]
    assert ranges == [f"C{row}" for row in range(2, 42, 4)]


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        (
            "orders.html",
            PartRegion(part="table 1", range="C2"),
            PartRegion(part="table 1", range="C38"),
        ),
        (
            "orders.jsonl",
            PointerRegion(pointer="/Amount", first_line=1, last_line=1),
            PointerRegion(pointer="/Amount", first_line=37, last_line=37),
        ),
    ],
)
def test_a_total_cites_the_cells_of_pages_and_records_too(
    asking: Asking, name: str, first: Region, last: Region
) -> None:
    rows = [(f"AB-{1000 + n}", CITIES[n % 4], 10 * n + 10) for n in range(40)]
    if name.endswith("html"):
        cells = [f"<tr><td>{a}</td><td>{b}</td><td>{c}</td></tr>" for a, b, c in rows]
        heads = "<tr><th>Order</th><th>City</th><th>Amount</th></tr>"
        text = f"<html><body><table>{heads}{''.join(cells)}</table></body></html>"
    else:
        text = "\n".join(json.dumps({"Order": a, "City": b, "Amount": c}) for a, b, c in rows)
    field = asking.field(source_of_bytes(text.encode(), name), TOTAL)
    assert (field.value, field.reduce) == (1900, "sum")
    regions = field.citations[0].regions
    assert (len(regions), regions[0], regions[-1]) == (10, first, last)


def test_the_model_is_not_asked_what_is_computed(asking: Asking) -> None:
    extraction = asking.extract(book(), total=TOTAL)
    assert extraction.usage.prompt_tokens == 0
    assert (extraction.coverage.share_read, extraction.errors) == (1.0, [])
    (warning,) = extraction.warnings
    assert (warning.code, warning.path) == ("computed", "/total")
    assert "sum of Amount where City is 'Lyon': 10 of 40 rows" in warning.message


@pytest.mark.parametrize("mode", [Mode.DENSE, Mode.INDEXED])
def test_in_a_mode_that_was_asked_for_the_model_reads(asking: Asking, mode: Mode) -> None:
    extraction = asking.extract(book(), mode, total=TOTAL)
    assert extraction.usage.prompt_tokens > 0
    assert extraction.fields[0].reduce is None


def test_small_tables_are_read_and_not_computed_unless_all_is_scanned(asking: Asking) -> None:
    assert asking.field(book(20), TOTAL).reduce is None
    field = asking.field(book(20), TOTAL, Mode.SCAN)
    assert (field.value, field.reduce) == (450, "sum")


@pytest.mark.parametrize("mode", [None, Mode.SCAN])
def test_a_cell_of_the_row_that_is_named_is_looked_up(asking: Asking, mode: Mode | None) -> None:
    extraction = asking.extract(book(), mode, order=FIRST)
    (field,) = extraction.fields
    assert (field.value, field.reduce, extraction.usage.prompt_tokens) == (40, None, 0)
    assert field.citations[0].match is Match.NORMALISED


def test_the_first_by_an_order_says_which(asking: Asking) -> None:
    schema = {**TEXT, "description": "Which order has the highest amount?"}
    field = asking.field(book(), schema)
    assert (field.value, field.reduce) == ("AB-1039", "max")


@pytest.mark.parametrize("mode", [None, Mode.SCAN])
def test_what_is_not_clear_is_read_by_the_model(asking: Asking, mode: Mode | None) -> None:
    extraction = asking.extract(book(), mode, weather=UNCLEAR, total=TOTAL)
    assert extraction.output is not None
    assert extraction.output["total"] == 1900
    assert extraction.usage.prompt_tokens > 0
    assert [field.reduce for field in extraction.fields] == [None, "sum"]


def test_an_operator_of_the_schema_is_left_to_the_scan(asking: Asking) -> None:
    schema = {**COUNT, "description": "Number of orders", "x-needlepoint": {"reduce": "count"}}
    assert asking.extract(book(), orders=schema).usage.prompt_tokens > 0


def test_a_string_of_a_format_is_left_to_the_model(asking: Asking) -> None:
    schema = {**TEXT, "description": "Order with the highest amount", "format": "email"}
    assert asking.extract(book(), address=schema).usage.prompt_tokens > 0


def test_a_date_is_no_number_and_no_name() -> None:
    date = {**TEXT, "format": "date"}
    for words in (TOTAL["description"], "Which order has the highest amount?"):
        questions = asked({"when": {**date, "description": words}})
        assert not ComputedAnswers().answers([book()], questions, None).findings


def test_all_that_the_table_stands_in_is_covered(asking: Asking) -> None:
    text = "\n".join(f"{n},{CITIES[n % 4]},{n}" for n in range(40))
    table = source_of(f"Order,City,Amount\n{text}\n", "a.csv")
    other = source_of("The agent is Ann. " * 20, "b.txt")
    extraction = asking.engine.extract([table, other], schema_of({"total": TOTAL}))
    num_tokens = sum(passage.num_tokens for passage in table.passages)
    assert extraction.coverage.num_tokens_read == num_tokens < extraction.coverage.num_tokens


def test_a_scan_that_only_computes_covers_everything(asking: Asking) -> None:
    other = source_of("The agent is Ann. " * 20, "b.txt")
    extraction = asking.engine.extract([book(), other], schema_of({"total": TOTAL}), mode=Mode.SCAN)
    assert (extraction.coverage.share_read, extraction.usage.prompt_tokens) == (1.0, 0)


def test_what_is_foreseen_is_what_is_read(asking: Asking) -> None:
    asked_for: list[dict[str, Any]] = [{"total": TOTAL}, {"total": TOTAL, "weather": UNCLEAR}]
    for properties in asked_for:
        estimate = asking.engine.estimate([book()], schema_of(properties))
        extraction = asking.extract(book(), **properties)
        assert estimate.prompt_tokens == extraction.usage.prompt_tokens


def test_tables_are_made_once_for_the_same_documents(
    asking: Asking, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[int] = []
    monkeypatch.setattr(table_answers, "frames_in", counted(made))
    source = book()
    asking.engine.estimate([source], schema_of({"total": TOTAL}))
    asking.extract(source, total=TOTAL)
    assert len(made) == 1
    asking.extract(book(44), total=TOTAL)
    assert len(made) == 2


def test_no_table_is_made_where_no_question_or_document_is_for_one(
    asking: Asking, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[int] = []
    monkeypatch.setattr(table_answers, "TableAnswers", lambda *_, **__: made.append(1))
    asking.extract(book(), signed={"type": "boolean"})
    asking.extract(book(20), total=TOTAL)
    asking.extract(
        source_of_bytes(pdf_maker.pdf_of([[(72, 72, "The agent is Ann.")]]), "a.pdf"), total=TOTAL
    )
    assert made == []


def test_another_owner_has_tables_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[int] = []
    monkeypatch.setattr(table_answers, "frames_in", counted(made))
    computed, questions, source = ComputedAnswers(), asked({"total": TOTAL}), book()
    for owner in ("ann", "ann", "bob"):
        computed.answers([source], questions, None, owner=owner)
    assert len(made) == 2
    computed.forget()
    computed.answers([source], questions, None, owner="bob")
    assert len(made) == 3


def test_findings_and_progress_come_once_and_in_order(setup: Setup) -> None:
    properties = {"weather": UNCLEAR, "total": TOTAL, "last": TEXT}
    reading = setup.read([book()], properties)
    assert [finding.question.node.name for finding in reading.findings] == list(properties)
    told = [field.path for progress in setup.progress for field in progress.fields]
    assert sorted(told) == ["/last", "/total", "/weather"]


def test_a_table_of_a_hidden_sheet_is_told_as_hidden(asking: Asking) -> None:
    def fill(sheet: Any) -> None:
        for n in range(41):
            sheet.append(["Order", "City", "Amount"] if not n else [f"A-{n}", "Lyon", n])
        sheet.parent.create_sheet("Shown").append(["Nothing here"])
        sheet.sheet_state = "hidden"

    extraction = asking.extract(source_of_bytes(bytes_of(fill), "a.xlsx"), total=TOTAL)
    told = [warning.code for warning in extraction.warnings if warning.path == "/total"]
    assert told == ["hidden_counted", "computed"]


@pytest.mark.slow
def test_polars_is_loaded_for_a_table_alone() -> None:
    code = "import sys, engine.engine; print('polars' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_of_a_row_that_is_named_only_its_passage_is_read(asking: Asking) -> None:
    named = {**TEXT, "description": "How good was the weather for AB-1003?"}
    source = book()
    extraction = asking.extract(source, weather=named)
    [passage] = [p for p in source.passages if "AB-1003" in p.text]
    assert extraction.usage.prompt_tokens > 0
    assert extraction.coverage.num_tokens_read == passage.num_tokens
