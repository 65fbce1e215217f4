from __future__ import annotations

from collections.abc import Sequence

from evals.lab.recalled_counts import RecalledCounts
from tests.evals.lab.lab_data import count_words

ONE, TWO, THREE = "one", "two words", "these are three"


class Counting:
    def __init__(self) -> None:
        self.counted: list[str] = []

    def __call__(self, texts: Sequence[str]) -> list[int]:
        self.counted += texts
        return count_words(texts)


def test_counts_are_those_of_the_texts_in_their_order() -> None:
    counts = RecalledCounts(count_words)
    assert counts([THREE, ONE, THREE]) == [3, 1, 3]
    counts.next_trial()
    assert counts([TWO, THREE, ONE]) == [2, 3, 1]
    assert counts([]) == []


def test_a_text_of_this_trial_or_the_one_before_is_not_counted_again() -> None:
    counting = Counting()
    counts = RecalledCounts(counting)
    counts([ONE, TWO, ONE])
    counts.next_trial()
    counts([ONE, THREE])
    counts([ONE, THREE])
    assert counting.counted == [ONE, TWO, THREE]


def test_a_text_that_a_whole_trial_did_without_is_forgotten() -> None:
    counting = Counting()
    counts = RecalledCounts(counting)
    counts([ONE, TWO])
    for _ in range(2):
        counts.next_trial()
        counts([ONE])
    counts([TWO])
    assert counting.counted == [ONE, TWO, TWO]
