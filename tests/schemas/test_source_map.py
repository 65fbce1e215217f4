from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.extraction import LineRegion, PageRegion, Region, SheetRegion
from schemas.source_map import (
    OcrPage,
    PlaceKind,
    SourceMap,
    column_letters,
    range_of,
    read_by_ocr,
    union_of,
)


@dataclass(frozen=True)
class Word:
    start: int
    stop: int
    place: int
    line: int
    box: tuple[int, int, int, int]


def map_of(kind: PlaceKind, words: list[Word], labels: tuple[str, ...] = ()) -> SourceMap:
    def column(name: str) -> np.ndarray[tuple[int, ...], np.dtype[np.int32]]:
        return np.array([getattr(word, name) for word in words], dtype=np.int32)

    boxes = np.array([word.box for word in words], dtype=np.float32).reshape(-1, 4)
    return SourceMap(
        kind, column("start"), column("stop"), column("place"), column("line"), boxes, labels
    )


PAGES = map_of(
    PlaceKind.PAGE,
    [
        Word(0, 5, 1, 1, (10, 10, 40, 20)),
        Word(6, 10, 1, 1, (45, 9, 70, 20)),
        Word(11, 14, 1, 2, (10, 25, 30, 35)),
        Word(16, 20, 2, 3, (10, 10, 40, 20)),
    ],
    ("iv", ""),
)
SHEETS = map_of(
    PlaceKind.SHEET,
    [
        Word(0, 3, 1, 1, (2, 7, 2, 7)),
        Word(6, 9, 1, 1, (3, 7, 3, 7)),
        Word(10, 13, 1, 2, (3, 9, 3, 9)),
        Word(15, 18, 2, 3, (28, 1, 28, 1)),
    ],
    ("Sales", "Costs"),
)
LINES = map_of(PlaceKind.LINE, [Word(0, 5, 1, 1, (0, 0, 0, 0)), Word(6, 9, 3, 3, (0, 0, 0, 0))])


def test_words_of_one_line_are_one_box() -> None:
    assert PAGES.regions(0, 10) == [PageRegion(page=1, page_label="iv", bboxes=[(10, 9, 70, 20)])]


def test_half_a_word_is_answered_with_the_whole_word() -> None:
    assert PAGES.regions(2, 3) == PAGES.regions(0, 5) != []


def test_a_range_over_lines_and_pages_has_a_box_for_each_line() -> None:
    assert PAGES.regions(8, 17) == [
        PageRegion(page=1, page_label="iv", bboxes=[(45, 9, 70, 20), (10, 25, 30, 35)]),
        PageRegion(page=2, page_label=None, bboxes=[(10, 10, 40, 20)]),
    ]


@pytest.mark.parametrize(("start", "stop"), [(3, 3), (5, 6), (14, 16), (20, 99), (4, 2)])
def test_where_nothing_stands_there_is_no_region(start: int, stop: int) -> None:
    assert PAGES.regions(start, stop) == []
    assert PAGES.first_place(start, stop) == "nowhere"


def test_cells_are_answered_as_a_range_of_their_sheet() -> None:
    assert SHEETS.regions(0, 13) == [SheetRegion(sheet="Sales", range="B7:C9")]
    assert SHEETS.regions(7, 8) == [SheetRegion(sheet="Sales", range="C7")]


def test_a_range_over_sheets_is_a_region_for_each() -> None:
    assert SHEETS.regions(11, 16) == [
        SheetRegion(sheet="Sales", range="C9"),
        SheetRegion(sheet="Costs", range="AB1"),
    ]


def test_lines_are_answered_from_the_first_to_the_last() -> None:
    assert LINES.regions(4, 7) == [LineRegion(first_line=1, last_line=3)]


def test_a_place_is_named_for_people() -> None:
    assert PAGES.first_place(16, 20) == "p. 2"
    assert SHEETS.first_place(0, 3) == "Sales!B7"
    assert LINES.first_place(6, 9) == "line 3"


def test_the_last_cell_of_a_sheet_keeps_its_name() -> None:
    corner = np.array([[16384, 1048576, 16384, 1048576]], dtype=np.float32)
    assert range_of(union_of(corner)) == "XFD1048576"


@pytest.mark.parametrize(
    ("column", "letters"), [(1, "A"), (26, "Z"), (27, "AA"), (52, "AZ"), (702, "ZZ"), (703, "AAA")]
)
def test_columns_are_counted_in_letters(column: int, letters: str) -> None:
    assert column_letters(column) == letters


