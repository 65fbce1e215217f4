from __future__ import annotations

import pytest

from schemas.document import Document, SegmentKind
from tests.ingest.pdf_maker import Item, pdf_of, read, texts

WORDS = ("Alpha", "Bravo", "Carol", "Delta", "Eagle")


def _book(feet: list[str], *, head: str = "") -> Document:
    pages: list[list[Item]] = []
    for word, foot in zip(WORDS, feet, strict=True):
        lines: list[Item] = [(72, 100 + 14.0 * n, f"{word} says its line {n}.") for n in range(4)]
        pages.append([(72, 40, head.format(foot)), *lines, (300, 770, "" if head else foot)])
    return read(pdf_of(pages))


@pytest.mark.parametrize(
    "feet", [["i", "ii", "iii", "iv", "v"], ["XIX", "XX", "XXI", "XXII", "XXIII"]]
)
def test_roman_numbers_that_count_the_pages_are_feet(feet: list[str]) -> None:
    document = _book(feet)
    assert sorted(texts(document, SegmentKind.FURNITURE)) == sorted(feet)


def test_a_running_head_with_a_roman_number_is_furniture() -> None:
    document = _book(["v", "vi", "vii", "viii", "ix"], head="{} Preface")
    assert "vii Preface" in texts(document, SegmentKind.FURNITURE)


def test_roman_letters_that_do_not_count_the_pages_are_text() -> None:
    assert not texts(_book(["x", "i", "v", "v", "l"]), SegmentKind.FURNITURE)


def test_a_page_is_called_by_the_number_printed_on_it() -> None:
    assert [page.label for page in _book(["i", "ii", "iii", "1", "2"]).pages][:3] == [
        "i",
        "ii",
        "iii",
    ]
    assert [page.label for page in _book(["7", "8", "9", "10", "11"]).pages] == [*"789", "10", "11"]
