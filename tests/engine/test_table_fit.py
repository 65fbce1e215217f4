from __future__ import annotations

from typing import Any

from engine.table_fit import columns_of
from engine.tables import tables_in
from tests.engine.sources import question_about, source_of

TEXT, NUMBER = {"type": "string"}, {"type": "number"}


def columns(text: str, **properties: Any) -> dict[str, int] | None:
    source = source_of(text, "a.csv")
    (table,) = tables_in([source], [(0, 0)])
    item = {"type": "object", "properties": properties}
    node = question_about({"type": "array", "items": item}).node
    fit = columns_of(table, node.children[0].children)
    return None if fit is None else fit[0]


def test_each_property_takes_the_column_that_shares_most_words_with_it() -> None:
    text = "Store,Units sold,Units bought\nNorth,12,3\n"
    assert columns(text, bought_units=NUMBER, sold_units=NUMBER) == {
        "bought_units": 2,
        "sold_units": 1,
    }


def test_a_column_of_another_kind_is_not_taken() -> None:
    text = "Price list,Net price\nNail,3\nBolt,4\n"
    assert columns(text, price=NUMBER, name=TEXT) == {"price": 1, "name": 0}


def test_a_property_without_words_takes_the_one_column_that_is_left() -> None:
    assert columns("Store,Units\nNorth,12\n", store=TEXT, n=NUMBER) == {"store": 0, "n": 1}
    assert columns("Store,Units,Rent\nNorth,12,3\n", store=TEXT, n=NUMBER) is None


def test_a_table_that_shares_no_word_does_not_fit() -> None:
    assert columns("Fruit,Price\nApple,3\n", surname=TEXT, age=NUMBER) is None
