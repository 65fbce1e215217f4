from __future__ import annotations

from evals.table_questions import measure
from evals.table_questions_books import books
from evals.table_questions_choosing import WORDINGS as CHOOSING
from evals.table_questions_measured import WORDINGS as MEASURED
from evals.table_questions_wordings import HEADS


def test_generated_books_are_the_same_twice() -> None:
    first, second = (books(5, 2, is_measured=False) for _ in range(2))
    assert [book.cases for book in first] == [book.cases for book in second]


def test_what_chooses_and_what_measures_share_no_wording() -> None:
    chosen, measured = (
        {wording.text for wordings in part.values() for wording in wordings}
        for part in (CHOOSING, MEASURED)
    )
    assert not chosen & measured


def test_heads_that_choose_and_measure_differ() -> None:
    for chosen, measured in HEADS.values():
        same = {key for key in chosen if chosen[key] == measured[key]}
        assert len(same) * 4 <= len(chosen)


def test_small_books_are_answered_with_their_cells() -> None:
    counts, told = measure(books(5, 4, is_measured=False))
    assert counts["right"] >= 0.9 * sum(line["expected"] is not None for line in told)
    assert counts["wrong"] + counts["right value"] <= 1
