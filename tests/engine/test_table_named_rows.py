from __future__ import annotations

from typing import Any

import pytest

from engine.lookup import Source
from engine.table_frame import frames_in
from engine.table_planner import Planner
from tests.ingest.workbooks import read, rows_bytes


def named(question: str, *rows: list[Any]) -> list[int]:
    document = read(rows_bytes(*rows))
    planner = Planner(list(frames_in([Source(document, [])])))
    return [row for _, row in planner.named_rows.of(question)]


LOANS: list[list[Any]] = [
    ["Loan", "Number", "Lender", "Side"],
    ["B-055", 70311, "Ann Lee Bank", "left"],
    ["B-056", 70312, "Bob Ray Bank", "right"],
    ["B-057", 70313, "Bob Ray Bank", "B-055"],
]


@pytest.mark.parametrize(
    ("question", "rows"),
    [
        ("How is B-056 secured?", [1]),
        ("How is loan 70313 secured?", [2]),
        ("What did Ann Lee Bank say?", [0]),
        ("What did Bob Ray Bank say?", [1, 2]),
        ("How are B-056 and 70313 secured?", [1, 2]),
        ("What is on the left?", []),
        ("How is B-099 secured?", []),
    ],
)
def test_the_rows_that_a_question_names_are_known(question: str, rows: list[int]) -> None:
    assert named(question, *LOANS) == rows


def test_what_stands_elsewhere_too_names_no_row() -> None:
    assert named("How is B-055 secured?", *LOANS) == [0, 2]
    assert named("How is B-056 secured?", *LOANS, ["B-058", 1, "see B-056", "left"]) == []


def test_a_name_that_many_rows_have_names_none() -> None:
    rows = [[f"C-{number}", "Ann Lee Bank"] for number in range(5)]
    assert named("What did Ann Lee Bank say?", ["Loan", "Lender"], *rows) == []
