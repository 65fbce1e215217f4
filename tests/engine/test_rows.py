from __future__ import annotations

from typing import Any

from engine.answers import Finding
from engine.rows import rows_of
from schemas.extraction import FieldStatus, Match
from tests.engine.sources import question_about, source_of

SALES = "Store,City,Units sold\nNorth,Lyon,12\nSouth,Nice,(7)\nTotal,,5\n"
TEXT, NUMBER = {"type": "string"}, {"type": "number"}


def rows_in(*texts: str, **properties: Any) -> Finding:
    item = {"type": "object", "properties": properties}
    question = question_about({"type": "array", "items": item}, "stores")
    sources = [source_of(text, f"{number}.csv") for number, text in enumerate(texts)]
    everything = [(s, p) for s, source in enumerate(sources) for p in range(len(source.passages))]
    return rows_of(question, sources, everything)


def test_a_table_becomes_objects_and_its_total_is_left_out() -> None:
    found = rows_in(SALES, units_sold=NUMBER, store=TEXT)
    assert found.value == [
        {"units_sold": 12, "store": "North"},
        {"units_sold": -7, "store": "South"},
    ]


def test_every_cell_is_cited_where_it_stands() -> None:
    found = rows_in(SALES, units_sold=NUMBER, store=TEXT)
    text = source_of(SALES, "0.csv").document.text
    cited = [(leaf.path, text[p.start : p.stop]) for leaf in found.leaves for p in leaf.places]
    assert cited == [
        ("/0/units_sold", "12"),
        ("/0/store", "North"),
        ("/1/units_sold", "(7)"),
        ("/1/store", "South"),
    ]
    assert [leaf.match for leaf in found.leaves[:2]] == [Match.NORMALISED, Match.EXACT]


def test_a_cell_of_another_kind_is_invalid_and_told() -> None:
    found = rows_in("Store,Units\nNorth,12\nSouth,none\nEast,4\n", store=TEXT, units=NUMBER)
    leaf = found.leaves[3]
    assert (leaf.path, leaf.value, leaf.status) == ("/1/units", None, FieldStatus.INVALID)
    assert leaf.problem == "read 'none': it states no number"


def test_an_empty_cell_is_absent() -> None:
    found = rows_in(
        "Store,City,Units\nNorth,Lyon,12\nSouth,,7\nEast,Pau,1\n",
        store=TEXT, city=TEXT, units=NUMBER,
    )  # fmt: skip
    assert found.value[1] == {"store": "South", "city": None, "units": 7}
    assert (found.leaves[4].status, found.leaves[4].places) == (FieldStatus.ABSENT, ())


def test_no_table_is_absent_and_told() -> None:
    found = rows_in("Fruit,Colour\nApple,red\nPlum,blue\n", store=TEXT, units=NUMBER)
    assert (found.value, found.leaves[0].status) == (None, FieldStatus.ABSENT)
    assert found.leaves[0].problem == "no table has a column for each property of the items"


def test_a_table_about_something_else_is_not_read() -> None:
    found = rows_in("Fruit,Price\nApple,3\nPlum,4\n", surname=TEXT, age=NUMBER)
    assert (found.value, found.leaves[0].status) == (None, FieldStatus.ABSENT)


def test_the_table_that_shares_more_words_is_read() -> None:
    found = rows_in("Store,Rent\nNorth,900\n", SALES, store=TEXT, units_sold=NUMBER)
    assert found.value[0] == {"store": "North", "units_sold": 12}
    assert {place.document for leaf in found.leaves for place in leaf.places} == {1}


def test_a_table_under_another_is_read_by_its_own_heads() -> None:
    bill = "Meter,7 K 83\nUnit price,1.25\nStore,Units sold\nNorth,12\nSouth,7\n"
    found = rows_in(bill, store=TEXT, units_sold=NUMBER)
    assert found.value == [
        {"store": "North", "units_sold": 12},
        {"store": "South", "units_sold": 7},
    ]


