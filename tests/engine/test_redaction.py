from __future__ import annotations

import random
import re

from hypothesis import given
from hypothesis import strategies as st

from engine.redaction import redacted

SENTENCES = "The rent is 900 euros. It is due on 1 May. The deposit is 1,800 euros.\n"
FORM = "Tenant: Ann Lee\nFax: 555 0101\nPhone: 555 0102\nOther lines of the same form stand here\n"


def places_of(text: str, words: str) -> list[tuple[int, int]]:
    return [match.span() for match in re.finditer(re.escape(words), text)]


def lefts(text: str, words: str) -> set[str]:
    """What may be left, by any chance."""
    found = [redacted(text, places_of(text, words), random.Random(seed)) for seed in range(40)]
    return {one[0] for one in found if one is not None}


def test_a_sentence_goes_whole() -> None:
    assert lefts(SENTENCES, "1 May") == {
        "The rent is 900 euros. The deposit is 1,800 euros.\n",
    }


def test_a_line_of_a_form_goes_whole_or_is_not_filled_in() -> None:
    assert lefts(FORM, "555 0101") == {
        FORM.replace("Fax: 555 0101\n", ""),
        FORM.replace("Fax: 555 0101", "Fax: "),
    }


def test_what_is_said_in_words_too_is_not_left_in_words() -> None:
    form = "Guests: two\nNights: nine (9)\nOther lines of the same form stand here\n"
    assert lefts(form, "9") == {form.replace("Nights: nine (9)\n", "")}


def test_a_text_of_which_little_would_be_left_stays() -> None:
    assert redacted("Ann. Bob.", [(0, 3)], random.Random(0)) is None


WORDS = st.lists(st.sampled_from(["due", "Ann", "900", "May.", "rent;", "fee\n", "| "]), min_size=1)


@given(words=WORDS, data=st.data(), seed=st.integers(0, 9))
def test_what_is_left_is_the_text_without_the_spans_and_no_place_is_said(
    words: list[str], data: st.DataObject, seed: int
) -> None:
    text = " ".join(words)
    starts = st.integers(0, len(text) - 1)
    places = [
        (start, data.draw(st.integers(start + 1, len(text))))
        for start in data.draw(st.lists(starts, min_size=1, max_size=3))
    ]
    left = redacted(text, places, random.Random(seed))
    if left is None:
        return
    kept, removed = left
    gone = {n for start, stop in removed for n in range(start, stop)}
    assert kept == "".join(letter for n, letter in enumerate(text) if n not in gone)
    assert all(set(range(*place)) <= gone for place in places)
    assert removed == sorted(removed)
