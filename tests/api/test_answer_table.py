from __future__ import annotations

import io

from rich.console import Console

from api.answer_table import answer_table, value_text
from schemas.extraction import (
    Citation,
    Coverage,
    Extraction,
    FieldResult,
    FieldStatus,
    Match,
    Mode,
    Region,
    SheetRegion,
    Status,
)


def test_each_value_has_a_row_with_place_quote_and_confidence() -> None:
    lines = printed(extraction_of([rent_field()])).splitlines()
    assert lines[3].split("│")[1:6] == [
        " /rent ",
        " 93    ",
        " Sales!B7 ",
        " [b]93 EUR (normalised) ",
        " 50%        ",
    ]


def test_several_documents_are_named_with_the_place() -> None:
    field = rent_field()
    other = field.citations[0].model_copy(update={"document": "other.xlsx"})
    both = field.model_copy(update={"citations": [field.citations[0], other]})
    text = printed(extraction_of([both]))
    assert "sales.xlsx, Sales!B7" in text
    assert "other.xlsx, Sales!B7" in text


def test_what_is_absent_or_doubtful_says_so() -> None:
    absent = FieldResult(path="/a", value=None, status=FieldStatus.ABSENT, confidence=0.9)
    doubtful = FieldResult(path="/a", value=[1], status=FieldStatus.AMBIGUOUS, confidence=0.9)
    assert (value_text(absent), value_text(doubtful)) == ("not found", "[1] (ambiguous)")


def rent_field() -> FieldResult:
    regions: list[Region] = [SheetRegion(sheet="Sales", range="B7")]
    citation = Citation(
        document="sales.xlsx",
        quote="[b]93 EUR",
        start=0,
        stop=9,
        regions=regions,
        match=Match.NORMALISED,
    )
    return FieldResult(
        path="/rent", value=93, status=FieldStatus.FOUND, confidence=0.5, citations=[citation]
    )


def extraction_of(fields: list[FieldResult]) -> Extraction:
    coverage = Coverage(
        num_tokens=8, num_tokens_read=8, num_passages=1, num_passages_read=1, share_read=1.0
    )
    return Extraction(
        id="ext_1",
        status=Status.COMPLETED,
        model="fake",
        mode=Mode.DENSE,
        output={},
        fields=fields,
        coverage=coverage,
    )


def printed(extraction: Extraction) -> str:
    out = io.StringIO()
    Console(file=out, width=120, markup=False).print(answer_table(extraction))
    return out.getvalue()
