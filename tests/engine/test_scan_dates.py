from __future__ import annotations

from datetime import date

import pytest

from engine.answers import Leaf, Place
from engine.scan_dates import StatementDates
from schemas.extraction import FieldStatus
from tests.engine.sources import source_of

FILL = "\n\nNeither party may assign its rights without the consent of the other.\n\n"
TEXT = f"""# Agreement

Made on 4 March 2018.

## Fee

The fee is 120. The fee was discussed at length by all.
{FILL}
# First Amendment

Signed on 2 February 2021, and it changes the agreement of 4 March 2018.

## Fee

The fee is 141.

## Term of 1 May 2022

The term is 5 years.
"""


def day_of(text: str, quote: str) -> date | None:
    source = source_of(text, "a.md", passage_tokens=12)
    start = source.document.text.index(quote)
    place = Place(0, start, start + len(quote))
    leaf = Leaf("", quote, FieldStatus.FOUND, 0.9, (place,))
    return StatementDates([source]).date_of(leaf)


@pytest.mark.parametrize(
    ("quote", "day"),
    [
        ("fee is 120", date(2018, 3, 4)),
        ("changes", date(2021, 2, 2)),
        ("fee is 141", date(2021, 2, 2)),
        ("5 years", date(2022, 5, 1)),
    ],
)
def test_the_nearest_of_passage_heading_and_section_dates_a_statement(
    quote: str, day: date
) -> None:
    assert day_of(TEXT, quote) == day


def test_a_date_that_is_the_answer_does_not_date_itself() -> None:
    text = "Signed on 3 May 2020. It ends on 1 June 2030."
    assert day_of(text, "1 June 2030") == date(2020, 5, 3)


def test_a_document_without_dates_dates_nothing() -> None:
    assert day_of("The fee is 120.", "120") is None


def test_an_answer_without_a_place_has_no_date() -> None:
    leaf = Leaf("", True, FieldStatus.FOUND, 0.9)
    assert StatementDates([source_of(TEXT)]).date_of(leaf) is None
