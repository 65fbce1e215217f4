from __future__ import annotations

import pytest

from engine.clock_times import clock_times_in


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Doors 09:30, talks 10:15\u201311:00", ["09:30", "10:15", "11:00"]),
        ("10:15-11:00", ["10:15", "11:00"]),
        ("at 5 p.m. sharp, or 5.30pm", ["5 p.m.", "5.30pm"]),
        ("um 14.30 Uhr, 14 Uhr, 14:30 Uhr", ["14.30 Uhr", "14 Uhr", "14:30 Uhr", "14:30"]),
        ("rendez-vous \u00e0 14h05", ["14h05"]),
        ("at 1430 hours; at noon", ["1430 hours", "noon"]),
        ("at 06:05:10 hrs", ["06:05:10 hrs", "06:05:10"]),
    ],
)
def test_times_of_day_are_found_with_and_without_what_stands_behind_them(
    text: str, found: list[str]
) -> None:
    assert [text[start:stop] for start, stop in clock_times_in(text)] == found


@pytest.mark.parametrize(
    "text",
    [
        "Total 14.30, at 25:10 or 10:75",
        "12:30:99:1",
        "2024-05-01",
        "ratio 1:2",
        "5 men",
        "8,7:30,5",
    ],
)
def test_amounts_dates_and_ratios_are_no_times(text: str) -> None:
    assert list(clock_times_in(text)) == []
