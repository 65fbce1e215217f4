from __future__ import annotations

from datetime import date, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.cells_asked import AskedCells
from engine.prompt import PrefixText, prefix_of
from tests.engine.sources import question_about, source_of

QUARTERS = """\
| Quarter ended | 2023-06-30 | 2023-09-30 | 2023-12-31 |
|---|---|---|---|
| Leverage (x) | 3.96 | 3.62 | 3.70 |
| Cover (x) | 4.66 | 4.44 | 4.18 |
"""
YEARS = """\
| $ million | Note | 2019 | 2018 | Change |
|---|---|---|---|---|
| Revenue | 4 | 512 | 498 | 14 |
"""
ROWS = """\
| Period ending on | Maximum leverage | Minimum cover |
|---|---|---|
| 30 June 2024 | 3.75:1 | 3.50:1 |
| 30 June 2025 | 3.25:1 | 4.00:1 |
| 31 December 2025 and each later one | 3.00:1 | 4.00:1 |
"""


def prompt_of(text: str) -> PrefixText:
    return prefix_of([(0, passage) for passage in source_of(text, "a.md").passages])


def others(text: str, question: str, kind: str = "string", name: str = "a") -> list[str]:
    prompt = prompt_of(text)
    asked = question_about({"type": kind, "description": question}, name)
    return [prompt.text[start:stop] for start, stop in AskedCells(prompt).others(asked)]


@pytest.mark.parametrize(
    "question",
    [
        "Leverage at 31 December 2023",
        "Leverage at the end of December 2023",
        "Leverage in Q4 2023",
    ],
)
def test_cells_under_heads_of_another_time(question: str) -> None:
    assert others(QUARTERS, question) == ["3.96", "3.62", "4.66", "4.44", "4.18"]


def test_a_line_that_is_not_named_leaves_them_all() -> None:
    assert others(QUARTERS, "The ratio of debt to earnings, December 2023") == [
        *("3.96", "3.62"),
        *("4.66", "4.44"),
    ]


def test_a_question_that_says_more_than_the_name_of_a_line_may_mean_another() -> None:
    assert others(QUARTERS, "Leverage of the subsidiaries at 31 December 2023") == [
        *("3.96", "3.62"),
        *("4.66", "4.44"),
    ]


def test_of_lines_that_are_called_alike_the_one_with_more_of_the_words() -> None:
    lines = QUARTERS + "| Maximum leverage | 4.00 | 4.00 | 3.75 |\n"
    asked = "Maximum leverage on 31 December 2023"
    assert set(others(lines, asked)) == {"3.96", "3.62", "3.70", "4.66", "4.44", "4.18", "4.00"}
    assert "3.70" not in others(lines, "Leverage on 31 December 2023")


def test_a_head_without_a_time_says_nothing() -> None:
    assert others(YEARS, "Revenue in 2019") == ["498"]


def test_a_date_is_of_its_year_and_a_year_of_its_dates() -> None:
    assert others(YEARS, "Revenue for the year ended 30 June 2018") == ["512"]
    assert others(QUARTERS, "Debt to earnings in 2023") == []


def test_a_year_above_a_column_or_before_a_row_is_no_number_that_is_asked_for() -> None:
    both = f"{YEARS}\nCovenants:\n\n{ROWS}"
    assert set(others(both, "Revenue in 2019", "number")) == {"498", "2019", "2018"}
    assert "30 June 2025" in others(both, "Minimum cover on 30 June 2025", "number")
    assert "30 June 2025" not in others(both, "Minimum cover on 30 June 2025")


def test_a_time_may_be_said_by_the_name_of_the_field_and_a_line_by_that_of_its_group() -> None:
    assert "498" in others(YEARS, "Revenue", name="revenue_2019")
    fields = {"december_2023": {"type": "number"}}
    question = question_about({"type": "object", "properties": fields}, "leverage")
    prompt = prompt_of(QUARTERS)
    told = [prompt.text[a:b] for a, b in AskedCells(prompt).others(question)]
    assert {"3.96", "3.62", "4.66", "4.44", "4.18"} <= set(told)
    assert "3.70" not in told


