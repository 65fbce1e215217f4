from __future__ import annotations

from api.places import place_of, shortened, visible
from schemas.extraction import (
    LineRegion,
    PageRegion,
    PartRegion,
    PointerRegion,
    Region,
    SheetRegion,
)


def test_a_page_is_called_by_its_number_and_its_printed_label() -> None:
    regions: list[Region] = [
        PageRegion(page=3, page_label="3", bboxes=[]),
        PageRegion(page=4, page_label="iv", bboxes=[]),
    ]
    assert place_of(regions) == "p. 3, p. 4 (printed iv)"


def test_cells_and_lines_are_called_by_their_range() -> None:
    regions: list[Region] = [
        SheetRegion(sheet="Sales", range="B7:C9"),
        LineRegion(first_line=2, last_line=2),
        LineRegion(first_line=4, last_line=6),
    ]
    assert place_of(regions) == "Sales!B7:C9, line 2, lines 4–6"


def test_parts_are_called_by_their_name_cells_and_headings() -> None:
    regions: list[Region] = [
        PartRegion(part="paragraph 7", section="Rent > Due"),
        PartRegion(part="slide 3, Table 2", range="B2"),
        PointerRegion(pointer="/orders/0/sum"),
        PointerRegion(pointer="/sum", first_line=2, last_line=2),
        PointerRegion(pointer=""),
    ]
    assert place_of(regions) == (
        "paragraph 7 (Rent > Due), slide 3, Table 2, B2, /orders/0/sum, line 2, /sum, "
        "the whole file"
    )


def test_text_of_a_document_can_not_steer_the_terminal() -> None:
    assert visible("a\x1b[31m\nb\u202ec\x9bd") == "a [31m b c d"


def test_writing_of_every_language_stays_as_it_is() -> None:
    assert visible("می‌خواهم 東京 €") == "می‌خواهم 東京 €"


def test_a_long_text_shows_that_it_was_cut() -> None:
    assert shortened("one two three", 8) == "one two…"