def test_a_table_under_another_ends_where_the_next_has_its_heads() -> None:
    three = "Meter,7 K 83\nRate,2\nStore,Units sold\nNorth,12\nTown,People\nLyon,500\nNice,300\n"
    assert rows_in(three, store=TEXT, units_sold=NUMBER).value == [
        {"store": "North", "units_sold": 12}
    ]
    assert rows_in(three, town=TEXT, people=NUMBER).value == [
        {"town": "Lyon", "people": 500},
        {"town": "Nice", "people": 300},
    ]


def test_yes_and_no_are_read_of_a_column() -> None:
    found = rows_in("Store,Open\nNorth,yes\nSouth,No\n", store=TEXT, open={"type": "boolean"})
    assert [item["open"] for item in found.value] == [True, False]


def test_dates_and_choices_are_read_of_columns() -> None:
    found = rows_in(
        "Loan,Signed,Currency\nA1,3 May 2020,eur\nB2,2021-02-01,USD\n",
        loan=TEXT,
        signed={"type": "string", "format": "date"},
        currency={"enum": ["EUR", "USD"]},
    )
    assert found.value == [
        {"loan": "A1", "signed": "2020-05-03", "currency": "EUR"},
        {"loan": "B2", "signed": "2021-02-01", "currency": "USD"},
    ]


def test_a_name_of_one_letter_is_a_name() -> None:
    found = rows_in("Store,Units\nNorth,12\n", store=TEXT, n=NUMBER)
    assert found.value == [{"store": "North", "n": 12}]


def test_prose_holds_no_rows() -> None:
    question = question_about(
        {"type": "array", "items": {"type": "object", "properties": {"store": TEXT}}}
    )
    source = source_of("The store in Lyon sold 12 units.\n")
    assert rows_of(question, [source], [(0, 0)]).value is None


def test_a_row_that_only_begins_like_a_total_is_an_item() -> None:
    found = rows_in("Lender,Units\nTotal Finance SA,12\nTotal,12\n", lender=TEXT, units=NUMBER)
    assert found.value == [{"lender": "Total Finance SA", "units": 12}]


def test_rows_that_are_left_out_are_named() -> None:
    found = rows_in("Lender,Units\nNorth,12\nTotal,12\n", lender=TEXT, units=NUMBER)
    assert "'Total'" in found.notes[0][1]


def rows_of_markdown(text: str, **properties: Any) -> Any:
    item = {"type": "object", "properties": properties}
    question = question_about({"type": "array", "items": item}, "stores")
    source = source_of(text, "a.md")
    return rows_of(question, [source], [(0, p) for p in range(len(source.passages))]).value


def test_a_shortened_head_is_understood() -> None:
    found = rows_in("Desc,Qty,Price\nNail,12,3\nBolt,7,4\n", description=TEXT, quantity=NUMBER)
    assert found.value[0] == {"description": "Nail", "quantity": 12}


def test_a_description_puts_a_property_to_its_column() -> None:
    kept = {**NUMBER, "description": "how many were sold"}
    found = rows_in("Store,Sold,Bought\nNorth,12,3\nSouth,7,4\n", store=TEXT, volume=kept)
    assert [item["volume"] for item in found.value] == [12, 7]


def test_a_property_without_words_takes_no_column_by_guess() -> None:
    assert rows_in("Store,Sold,Bought\nNorth,12,3\n", store=TEXT, rent=NUMBER).value is None


def test_a_row_of_words_above_the_figures_is_a_head() -> None:
    text = "| | 2022 | 2021 |\n|---|---|---|\n| Store | Sales | Rent |\n| North | 12 | 3 |\n"
    found = rows_of_markdown(text, store=TEXT, sales_2022=NUMBER)
    assert found == [{"store": "North", "sales_2022": 12}]


def test_cells_are_given_in_the_unit_that_is_asked_with_the_words_that_scale_them() -> None:
    text = "In thousands\n\n| Store | Sales |\n|---|---|\n| North | 12 |\n"
    asked = {**NUMBER, "description": "sales in USD"}
    assert rows_of_markdown(text, store=TEXT, sales=asked) == [{"store": "North", "sales": 12_000}]


def test_a_name_of_digits_alone_is_read_as_words() -> None:
    found = rows_in("Invoice No,Paid\n0012,3\n0013,4\n", invoice_no=TEXT, paid=NUMBER)
    assert found.value[0] == {"invoice_no": "0012", "paid": 3}