@given(st.integers(1, 1 << 20))
def test_the_letters_of_a_column_count_back_to_it(column: int) -> None:
    counted = 0
    for letter in column_letters(column):
        counted = counted * 26 + ord(letter) - ord("A") + 1
    assert counted == column


@st.composite
def words(draw: st.DrawFn) -> list[Word]:
    made: list[Word] = []
    stop, line, place = 0, 1, 1
    for _ in range(draw(st.integers(0, 25))):
        start = stop + draw(st.integers(0, 3))
        stop = start + draw(st.integers(1, 6))
        turned = draw(st.sampled_from(["", "line", "page"]))
        line += turned != ""
        place += turned == "page"
        x0, y0, width, height = draw(st.tuples(*[st.integers(1, 500)] * 4))
        made.append(Word(start, stop, place, line, (x0, y0, x0 + width, y0 + height)))
    return made


def pages_of(touched: list[Word]) -> list[Region]:
    """The oracle: word by word, in the order of the text."""
    boxes: dict[int, dict[int, tuple[float, float, float, float]]] = {}
    for word in touched:
        lines = boxes.setdefault(word.place, {})
        x0, y0, x1, y1 = word.box
        a0, b0, a1, b1 = lines.get(word.line, word.box)
        lines[word.line] = (min(x0, a0), min(y0, b0), max(x1, a1), max(y1, b1))
    return [PageRegion(page=page, bboxes=list(lines.values())) for page, lines in boxes.items()]


@settings(deadline=None)
@given(words(), st.integers(-3, 220), st.integers(-3, 60))
def test_regions_are_the_union_by_line_of_exactly_the_words_that_are_touched(
    made: list[Word], start: int, length: int
) -> None:
    stop = start + length
    touched = [w for w in made if w.start < stop and start < w.stop and length > 0]
    source_map = map_of(PlaceKind.PAGE, made, ("",) * 26)
    assert source_map.regions(start, stop) == pages_of(touched)


def test_a_point_leads_back_to_its_word() -> None:
    assert PAGES.range_at(1, 50, 15) == (6, 10)
    assert PAGES.range_at(2, 50, 15) is None


def test_the_smallest_of_words_over_one_another_is_taken() -> None:
    words = [Word(0, 5, 1, 1, (0, 0, 100, 100)), Word(6, 9, 1, 2, (40, 40, 60, 60))]
    assert map_of(PlaceKind.PAGE, words, ("",)).range_at(1, 50, 50) == (6, 9)


def test_a_point_leads_back_to_its_line() -> None:
    assert PAGES.line_range_at(1, 50, 15) == (0, 10)
    assert PAGES.line_range_at(1, 500, 15) is None


def test_a_box_leads_back_to_runs_of_words() -> None:
    assert PAGES.ranges_in(1, (0, 0, 42, 40)) == [(0, 5), (11, 14)]
    assert PAGES.ranges_in(1, (0, 0, 100, 22)) == [(0, 10)]
    assert PAGES.ranges_in(2, (50, 0, 100, 22)) == []


def test_a_cell_leads_back_to_its_text() -> None:
    sheet = map_of(PlaceKind.SHEET, [Word(0, 3, 1, 1, (2, 7, 3, 7))], ("Sales",))
    assert sheet.range_at(1, 3, 7) == (0, 3)
    assert sheet.range_at(1, 4, 7) is None


def test_confidence_is_that_of_the_least_sure_word_that_ocr_has_read() -> None:
    confidence = np.array([0.5, 0.9, np.nan, 0.8], dtype=np.float32)
    places = dataclasses.replace(PAGES, confidence=confidence)
    assert places.ocr_confidence(6, 10) == 0.9
    assert places.ocr_confidence(2, 14) == 0.5
    assert places.ocr_confidence(11, 14) is None
    assert PAGES.ocr_confidence(0, 20) is None
    [first, second] = places.regions(6, 20)
    assert isinstance(first, PageRegion)
    assert isinstance(second, PageRegion)
    assert (first.ocr_confidence, second.ocr_confidence) == (0.9, 0.8)


def test_pages_that_ocr_has_read_are_counted_by_their_words() -> None:
    confidence = np.array([0.5, 1.0, np.nan, np.nan], dtype=np.float32)
    assert dataclasses.replace(PAGES, confidence=confidence).ocr_pages() == [
        OcrPage(1, 2, 0.75, 0.5)
    ]
    assert PAGES.ocr_pages() == []


def test_a_column_that_says_nothing_is_not_kept() -> None:
    nothing = np.full(3, np.nan, dtype=np.float32)
    assert len(read_by_ocr(nothing)) == 0
    assert len(read_by_ocr(np.array([np.nan, 0.5], dtype=np.float32))) == 2
