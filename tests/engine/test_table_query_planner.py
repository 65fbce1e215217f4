from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest

from engine.lookup import Source
from engine.table_frame import Frame, frames_in
from engine.table_mentions import compared_in
from engine.table_plan import Comparison
from engine.table_planner import Planned, Planner
from tests.ingest.workbooks import read, rows_bytes

STAFF: list[list[Any]] = [
    ["Name", "Team", "Office", "Joined", "Gross pay (EUR)", "Leave days"],
    ["Ann Lee", "Legal", "Oslo", "2020-03-01", 50000, 25],
    ["Bob Ray", "Legal", "Bergen", "2021-04-01", 40000, 20],
    ["Cid Moe", "Sales", "Oslo", "2021-06-15", 60000, 30],
    ["Dan Fox", "Sales", "Oslo", "2022-01-10", 30000, 22],
    ["Eve Orr", "Sales", "Bergen", "2022-09-30", 45000, 21],
    ["Total", None, None, None, 225000, 118],
]


def planned(question: str, *rows: list[Any]) -> Planned:
    document = read(rows_bytes(*(rows or STAFF)))
    return Planner(list(frames_in([Source(document, [])]))).plan(question)


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("What is the total gross pay in Oslo?", 140000),
        ("Average leave days of the Legal team", 22.5),
        ("How many employees work in Bergen?", 2),
        ("How many people are paid more than 42,000?", 3),
        ("How many people joined in 2021?", 2),
        ("How many people joined between 1 April 2021 and 31 January 2022?", 3),
        ("Total leave days of people who joined before 2021-06-15", 45),
        ("What is Cid Moe's salary?", 60000),
        ("What does Fox earn?", 30000),
        ("Who has the highest gross pay?", "Cid Moe"),
        ("Who earns the least in Bergen?", "Bob Ray"),
        ("Which team has the most employees?", "Sales"),
        ("Which team has the highest total gross pay?", "Sales"),
        ("How many different offices are there?", 2),
        ("Lowest pay outside Oslo", 40000),
        ("Name the two people with the highest gross pay", ["Cid Moe", "Ann Lee"]),
        ("When did Eve Orr join?", "2022-09-30"),
    ],
)
def test_a_question_is_computed(question: str, value: object) -> None:
    found = planned(question)
    assert found.result is not None, found.reason
    assert found.result.value == value


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("Wie viele Mitarbeiter gibt es in Oslo?", 3),
        ("Durchschnittliche Menge in Lager Nord", 5),
        ("Summe der Menge in Lager Nord", 10),
    ],
)
def test_german_words_ask_too(question: str, value: object) -> None:
    german: list[list[Any]] = [
        ["Artikel", "Lager", "Menge"],
        ["Rohr", "Nord", 4],
        ["Bogen", "Nord", 6],
        ["Muffe", "Süd", 5],
    ]
    found = planned(question, *(STAFF if "Mitarbeiter" in question else german))
    assert found.result is not None, found.reason
    assert found.result.value == value


@pytest.mark.parametrize(
    "question",
    [
        "What is the total gross pay in Trondheim?",
        "What is the average bonus in Oslo?",
        "What is the phone number of Ann Lee?",
        "How many trucks are in Oslo?",
        "How many employees in Oslo are on leave of absence?",
        "What is the weather like?",
    ],
)
def test_what_the_table_does_not_say_is_refused_with_a_reason(question: str) -> None:
    found = planned(question)
    assert (found.candidate, found.result) == (None, None)
    assert found.reason


def test_a_sum_over_no_row_is_refused_and_not_taken_over_others() -> None:
    assert planned("Total leave days in Bergen before 2020").reason == (
        "no row has a value: sum of Leave days where Office is 'Bergen' and Joined under 2020-01-01"
    )


def test_an_unknown_name_is_told() -> None:
    assert planned("Total gross pay in Trondheim").reason == (
        "'Trondheim' stands in no cell of the table"
    )


def test_two_columns_that_fit_as_well_are_not_chosen_between() -> None:
    rows: list[list[Any]] = [
        ["Shop", "Net sales", "Gross sales"],
        ["A", 1, 2],
        ["B", 3, 4],
        ["C", 5, 6],
    ]
    assert planned("Total sales", *rows).reason.startswith("it can be read as sum of Net sales")


