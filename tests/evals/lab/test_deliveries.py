from __future__ import annotations

import csv

import pytest

from evals.lab.deliveries import HEADS, Records, csv_text, workbook
from evals.lab.delivery_questions import table_trial
from ingest.read import document_of
from schemas.ingest_settings import IngestSettings
from tests.evals.lab.lab_data import count_words


@pytest.mark.parametrize("depth", [0.0, 30.0, 100.0])
def test_the_needle_is_the_row_at_its_depth(depth: float) -> None:
    records = Records(0, count_words)
    rows, _ = records.table(4000, depth)
    assert 100 * rows.index(records.needle) / (len(rows) - 1) == pytest.approx(depth, abs=0.5)


def test_the_other_rows_stand_where_they_stand_at_every_depth_but_for_two() -> None:
    records = Records(0, count_words)
    last, _ = records.table(2000, 100.0)
    for depth in (0.0, 10.0, 70.0):
        rows, _ = records.table(2000, depth)
        assert sum(row != other for row, other in zip(rows, last, strict=True)) == 2
        assert set(rows) == set(last)


def test_a_longer_table_begins_with_the_shorter_one() -> None:
    records = Records(0, count_words)
    short, _ = records.table(2000, None)
    assert records.table(6000, None)[0][: len(short)] == short


def test_a_table_has_at_most_the_tokens_asked_for_and_less_by_no_more_than_a_row() -> None:
    rows, num_tokens = Records(0, count_words).table(3000, 50.0)
    written = [" | ".join(cells) for cells in (HEADS, *(row.cells for row in rows))]
    assert sum(count_words(written)) == num_tokens
    assert 3000 - 12 < num_tokens <= 3000


def test_with_no_depth_the_needle_is_nowhere() -> None:
    records = Records(0, count_words)
    rows, _ = records.table(20_000, None)
    text = csv_text(rows)
    for value in (records.needle.item, records.needle.serial, records.needle.lot):
        assert value not in text


def test_what_identifies_a_row_stands_once_in_the_table() -> None:
    rows, _ = Records(1, count_words).table(20_000, 50.0)
    for column in range(4):
        values = [row.cells[column] for row in rows]
        assert len(set(values)) == len(values)


def test_another_seed_makes_another_table() -> None:
    assert Records(0, count_words).needle != Records(1, count_words).needle


def test_the_workbook_says_what_the_csv_says() -> None:
    rows, _ = Records(0, count_words).table(1000, 50.0)
    document = document_of(workbook(rows), "a.xlsx", IngestSettings())
    for cells in list(csv.reader(csv_text(rows).splitlines()))[1:]:
        assert " | ".join(cells) in document.text


def test_a_cell_is_asked_for_by_its_row_and_a_row_by_three_fields() -> None:
    records = Records(0, count_words)
    [cell] = table_trial(records, 2000, 50.0, is_row=False).questions
    assert cell.expected == (records.needle.serial,)
    assert records.needle.item in cell.asked
    trial = table_trial(records, 2000, 50.0, is_row=True)
    [row] = trial.questions
    assert list(row.schema["properties"]) == ["serial_number", "lot", "contact"]
    assert all(value in trial.data.decode() for value in row.expected)