def test_what_a_cell_does_not_answer_by_itself_is_left_alone() -> None:
    assert others(YEARS, "Revenue in 2019", "boolean") == []


def test_a_fiscal_year_may_end_in_the_next() -> None:
    years = YEARS.replace("2019", "1 February 2020").replace("2018", "2 February 2019")
    for asked in ("fiscal 2019", "the financial year 2019", "FY2019", "FY19"):
        assert others(years, f"Revenue in {asked}") == []
    assert others(years, "Revenue in 2019") == ["512"]
    assert others(YEARS, "Revenue in fiscal 2018") == ["512"]


def test_rows_of_another_time() -> None:
    assert others(ROWS, "Highest leverage at the end of June 2025") == [
        "30 June 2024",
        "3.75:1",
        "3.50:1",
    ]


def test_of_rows_by_time_the_column_that_is_named() -> None:
    told = others(ROWS, "Minimum cover on 30 June 2025")
    assert told == ["30 June 2024", "3.75:1", "3.50:1", "3.25:1", "3.00:1"]


def test_a_table_that_goes_on_under_its_heads_again_is_one() -> None:
    later = ROWS.replace("30 June 2024", "31 March 2026").replace("2025", "2027")
    told = others(f"{ROWS}\nOver the page:\n\n{later}", "Highest leverage at 30 June 2025")
    assert told[3:] == ["31 March 2026", "3.75:1", "3.50:1", "30 June 2027", "3.25:1", "4.00:1"]


@pytest.mark.parametrize(
    "question",
    ["Leverage", "Leverage in 2021", "Leverage at 30 June 2022", "Which of Q1 to Q4 is highest?"],
)
def test_nothing_where_no_time_is_named_that_the_tables_name(question: str) -> None:
    assert others(QUARTERS + "\n" + ROWS, question) == []


def test_a_range_holds_what_lies_in_it() -> None:
    leases = """\
| Leases ending | Number |
|---|---|
| 2020 - 2024 | 381 |
| 2025 to 2029 | 412 |
"""
    assert others(leases, "Leases that end in 2022") == ["2025 to 2029", "412"]


def test_both_times_of_a_question_are_asked_for() -> None:
    assert others(YEARS, "Change of the revenue from 2018 to 2019") == []


def test_another_table_is_left_alone() -> None:
    staff = """\
| Staff | 2017 | 2016 |
|---|---|---|
| Engineers | 12 | 11 |
"""
    assert others(f"{YEARS}\nStaff:\n\n{staff}", "Revenue in 2019") == ["498"]


STATEMENT = """\
| Date | Paid out | Balance |
|---|---|---|
| 06/05/2024 | 10.00 | 550.00 |
| {} | 20.00 | 530.00 |
| 05/06/2024 | 451.00 | 79.00 |
"""


def test_a_date_is_read_as_the_document_writes_dates() -> None:
    told = others(STATEMENT.format("22/05/2024"), "Balance on 5 June 2024", "number")
    assert "79.00" not in told
    assert "550.00" in told
    told = others(STATEMENT.format("05/22/2024"), "Balance on 5 June 2024", "number")
    assert "79.00" in told
    assert "550.00" not in told
    assert others(STATEMENT.format("21.5 kg"), "Balance on 5 June 2024", "number") == []


@pytest.mark.parametrize(
    "question",
    [
        "Rent before the increase on 1 January 2019",
        "Revenue since 2018",
        "Highest revenue between 2017 and 2019",
        "Comparative revenue in the accounts of 2019",
        "Cash at the beginning of 2019",
        "Revenue as a plain number (e.g. for 2018: 480)",
        "Revenue of the company under the contract dated 3 May 2018",
        "Umsatz im Vorjahr, Bericht 2019",
    ],
)
def test_a_relation_to_a_time_leaves_all_of_them(question: str) -> None:
    assert others(YEARS, question, "number") == []


def test_profit_before_tax_is_no_relation_to_a_time() -> None:
    assert others(YEARS, "Profit before tax in 2019") == ["498"]


