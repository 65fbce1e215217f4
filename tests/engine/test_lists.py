from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.lists import parts_of


def told(quote: str) -> list[str]:
    return [quote[start:stop] for start, stop in parts_of(quote)]


@pytest.mark.parametrize(
    ("quote", "items"),
    [
        ("(i) apples, (ii) pears; and (iii) figs.", ["apples", "pears", "figs"]),
        ("as follows: (a) one, two; (b) three", ["one, two", "three"]),
        ("1. Ann\n2. Bob", ["Ann", "Bob"]),
        ("• Ann\n• Bob, the\nsecond\n• Cy", ["Ann", "Bob, the\nsecond", "Cy"]),
        ("- Ann\n- Bob", ["Ann", "Bob"]),
        ("Ulice Payne, Jr., Smith, Inc. and Bob", ["Ulice Payne, Jr.", "Smith, Inc.", "Bob"]),
        ("Ann Lee, M.D., and Bo, Ph.D.", ["Ann Lee, M.D.", "Bo, Ph.D."]),
        ("Ann, Bob and Cy, and Dan", ["Ann", "Bob and Cy", "Dan"]),
        ("Apple, IBM, HP", ["Apple", "IBM", "HP"]),
        ("iron or steel", ["iron", "steel"]),
        ("12 sheep\n13 dogs", ["12 sheep", "13 dogs"]),
        ("(a) only one", ["(a) only one"]),
    ],
)
def test_a_list_is_parted_where_it_enumerates(quote: str, items: list[str]) -> None:
    assert told(quote) == items


WORD = st.text("bcdfgh", min_size=2, max_size=6)
NAME = st.lists(WORD, min_size=1, max_size=3).map(" ".join)
NAMES = st.lists(NAME, min_size=2, max_size=6)


@given(NAMES, st.sampled_from(["; ", ", ", "\n"]))
def test_items_that_were_joined_are_parted_again(names: list[str], separator: str) -> None:
    assert told(separator.join(names)) == names


@given(NAMES)
def test_items_that_were_told_in_a_sentence_are_parted_again(names: list[str]) -> None:
    assert told(f"{', '.join(names[:-1])} and {names[-1]}") == names
    assert told(f"{', '.join(names[:-1])}, and {names[-1]}") == names


@given(NAMES)
def test_items_behind_marks_are_parted_again(names: list[str]) -> None:
    assert told("\n".join(f"• {name}, etc" for name in names)) == [f"{name}, etc" for name in names]
    numbered = "; ".join(f"({number}) {name}, x" for number, name in enumerate(names, start=1))
    assert told(numbered) == [f"{name}, x" for name in names]
