"""Generated workbooks: each cell is in the text where the map says, and both readers agree."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from openpyxl.utils.cell import range_boundaries

from ingest.normalise import normalise
from schemas.document import Document
from schemas.document_invariants import broken_invariants
from schemas.ingest_settings import IngestSettings
from tests.ingest.workbooks import bytes_of, read

IN_BULK = IngestSettings(full_cells=0)
WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["C"]), min_size=1, max_size=12)
DAYS = st.dates(datetime.date(1900, 3, 1), datetime.date(2199, 12, 31))
VALUES = st.one_of(
    WORDS.filter(lambda text: bool(normalise(text)) and text[0] != "="),
    st.integers(-(10**12), 10**12),
    st.floats(-1e9, 1e9, allow_nan=False).map(lambda number: round(number, 4)),
    st.booleans(),
    DAYS,
    DAYS.map(lambda day: datetime.datetime.combine(day, datetime.time(13, 5))),
    st.just("=A1+1"),
)
FORMATS = st.sampled_from([None, "0.0%", "#,##0.00", '0.00" EUR";(0.00)', "dd/mm/yyyy", "0.00E+00"])
PLACES = st.tuples(st.integers(1, 30), st.integers(1, 9))
CELLS = st.dictionaries(PLACES, st.tuples(VALUES, FORMATS), min_size=1, max_size=40)
MERGES = st.lists(st.tuples(st.integers(1, 4), st.integers(1, 2)), max_size=3)
HIDDEN = st.sets(st.integers(1, 9), max_size=3)


def workbook(cells: Any, merges: Any, hidden: Any, is_1904: bool) -> bytes:
    def fill(sheet: Any) -> None:
        if is_1904:
            sheet.parent.epoch = datetime.datetime(1904, 1, 1)
        for (row, column), (value, number_format) in cells.items():
            cell = sheet.cell(row, column, value)
            if number_format and not isinstance(value, str | datetime.date):
                cell.number_format = number_format
        for (row, column), (height, width) in zip(sorted(cells), merges, strict=False):
            if not any(is_in(place, row, column, height, width) for place in cells):
                sheet.merge_cells(None, row, column, row + height, column + width)
        for number in hidden:
            sheet.row_dimensions[number].hidden = True
            sheet.column_dimensions["ABCDEFGHI"[number - 1]].hidden = True

    return bytes_of(fill)


def is_in(place: tuple[int, int], row: int, column: int, height: int, width: int) -> bool:
    """In the rectangle, and not its first cell."""
    inside = row <= place[0] <= row + height and column <= place[1] <= column + width
    return inside and place != (row, column)


def found(document: Document) -> dict[tuple[int, int], str]:
    """Text by row and column of the first cell of each range that the map knows."""
    source_map = document.source_map
    return {
        (int(box[1]), int(box[0])): document.text[start:stop]
        for start, stop, box in zip(
            source_map.start, source_map.stop, source_map.boxes, strict=True
        )
    }


BOOKS = st.builds(workbook, CELLS, MERGES, HIDDEN, st.booleans())


@settings(max_examples=25, deadline=None)
@given(CELLS, MERGES, HIDDEN, st.booleans())
def test_every_cell_is_in_the_text_at_the_range_that_is_cited(
    cells: Any, merges: Any, hidden: Any, is_1904: bool
) -> None:
    days = [value for value, _ in cells.values() if isinstance(value, datetime.date)]
    assume(not is_1904 or all(day.year >= 1904 for day in days))  # before, no sheet shows a date
    document = read(workbook(cells, merges, hidden, is_1904))
    assert broken_invariants(document) == []
    texts = found(document)
    assert set(texts) == set(cells)
    for place, (value, _) in cells.items():
        if isinstance(value, str):
            assert texts[place] == normalise(value)
        elif isinstance(value, datetime.date):
            assert texts[place].startswith(value.isoformat()[:10])
    for start, stop in zip(document.source_map.start, document.source_map.stop, strict=True):
        regions: list[Any] = document.source_map.regions(int(start), int(stop))
        [region] = regions
        left, top, right, bottom = (int(edge or 0) for edge in range_boundaries(region.range))
        middle = (left + right) / 2, (top + bottom) / 2
        assert (start, stop) in document.source_map.ranges_in(1, (*middle, *middle))


@settings(max_examples=25, deadline=None)
@given(BOOKS)
def test_in_bulk_the_same_is_read_as_cell_by_cell(data: bytes) -> None:
    one, other = read(data), read(data, IN_BULK)
    assert other.text == one.text
    assert found(other) == found(one)
    assert (other.sheets, other.warnings) == (one.sheets, one.warnings)
    assert [grid.heads for grid in other.grids] == [grid.heads for grid in one.grids]
    assert (other.source_map.boxes == one.source_map.boxes).all()


@pytest.mark.parametrize("number", [1e14, 1e17, -1e15, 1e300])
def test_a_date_past_all_dates_is_read_in_bulk_as_well(number: float) -> None:
    data = workbook({(2, 2): (number, "[h]:mm:ss"), (2, 3): (43000, "dd/mm/yyyy")}, [], [], False)
    assert read(data, IN_BULK).text == read(data).text


def test_a_number_below_zero_that_is_shown_as_a_date_keeps_its_sign_in_bulk() -> None:
    data = workbook({(2, 2): (-1.5, "dd/mm/yyyy"), (2, 3): (43000, "dd/mm/yyyy")}, [], [], False)
    assert "-1.5 | 2017-09-22" in read(data, IN_BULK).text


@pytest.mark.parametrize("settings_of_one", [IngestSettings(), IN_BULK])
@pytest.mark.parametrize(("is_1904", "day"), [(True, "1904-01-01"), (False, "1899-12-31")])
def test_the_first_day_of_a_calendar_is_its_own(
    settings_of_one: IngestSettings, is_1904: bool, day: str
) -> None:
    data = workbook({(2, 2): (0, "dd/mm/yyyy"), (2, 3): (43000, "dd/mm/yyyy")}, [], [], is_1904)
    assert f"{day} | " in read(data, settings_of_one).text
