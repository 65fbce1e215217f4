from __future__ import annotations

import json

import pytest

from schemas.document import Document
from schemas.errors import TooLarge, UnreadableDocument
from schemas.extraction import PointerRegion
from schemas.ingest_settings import IngestSettings
from tests.ingest.office_files import read
from tests.ingest.workbooks import heads, place


def data(text: str, name: str = "a.json") -> Document:
    return read(text.encode(), name)


def test_an_object_is_lines_of_keys_and_values_with_headings_for_what_is_in_it() -> None:
    document = data('{"b": {"city": "Bern"}, "name": "Ann", "tags": ["x", "y"], "none": null}')
    assert document.text == "name: Ann\ntags: x, y\nnone:\n\nb\n\ncity: Bern"
    assert [place(document, quote) for quote in ("Ann", "y", "Bern")] == [
        "/name",
        "/tags/1",
        "/b/city",
    ]


def test_like_objects_are_a_table_cited_by_pointer() -> None:
    document = data('{"orders": [{"id": 1, "to": {"city": "Bern"}}, {"id": 2, "sum": 1.50}]}')
    assert document.text == "orders\n\nid | to city | sum\n1 | Bern\n2 | 1.50"
    assert (place(document, "1.50"), place(document, "Bern")) == (
        "/orders/1/sum",
        "/orders/0/to/city",
    )
    assert heads(document) == ["id", "to city", "sum"]


def test_several_values_are_cited_by_what_holds_them() -> None:
    document = data('[{"a": 1, "b": 2}, {"a": 3, "b": 4}]')
    start = document.text.index("3 | 4")
    assert document.source_map.regions(start, start + 5) == [PointerRegion(pointer="/1")]


def test_unlike_objects_stand_under_headings_of_their_own() -> None:
    document = data('[{"a": {"b": [{"c": 1}, [2]]}}, 5]')
    assert document.text == "item 0\n\na\n\nb\n\nb 0\n\nc: 1\n\nb 1\n\n2\n\nitem 1\n\n5"
    assert place(document, "2") == "/0/a/b/1/0"


def test_json_lines_are_cited_by_line_and_pointer() -> None:
    document = data('{"id": 1}\n\n{"id": 20}\n', "a.jsonl")
    start = document.text.index("20")
    region = PointerRegion(pointer="/id", first_line=3, last_line=3)
    assert document.source_map.regions(start, start + 2) == [region]


def test_lines_of_json_are_read_as_such_whatever_they_are_called() -> None:
    text = '{"id": 1}\n{"id": 2}\n'
    assert data(text, "a.json").text == data(text, "a.jsonl").text == data(text, "a").text


def test_numbers_keep_their_digits() -> None:
    numbers = ["1.10", "1e400", "-0", "1" * 300, "NaN"]
    text = "[" + ",".join(f'{{"n": {number}}}' for number in numbers) + "]"
    assert data(text).text.split("\n") == ["n", *numbers]


def test_keys_are_escaped_in_pointers() -> None:
    assert place(data('{"a/b~": {"~": "x"}}'), "x") == "/a~1b~0/~0"


def test_arrays_nested_past_the_positions_that_are_kept_apart_are_cited_too() -> None:
    assert place(data('{"a": [[[[[[{"b": "x"}]]]]]]}'), "x") == "/a/0/0/0/0/0/0/b"


def test_keys_that_stand_twice_are_both_read_and_said() -> None:
    document = data('{"a": 1, "a": 2}')
    assert document.text == "a: 1\na: 2"
    assert [problem.code for problem in document.warnings] == ["repeated_keys"]


@pytest.mark.parametrize("depth", [300, 200_000])
def test_nesting_without_end_is_refused(depth: int) -> None:
    with pytest.raises(TooLarge, match="nested more than 200"):
        data("[" * depth + "{}" + "]" * depth)


def test_what_is_no_json_says_where() -> None:
    with pytest.raises(UnreadableDocument, match=r"a\.json: line 2, column 3 is no JSON"):
        data('{"a": 1,\n  b: 2}')
    with pytest.raises(UnreadableDocument, match=r"a\.jsonl: line 3, column 2"):
        data('{"a": 1}\n{"a": 2}\n{a}\n', "a.jsonl")


def test_more_values_than_the_limit_are_refused() -> None:
    with pytest.raises(TooLarge, match="more values than the limit of 10"):
        read(json.dumps(list(range(20))).encode(), "a.json", IngestSettings(max_cells=10))
