from __future__ import annotations

import pytest

from engine.scan_wording import answer_schema, reduction_of_wording, without_count
from schemas.reductions import Operator, Reduction
from schemas.response_schema import parse


@pytest.mark.parametrize(
    ("question", "reduction"),
    [
        (
            "How many plants were inspected?",
            Reduction(Operator.COUNT, of="Plants that were inspected"),
        ),
        ("How many lenders are there?", Reduction(Operator.COUNT, of="Lenders")),
        (
            "how many stores did it open?",
            Reduction(Operator.COUNT, of="Which stores did it open?"),
        ),
        ("What is the number of lenders?", Reduction(Operator.COUNT, of="Lenders")),
        ("Count the different sites", Reduction(Operator.COUNT, of="Different sites")),
        ("List all lenders", Reduction(Operator.ALL)),
        ("Name every party to the agreement", Reduction(Operator.ALL)),
        ("Who was the third inspector?", Reduction(Operator.NTH, 3, "Who was the inspector?")),
        ("Who was the 12th inspector?", Reduction(Operator.NTH, 12, "Who was the inspector?")),
        ("Who was the first inspector?", Reduction(Operator.FIRST, of="Who was the inspector?")),
        ("What was the last finding?", Reduction(Operator.LAST, of="What was the finding?")),
        (
            "What is the latest annual fee?",
            Reduction(Operator.LATEST, of="What is the annual fee?"),
        ),
    ],
)
def test_a_plain_wording_chooses_an_operator(question: str, reduction: Reduction) -> None:
    assert reduction_of_wording(question) == reduction


@pytest.mark.parametrize(
    "question",
    [
        "Who is the agent?",
        "What is the date of the First Amendment?",
        "What were sales in the third quarter?",
        "What is the last day of the term?",
        "Who is the 0th inspector?",
        "What is the price list?",
        "",
    ],
)
def test_other_wordings_choose_none(question: str) -> None:
    assert reduction_of_wording(question) is None


@pytest.mark.parametrize(
    ("question", "types", "description"),
    [
        ("How many lenders are there?", ["integer", "null"], "How many lenders are there?"),
        ("List all of the lenders.", ["array", "null"], "Lenders"),
        ("Who was the third inspector?", ["string", "null"], "Who was the third inspector?"),
        ("Who is the agent?", ["string", "null"], "Who is the agent?"),
    ],
)
def test_the_answer_has_the_type_that_the_wording_asks_for(
    question: str, types: list[str], description: str
) -> None:
    schema = answer_schema(question)
    assert (schema["type"], schema["description"]) == (types, description)
    (node,) = parse({"type": "object", "properties": {"answer": schema}}).children
    wanted = reduction_of_wording(question)
    assert (node.reduction and node.reduction.operator) == (wanted and wanted.operator)


@pytest.mark.parametrize(
    ("text", "counted"),
    [
        ("Number of lenders", "Lenders"),
        ("Loan: number of lenders", "Loan: Lenders"),
        ("Lenders", "Lenders"),
        ("The third lender", "The third lender"),
    ],
)
def test_what_is_counted_is_told_without_its_count(text: str, counted: str) -> None:
    assert without_count(text) == counted
