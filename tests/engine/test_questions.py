from __future__ import annotations

from typing import Any

import pytest

from engine.prompt import Asking
from engine.questions import questions_of, spaced
from engine.scan import asked_of
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


def test_a_group_that_a_field_names_itself_is_not_told_twice() -> None:
    buyer = {"type": "object", "properties": {"buyer_name": TEXT, "seat": TEXT}}
    texts = [
        q.text for q in questions_of(parse({"type": "object", "properties": {"buyer": buyer}}))
    ]
    assert texts == ["Buyer name", "Buyer: Seat"]


def test_the_full_stop_of_a_group_does_not_end_the_question() -> None:
    lease = {"type": "object", "description": "The lease.", "properties": {"rent_due": TEXT}}
    assert question_about(lease, "lease").text == "The lease: Rent due"


def test_the_name_is_looked_up_beside_the_description() -> None:
    query = question_about({**TEXT, "description": "Who pays?"}, "paying_agent").query
    assert query == "Who pays? paying agent"


@pytest.mark.parametrize(
    ("name", "description", "asked"),
    [
        ("first_payment", "Initial tranche", "First payment: Initial tranche"),
        ("q1_revenue", "Net sales", "Q1 revenue: Net sales"),
        ("Betrag", "Was ist zu zahlen?", "Betrag: Was ist zu zahlen?"),
        ("due_date", "The due date of the loan", "The due date of the loan"),
        ("due_date", "", "Due date"),
        ("payer", "Which one of the two parties has to pay?", None),
        ("answer", "Who pays?", "Who pays?"),
        ("field_2", "Who pays?", "Who pays?"),
        ("q7", "Who pays?", "Who pays?"),
        ("final_answer", "Who pays?", "Who pays?"),
        ("Total (EUR)", "Total (EUR)", "Total (EUR)"),
        ("金额", "多少钱?", "金额: 多少钱?"),
        ("customer.name", "Who pays?", "Customer.name: Who pays?"),
        ("n" * 4000, "Who pays?", "Who pays?"),
        ("payer", "誰" * 90, "誰" * 90),
    ],
)
def test_the_model_hears_the_name_before_a_short_description_that_does_not_say_it(
    name: str, description: str, asked: str | None
) -> None:
    question = question_about({**TEXT, "description": description}, name)
    assert question.asking.text == (asked or description)


def test_a_name_stands_behind_its_group() -> None:
    seat = {**TEXT, "description": "Where it has its home"}
    buyer = {"type": "object", "properties": {"seat": seat}}
    assert question_about(buyer, "buyer").asked == "Buyer: Seat: Where it has its home"


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


@pytest.mark.parametrize(
    ("schema", "asking"),
    [
        (TEXT, Asking("A")),
        ({"type": "boolean"}, Asking("A", choices=("yes", "no"))),
        ({"enum": ["EUR", 7, None]}, Asking("A", choices=("EUR", "7"))),
        ({"enum": ["x" * 150, "y" * 51]}, Asking("A")),
        ({"type": "number"}, Asking("A", kind="number")),
        ({"type": ["integer", "null"]}, Asking("A", kind="number")),
        ({**TEXT, "format": "date"}, Asking("A", kind="date")),
        ({"type": "array", "items": TEXT}, Asking("A", is_list=True)),
    ],
)
def test_the_model_is_told_which_kind_of_answer_is_wanted(
    schema: dict[str, Any], asking: Asking
) -> None:
    assert question_about(schema).asking == asking


def test_what_is_counted_is_asked_for_without_the_name_of_the_count() -> None:
    counted = {"type": "integer", "description": "Bank", "x-needlepoint": {"reduce": "count"}}
    asked = asked_of(question_about(counted, "number_of_lenders"))
    assert asked.asking.text == asked.text == "Bank"