def test_the_model_is_asked_only_where_words_leave_it_open() -> None:
    rows: list[list[Any]] = [
        ["Shop", "Net sales", "Gross sales"],
        ["A", 1, 2],
        ["B", 3, 4],
        ["C", 5, 6],
    ]
    asked: list[tuple[str, ...]] = []

    def choose(frame: Frame, question: str, heads: Sequence[str]) -> list[float]:
        asked.append(tuple(heads))
        return [1.0 if head == "Gross sales" else 0.0 for head in heads]

    planner = Planner(list(frames_in([Source(read(rows_bytes(*rows)), [])])), choose)
    clear, unclear = planner.plan("Total net sales"), planner.plan("Total sales")
    assert clear.result is not None
    assert unclear.result is not None
    assert (clear.result.value, unclear.result.value) == (9, 12)
    assert asked == [("Net sales", "Gross sales")]


def test_a_comparison_takes_the_column_that_is_named_beside_it() -> None:
    found = planned("How many people have more than 21 leave days?")
    assert found.candidate is not None
    assert found.candidate.plan.told(found.candidate.frame.heads) == (
        "count of Name where Leave days over 21"
    )


def test_a_year_may_be_what_a_column_is_called() -> None:
    rows: list[list[Any]] = [
        ["Cost in EUR", "2020", "2021"],
        ["Rent", 10, 20],
        ["Fuel", 30, 40],
        ["Post", 50, 60],
    ]
    looked_up, summed = planned("Rent in 2021", *rows), planned("Total in 2020", *rows)
    assert looked_up.result is not None
    assert summed.result is not None
    assert (looked_up.result.value, summed.result.value) == (20, 90)


def test_times_and_numbers_of_a_question() -> None:
    found = compared_in("orders of at least 5 in March 2021 or after 3 May 2022")
    assert [(one.comparison, one.values) for one in found] == [
        (Comparison.AT_LEAST, (5,)),
        (Comparison.BETWEEN, (date(2021, 3, 1), date(2021, 3, 31))),
        (Comparison.OVER, (date(2022, 5, 3),)),
    ]


def test_a_small_table_beside_is_not_summed_for_names_of_the_large_one() -> None:
    rows: list[list[Any]] = [["Payee", "Net", "Tax"]]
    rows += [[("Acme Tools", "Best Paper")[n % 2], 100 + n, 7] for n in range(60)]
    rows += [[], [], ["Office code", "Contact", "Budget"]]
    rows += [["L1", "Poe", 1000], ["L2", "Fay", 2000], ["L3", "Lux", 3000]]
    found = planned("How much was booked on Best Paper altogether?", *rows)
    assert found.reason == (
        "it can be read as sum of Net where Payee is 'Best Paper' or "
        "sum of Tax where Payee is 'Best Paper'"
    )


def test_a_column_that_numbers_the_rows_is_not_summed() -> None:
    rows: list[list[Any]] = [["Pollster", "Name", "Grade"]]
    rows += [[n, f"Poll{chr(64 + n)} Co", "AB"[n % 2]] for n in range(1, 13)]
    found = planned("How many pollsters have the grade B?", *rows)
    assert found.result is not None
    assert found.result.value == 6


POLLS: list[list[Any]] = [
    ["Pollster", "# of Polls", "Grade", "Banned by us"],
    ["North", 12, "A+", "no"],
    ["South", 9, "B", "yes"],
    ["East", 7, "A+", "no"],
]


def test_what_the_rows_are_is_counted_and_not_a_column_that_is_called_alike() -> None:
    found = planned("How many pollsters have the grade B?", *POLLS)
    assert found.result is not None
    assert found.result.value == 1


@pytest.mark.parametrize(
    "question", ["Total # of Polls with the grade A+", "How many pollsters are banned by us?"]
)
def test_a_column_that_is_named_and_not_used_leaves_it_open(question: str) -> None:
    found = planned(question, *POLLS)
    assert found.result is None or found.result.value in (19, 1)
