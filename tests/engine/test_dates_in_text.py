from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.dates_in_text import date_of, dates_in


@pytest.mark.parametrize(
    ("quote", "day"),
    [
        ("2021-12-31", date(2021, 12, 31)),
        ("December 31, 2021", date(2021, 12, 31)),
        ("Dec. 31, 2021", date(2021, 12, 31)),
        ("31 December 2021", date(2021, 12, 31)),
        ("6th day of January, 2012", date(2012, 1, 6)),
        ("31. Dezember 2021", date(2021, 12, 31)),
        ("1er janvier 2020", date(2020, 1, 1)),
        ("3 de mayo de 2019", date(2019, 5, 3)),
        ("04/18/01", date(2001, 4, 18)),
        ("18/04/2001", date(2001, 4, 18)),
        ("18.04.2001", date(2001, 4, 18)),
        ("02/03/2001", date(2001, 2, 3)),
        ("02.03.2001", date(2001, 3, 2)),
        ("15-Mar-98", date(1998, 3, 15)),
        ("31 February 2020", None),
        ("no date", None),
    ],
)
def test_date_of(quote: str, day: date | None) -> None:
    assert date_of(quote) == day


def test_dates_in_a_sentence() -> None:
    text = "dated 14 March 2022, as amended on June 1, 2023 (Clause 3.1.2020)"
    assert [text[start:stop] for start, stop in dates_in(text)] == [
        "14 March 2022",
        "June 1, 2023",
        "3.1.2020",
    ]


@given(st.dates(min_value=date(1000, 1, 1)))
def test_written_dates_are_read_back(day: date) -> None:
    assert date_of(day.isoformat()) == day
    assert date_of(f"{day.day} {day:%B} {day.year}") == day
    assert date_of(f"{day:%B} {day.day}, {day.year}") == day


@given(st.text(max_size=60))
def test_any_text_is_searched_without_an_error(text: str) -> None:
    for start, stop in dates_in(text):
        assert date_of(text[start:stop]) is not None
