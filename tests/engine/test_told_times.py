from __future__ import annotations

from datetime import date

import pytest

from engine.told_times import agree, is_time, times_told


def test_the_ends_of_a_range_are_one_time() -> None:
    assert times_told("1 July 2023 to 30 June 2024", None) == (
        (date(2023, 7, 1), date(2024, 6, 30)),
    )


def test_a_date_that_can_be_read_two_ways_is_none_where_nothing_tells() -> None:
    assert times_told("05/06/2024", None) == ()
    assert times_told("05/06/2024", day_first=True) == ((date(2024, 6, 5),) * 2,)
    assert times_told("25/06/2024", None) == ((date(2024, 6, 25),) * 2,)


@pytest.mark.parametrize("last", ["31 December 9999", "9999-12-31"])
def test_a_fiscal_stretch_without_an_end_is_a_time(last: str) -> None:
    """As registers write that something holds until further notice."""
    (told,) = times_told(f"Fiscal terms, 1 January 2020 to {last}", None)
    assert told == (date(2019, 4, 1), date(9999, 3, 31))


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("30 June 2025", True),
        ("Year ended 30 June 2025", True),
        ("2020 - 2024", True),
        ("30 June 2025 and each one after it", False),
        ("Rent", False),
    ],
)
def test_what_says_a_time_and_little_else(text: str, is_one: bool) -> None:
    assert is_time(text) is is_one


def test_times_agree_where_one_lies_within_the_other() -> None:
    day, year, other = (
        times_told(text, None) for text in ("30 June 2025", "2025", "31 December 2024")
    )
    assert agree(day, year)
    assert agree(year, day)
    assert not agree(day, other)
