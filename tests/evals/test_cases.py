from __future__ import annotations

from evals.cases import Case, batches, response_schema_of

NUMBER = {"type": ["number", "null"]}


def case(name: str) -> Case:
    return Case(name, f"The {name}", NUMBER, 93)


def test_a_schema_describes_and_requires_every_field() -> None:
    assert response_schema_of([case("total")]) == {
        "type": "object",
        "properties": {"total": {"type": ["number", "null"], "description": "The total"}},
        "required": ["total"],
        "additionalProperties": False,
    }


def test_a_name_stands_once_in_a_batch() -> None:
    asked = [case("total"), case("tax"), case("total")]
    assert [[c.name for c in batch] for batch in batches(asked, 9)] == [["total", "tax"], ["total"]]


def test_a_batch_has_a_most() -> None:
    asked = [case("a"), case("b"), case("c")]
    assert [[c.name for c in batch] for batch in batches(asked, 2)] == [["a", "b"], ["c"]]


def test_a_rule_of_its_own_never_makes_null_right() -> None:
    always = Case("total", "The total", NUMBER, 93, accepts=lambda got: True)
    assert always.is_right(81)
    assert not always.is_right(None)


def test_an_expected_null_is_null_whatever_the_rule() -> None:
    never = Case("total", "The total", NUMBER, None, accepts=lambda got: True)
    assert never.is_right(None)
    assert not never.is_right(81)