@pytest.mark.parametrize(
    "question",
    ["Leverage allowed at 31 December 2023", "Current leverage at 31 December 2023"],
)
def test_a_word_more_than_the_line_has_leaves_the_lines(question: str) -> None:
    lines = QUARTERS + "| Maximum leverage | 4.00 | 4.00 | 3.75 |\n"
    assert not {"3.70", "3.75", "4.18"} & set(others(lines, question))


def test_the_name_of_the_field_is_a_word_more() -> None:
    lines = QUARTERS + "| Maximum leverage | 4.00 | 4.00 | 3.75 |\n"
    assert "3.75" not in others(lines, "Leverage at 31 December 2023", name="limit")
    assert "3.75" in others(lines, "Leverage at 31 December 2023", name="leverage")


def test_a_row_is_of_all_the_times_of_its_cells_and_between() -> None:
    rents = """\
| From | To | Rent |
|---|---|---|
| 1 July 2022 | 30 June 2023 | 950 |
| 1 July 2023 | 30 June 2024 | 980 |
"""
    for day in ("1 May 2024", "30 June 2024", "1 July 2023"):
        told = others(rents, f"Rent on {day}")
        assert "950" in told
        assert "980" not in told


def test_a_line_says_nothing_of_another_table_under_the_same_heads() -> None:
    notes = """\
| Staff | 2019 | 2018 |
|---|---|---|
| Revenue | 45 | 44 |
| Production | 12 | 11 |
"""
    told = others(f"{YEARS}\nNote on employees:\n\n{notes}", "Sales in 2019")
    assert set(told) == {"498", "44", "11"}
    sales = notes.replace("Revenue", "Sales")
    told = others(f"{YEARS}\nNote on employees:\n\n{sales}", "Sales in 2019")
    assert "512" not in told


def test_a_fiscal_year_may_begin_in_the_year_before() -> None:
    years = YEARS.replace("2019", "December 30, 2023").replace("2018", "March 30, 2024")
    assert others(years, "Revenue in the first quarter of fiscal 2024") == []
    quarters = QUARTERS.replace("2023-06-30", "Q3 FY24").replace("2023-12-31", "Q3 FY23")
    assert "3.96" not in others(quarters, "Leverage of the quarter ended 31 December 2023")


def test_a_year_that_is_asked_for_may_be_one_above_a_column() -> None:
    asked = "Year of the accounts that end in 2019"
    assert "2019" not in others(YEARS, asked, "integer")
    assert "2019" in others(YEARS, "Revenue in 2019", "integer")


def test_a_prompt_without_a_piece_has_no_cells() -> None:
    question = question_about({"type": "string", "description": "Revenue in 2019"})
    assert AskedCells(PrefixText("", ())).others(question) == []


days = st.lists(st.dates(date(1990, 1, 1), date(2039, 12, 1)), min_size=2, max_size=6, unique=True)
lines = st.lists(
    st.sampled_from(["Rent", "Staff costs", "Cash at bank", "Gross profit", "Profit (£)", "Debt"]),
    min_size=1,
    max_size=5,
    unique=True,
)


@given(days, lines, st.booleans(), st.data())
def test_what_is_left_of_a_table_is_the_cell_of_the_line_and_day(
    days: list[date], lines: list[str], is_across: bool, data: st.DataObject
) -> None:
    day, line = data.draw(st.sampled_from(days)), data.draw(st.sampled_from(lines))
    times = list(map(str, days))
    top, side = (times, lines) if is_across else (lines, times)
    cells = {(line, day): str(1000 + at) for at, (line, day) in enumerate(product(lines, days))}
    rows = [
        [label, *(cells[(label, day)] for day in days)]
        if is_across
        else [label, *(cells[(line, days[at])] for line in lines)]
        for at, label in enumerate(side)
    ]
    table = [["Item", *top], ["---"] * (len(rows[0])), *rows]
    text = "".join(f"| {' | '.join(row)} |\n" for row in table)
    told = others(text, f"{line} on {day.day} {day:%B %Y}")
    assert set(cells.values()) - set(told) == {cells[(line, day)]}
    later = max(days) + timedelta(days=1)
    assert others(text, f"{line} on {later.isoformat()}") == []
