from __future__ import annotations

import pytest

from engine.questions import questions_of, spaced
from schemas.response_schema import parse
from tests.engine.sources import question_about

TEXT = {"type": "string"}


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("new_store_locations", "new store locations"),
        ("newStoreLocations", "new Store Locations"),
        ("q4-2020", "q4 2020"),
        ("page2Total", "page2 Total"),
        ("  x  ", "x"),
    ],
)
def test_a_name_is_parted_into_words(name: str, words: str) -> None:
    assert spaced(name) == words


def test_a_field_is_asked_by_its_description_else_by_its_name() -> None:
    assert question_about({**TEXT, "description": "Who pays?"}).text == "Who pays?"
    assert question_about(TEXT, "governing_law").text == "Governing law"


def test_a_nested_field_is_asked_with_what_stands_above_it() -> None:
    lease = {"type": "object", "description": "The lease", "properties": {"rent_due": TEXT}}
    assert question_about(lease, "lease").text == "The lease: Rent due"


def test_the_name_is_looked_up_beside_the_description() -> None:
    query = question_about({**TEXT, "description": "Who pays?"}, "paying_agent").query
    assert query == "Who pays? paying agent"


def test_choices_are_looked_up_but_not_put_to_the_model() -> None:
    question = question_about({"enum": ["EUR", "USD"]}, "currency")
    assert (question.text, question.query) == ("Currency", "Currency currency EUR USD")


def test_the_columns_of_rows_are_looked_up() -> None:
    store = {"type": "object", "properties": {"openedOn": {**TEXT, "description": "first day"}}}
    question = question_about({"type": "array", "items": store}, "stores")
    assert question.query == "Stores stores opened On first day"


def test_questions_come_in_the_order_of_the_schema() -> None:
    schema = {"type": "object", "properties": {"b": TEXT, "a": TEXT, "c": TEXT}}
    assert [question.node.name for question in questions_of(parse(schema))] == ["b", "a", "c"]
