from __future__ import annotations

from datetime import date

import pytest

from engine.times_in_text import times_in


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("at 31 December 2023", date(2023, 12, 31), date(2023, 12, 31)),
        ("on 2024-02-29", date(2024, 2, 29), date(2024, 2, 29)),
        ("at the end of June 2025", date(2025, 6, 1), date(2025, 6, 30)),
        ("in Feb. 2024", date(2024, 2, 1), date(2024, 2, 29)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("Q3 2023", date(2023, 7, 1), date(2023, 9, 30)),
        ("in the last quarter of 2023", date(2023, 10, 1), date(2023, 12, 31)),
        ("in the fiscal 2023 third quarter", date(2023, 7, 1), date(2023, 9, 30)),
        ("2023 Q1", date(2023, 1, 1), date(2023, 3, 31)),
        ("FY18", date(2018, 1, 1), date(2018, 12, 31)),
        ("for 2019", date(2019, 1, 1), date(2019, 12, 31)),
        ("FY2019", date(2019, 1, 1), date(2019, 12, 31)),
    ],
)
def test_a_time_is_its_first_and_last_day(text: str, first: date, last: date) -> None:
    assert [days for _, _, days in times_in(text)] == [(first, last)]


@pytest.mark.parametrize("text", ["2,019", "2019.5", "SKU-2019", "Q3", "May", "12019"])
def test_what_names_no_year_is_no_time(text: str) -> None:
    assert list(times_in(text)) == []


def test_a_time_is_where_it_stands() -> None:
    text = "from May 2019 to 3 May 2020"
    assert sorted(text[start:stop] for start, stop, _ in times_in(text)) == [
        "3 May 2020",
        "May 2019",
    ]
