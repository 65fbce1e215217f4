from __future__ import annotations

from datetime import date
from typing import Literal

import pytest
from babel.dates import format_date
from hypothesis import given
from hypothesis import strategies as st

from engine.dates_in_text import date_of, dates_in

LOCALES = (
    "en", "en_GB", "de", "de_CH", "fr", "fr_CA", "es", "it", "nl", "pt", "sv", "da", "nb", "fi",
    "pl", "cs", "ro", "tr", "ja",
)  # fmt: skip


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
        ("the thirtieth day of April, two thousand nine", date(2009, 4, 30)),
        ("30th day of April, 2009", date(2009, 4, 30)),
        ("first day of May, nineteen hundred and ninety-nine", date(1999, 5, 1)),
        ("April thirtieth, two thousand and nine", date(2009, 4, 30)),
        ("fifth (5th) day of May, 2008", date(2008, 5, 5)),
        ("3rd day of June in the year 2010", date(2010, 6, 3)),
        ("December 11,2014", date(2014, 12, 11)),
        ("30-04-2009", date(2009, 4, 30)),
        ("2009/04/30", date(2009, 4, 30)),
        ("10. 5. 2020", date(2020, 5, 10)),
        ("2021年12月31日", date(2021, 12, 31)),
        ("April 2024", None),
        ("15\n\nJuly 2028", None),
        ("1.2.3.2020", None),
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


def test_a_date_in_words_stands_where_its_words_do() -> None:
    text = "made this third day of June, two thousand and ten, by Ann"
    assert [text[start:stop] for start, stop in dates_in(text)] == [
        "third day of June, two thousand and ten"
    ]


def test_the_document_says_whether_the_day_is_first() -> None:
    assert date_of("02/03/2001", day_first=True) == date(2001, 3, 2)
    assert date_of("02.03.2001", day_first=False) == date(2001, 2, 3)
    assert date_of("02/13/2001", day_first=True) == date(2001, 2, 13)


@given(
    st.dates(min_value=date(1970, 1, 1), max_value=date(2069, 12, 31)),
    st.sampled_from(LOCALES),
    st.sampled_from(["short", "medium", "long", "full"]),
)
def test_a_date_that_is_written_by_a_locale_is_read_back(
    day: date, locale: str, width: Literal["short", "medium", "long", "full"]
) -> None:
    written = format_date(day, width, locale=locale)
    assert date_of(written, day_first=locale != "en") == day


@given(st.dates(min_value=date(1000, 1, 1)))
def test_written_dates_are_read_back(day: date) -> None:
    assert date_of(day.isoformat()) == day
    assert date_of(f"{day.day} {day:%B} {day.year}") == day
    assert date_of(f"{day:%B} {day.day}, {day.year}") == day


@given(st.text(max_size=60))
def test_any_text_is_searched_without_an_error(text: str) -> None:
    for start, stop in dates_in(text):
        assert date_of(text[start:stop]) is not None
