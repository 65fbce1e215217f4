from __future__ import annotations

import tracemalloc

import pytest

from ingest.delimited import read_delimited
from ingest.read import document_of
from schemas.document import Document
from schemas.errors import TooLarge
from schemas.ingest_settings import IngestSettings
from tests.ingest.workbooks import heads, place


def read(text: str, encoding: str = "utf-8", limits: IngestSettings | None = None) -> Document:
    return read_delimited(
        text.encode(encoding),
        document_id="x",
        name="people.csv",
        media_type="text/csv",
        limits=limits or IngestSettings(),
    )


def test_the_file_is_a_sheet_named_after_it() -> None:
    document = read("name,age\nAnn,41\n")
    assert document.text == "people\n\nname | age\nAnn | 41"
    assert (place(document, "41"), heads(document)) == ("people!B2", ["name", "age"])


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_told_from_the_file(delimiter: str) -> None:
    rows = [["name", "city, land", "sum"], ["Ann", "Rome; Italy", "1,5"], ["Bob", "x|y", "2,5"]]
    lines = "\n".join(delimiter.join(f'"{cell}"' for cell in row) for row in rows)
    assert heads(read(lines)) == ["name", "city, land", "sum"]


def test_commas_in_numbers_do_not_hide_semicolons() -> None:
    assert place(read("a;b\n1,5;2,5\n3,5;4,5\n"), "4,5") == "people!B3"


def test_a_single_column_is_not_split() -> None:
    document = read("remark\nThe end is near\nSo is the start\n")
    assert place(document, "So is the start") == "people!A3"


def test_a_quoted_field_may_hold_line_breaks_and_delimiters() -> None:
    document = read('name,note\nAnn,"one,\ntwo"\nBob,none\n')
    assert (place(document, "one, two"), place(document, "Bob")) == ("people!B2", "people!A3")


@pytest.mark.parametrize("cell", ['"1,5', 'he said "x, y"', '"'])
def test_doubled_quotes_are_one(cell: str) -> None:
    doubled = cell.replace('"', '""')
    document = read(f'first,second,third\na,a\na,"{doubled}"\nlast,last,last\n')
    assert place(document, cell) == "people!B3"


def test_ragged_rows_keep_every_field_in_its_column() -> None:
    document = read("a,b,c\n1\n2,3,4,5,6\n,,7\n")
    assert [place(document, cell) for cell in "1567"] == [
        "people!A2",
        "people!D3",
        "people!E3",
        "people!C4",
    ]


def test_a_very_long_field_is_read() -> None:
    assert "x" * 300_000 in read(f"a,b\n{'x' * 300_000},1\n").text


def test_a_guessed_encoding_is_reported() -> None:
    document = read("name,city\nJosé,Málaga\nZoë,Düsseldorf\nFrançois,Orléans\n", "cp1252")
    assert "Düsseldorf" in document.text
    assert [problem.code for problem in document.warnings] == ["encoding_guessed"]


def test_a_table_of_words_has_its_first_row_as_head() -> None:
    assert heads(read("term,meaning\nKV,keys\nLRU,oldest\n")) == ["term", "meaning"]


def test_a_table_of_numbers_has_no_heads() -> None:
    assert read("1,2\n3,4\n5,6\n").grids[0].num_head_rows == 0


def test_more_cells_than_the_limit_are_refused() -> None:
    with pytest.raises(TooLarge, match="limit of 3"):
        read("a,b\n1,2\n", limits=IngestSettings(max_cells=3))


def test_of_a_file_past_its_limits_no_more_is_held_than_they_allow() -> None:
    data = b"name,note\n" + b"Ann,a note of some length\n" * 400_000  # 10 MB
    limits = IngestSettings(max_characters=100_000)
    tracemalloc.start()
    try:
        with pytest.raises(TooLarge, match="more characters than the limit of 100,000"):
            document_of(data, "a.csv", limits)
        assert tracemalloc.get_traced_memory()[1] < 5 << 20
    finally:
        tracemalloc.stop()
