from __future__ import annotations

from collections.abc import Sequence

import pytest

from evals.lab.sizes import filled, fitted
from schemas.errors import InvalidInput
from tests.evals.lab.lab_data import count_words


@pytest.mark.parametrize("first", [1, 16, 5000])
@pytest.mark.parametrize("fixed", [0, 300])
def test_a_text_fills_its_room_to_a_percent_in_few_counts(first: int, fixed: int) -> None:
    counted: list[int] = []

    def count(texts: Sequence[str]) -> list[int]:
        counted.extend(count_words(texts))
        return count_words(texts)

    size, num_tokens = fitted(lambda n: "word " * (fixed + 3 * n), count, 1000, first)
    assert num_tokens == fixed + 3 * size
    assert 990 <= num_tokens <= 1000
    assert len(counted) <= 6


def test_what_does_not_fit_at_all_is_refused() -> None:
    with pytest.raises(InvalidInput, match="fits in 100 tokens"):
        fitted(lambda n: "word " * (200 + n), count_words, 100)


def test_lines_are_taken_while_there_is_room() -> None:
    lines = [f"{number} word" for number in range(2000)]
    taken, num_tokens = filled(lines, count_words, 2001)
    assert (taken, num_tokens) == (lines[:1000], 2000)


def test_fewer_lines_than_there_is_room_for_are_all_taken() -> None:
    assert filled(["a b", "c"], count_words, 10) == (["a b", "c"], 3)
