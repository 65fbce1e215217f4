from __future__ import annotations

from ingest.plain_text import read_plain_text
from schemas.document import Document
from tests.ingest.workbooks import heads, place


def read(text: str, media_type: str = "text/plain") -> Document:
    return read_plain_text(text.encode(), document_id="x", name="a.txt", media_type=media_type)


def markdown(text: str) -> Document:
    return read(text, "text/markdown")


def kinds(document: Document) -> list[str]:
    return [segment.kind.value for segment in document.segments]


def test_blank_lines_part_paragraphs() -> None:
    document = read("one\n\n\ntwo\n")
    assert (document.text, kinds(document)) == ("one\n\ntwo", ["paragraph", "paragraph"])


def test_a_range_is_cited_by_its_lines() -> None:
    document = read("one\ntwo\n\nthree\n")
    assert (place(document, "two"), place(document, "three")) == ("line 2", "line 4")


def test_a_wrapped_line_is_joined_and_a_short_one_is_not() -> None:
    long = "this line goes on until the very width at which lines are"
    assert read(f"{long}\nwrapped, and ends\nhere\n").text == f"{long} wrapped, and ends\nhere"


def test_markdown_headings_have_levels_and_no_marks() -> None:
    document = markdown("# One #\ntext\n## Two\n\nThree\n=====\n")
    assert document.text == "One\n\ntext\n\nTwo\n\nThree"
    assert [segment.level for segment in document.segments] == [1, 0, 2, 1]


def test_a_hash_in_code_is_no_heading() -> None:
    assert kinds(markdown("```\n# not a heading\n```\n")) == ["paragraph"]


def test_a_pipe_table_is_a_grid() -> None:
    document = markdown("| Name | Age |\n|:-----|----:|\n| Ann | 41 |\n| a\\|b | |\n")
    assert document.text == "Name | Age\nAnn | 41\na|b"
    assert (heads(document), kinds(document)) == (["Name", "Age"], ["row", "row", "row"])
    assert place(document, "41") == "line 3"


def test_list_items_keep_their_lines() -> None:
    assert markdown("- one\n  goes on\n- two\n").text == "- one goes on\n- two"


def test_lines_that_begin_alike_are_no_wraps() -> None:
    text = "\n".join(
        f"12:0{number}:07 request {number} of a user was answered by the server {server} at once"
        for number, server in enumerate(["one", "two", "six"])
    )
    assert read(text).text == text
