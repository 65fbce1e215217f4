from __future__ import annotations

import pytest

from evals.lab.scores import (
    all_and_no_trap,
    listed_nodes,
    mrcr_score,
    set_f1,
    string_match_all,
    string_match_part,
    text_ratio,
)


def test_ruler_counts_the_references_that_stand_in_the_answer_case_aside() -> None:
    assert string_match_all("They are ABC and 12.", ["abc", "12", "x", "z"]) == 0.5
    assert string_match_part("They are ABC.", ["x", "abc"]) == 1.0
    assert string_match_part("nothing", ["x", "abc"]) == 0.0


def test_an_answer_that_also_gives_a_trap_is_wrong() -> None:
    assert all_and_no_trap("1234567", ["1234567"], ["7654321"]) == 1.0
    assert all_and_no_trap("1234567, 7654321", ["1234567"], ["7654321"]) == 0.0
    assert all_and_no_trap("1234567", ["1234567", "2222222"], []) == 0.0


def test_mrcr_scores_nothing_without_the_prefix() -> None:
    assert mrcr_score("the poem", "aYooSG8CQgthe poem", "aYooSG8CQg") == 0.0
    assert mrcr_score("aYooSG8CQgthe poem", "aYooSG8CQgthe poem", "aYooSG8CQg") == 1.0


def test_mrcr_scores_the_ratio_of_sequence_matcher_behind_the_prefix() -> None:
    assert mrcr_score("Pabcd", "Pbcde", "P") == 0.75
    assert text_ratio("abcd", "bcde") == 0.75


@pytest.mark.parametrize(
    ("response", "nodes"),
    [
        ("So it is.\nFinal Answer: [a1, b2]", ["a1", "b2"]),
        ("Final Answer:[a1]", ["a1"]),
        ("Final Answer: []", []),
        ("Final Answer: [a1]\nI hope this helps.", None),
        ("[a1, b2]", None),
        ("Final Answer: a1", None),
    ],
)
def test_nodes_are_read_from_the_last_line_of_the_form_asked_for(
    response: str, nodes: list[str] | None
) -> None:
    assert listed_nodes(response) == nodes


def test_f1_of_sets_is_one_where_both_are_empty() -> None:
    assert set_f1([], []) == 1.0
    assert set_f1(["a"], []) == 0.0
    assert set_f1(["a"], ["b"]) == 0.0
    assert set_f1(["a", "b", "b"], ["b", "c"]) == 0.5
