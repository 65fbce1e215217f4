from __future__ import annotations

import pytest

from schemas.document import Document
from schemas.errors import TooLarge
from tests.ingest.office_files import read, segments
from tests.ingest.workbooks import heads, place


def page(body: str) -> Document:
    return read(f"<!doctype html><body>{body}</body>".encode(), "a.html")


def test_headings_paragraphs_and_line_breaks() -> None:
    document = page("<h1>Rates</h1>\n<p>The <b>base</b>\n rate<br>is 4 %</p>")
    assert segments(document) == [("heading", "Rates"), ("paragraph", "The base rate\nis 4 %")]
    region = document.source_map.regions(7, 10)[0]
    assert region.model_dump(exclude_none=True) == {"part": "paragraph 2", "section": "Rates"}


def test_list_items_have_their_numbers() -> None:
    document = page("<ol start=3 type=i><li>a<li value=9>b<ul><li>c</ul></ol><ol><li>d</ol>")
    assert document.text.split("\n\n") == ["iii. a", "ix. b", "- c", "1. d"]


def test_a_table_keeps_its_spans() -> None:
    document = page(
        "<table><tr><th rowspan=2>Kind<th colspan=2>Fee<tr><th>min<th>max"
        "<tr><td>a<td>1<td>2</table>"
    )
    assert document.text == "Kind | Fee\nmin | max\na | 1 | 2"
    assert [place(document, quote) for quote in ("Kind", "Fee", "2")] == [
        "table 1, A1:A2",
        "table 1, B1:C1",
        "table 1, C3",
    ]
    assert (heads(document), document.grids[0].num_head_rows) == (
        ["Kind", "Fee / min", "Fee / max"],
        2,
    )


def test_a_table_that_only_lays_out_is_read_as_text() -> None:
    document = page("<table><tr><td><h2>News</h2><p>one<td>two</table>")
    assert segments(document) == [("heading", "News"), ("paragraph", "one"), ("paragraph", "two")]


@pytest.mark.parametrize(
    "hidden",
    [
        "<p hidden>unseen</p>",
        "<p style='color:red; display: none'>unseen</p>",
        "<style>.x, #y {display:none}</style><p class=x>unseen</p>",
        "<p style='font-size:0'>unseen</p>",
        "<noscript>unseen</noscript>",
    ],
)
def test_hidden_text_is_not_read_and_said(hidden: str) -> None:
    document = page(f"<p>seen</p>{hidden}")
    assert document.text == "seen"
    assert "6 characters" in document.warnings[0].message


@pytest.mark.parametrize(
    "shown",
    [
        "<style>@media print {p {display:none}}</style><p>seen</p>",
        "<p style='opacity:0.5'>seen</p>",
    ],
)
def test_what_a_browser_shows_is_read(shown: str) -> None:
    assert (page(shown).text, page(shown).warnings) == ("seen", ())


def test_scripts_styles_and_comments_are_no_text() -> None:
    document = page("<script>var a = 'x'</script><!-- c --><style>p {}</style>text")
    assert (document.text, document.warnings) == ("text", ())


def test_preformatted_text_keeps_its_lines() -> None:
    assert page("<pre>one\n  two</pre>").text == "one\ntwo"


def test_fields_of_a_form_show_what_is_in_them() -> None:
    form = "<p>Name <input value=Ann> <input type=checkbox checked> <input type=hidden value=z></p>"
    assert page(form).text == "Name Ann [x]"


def test_the_encoding_that_a_page_declares_is_believed() -> None:
    text = "<html><meta charset=windows-1251><p>Договор"
    assert read(text.encode("cp1251"), "a.html").text == "Договор"


@pytest.mark.parametrize("opened", ["<div>", "<b>", "<span><ul>", "<div></x>", "<svg><td>"])
def test_nesting_without_end_is_refused_at_once(opened: str) -> None:
    with pytest.raises(TooLarge, match=r"a\.html: its HTML is nested"):
        page(opened * 50_000)


def test_what_is_nested_as_deep_as_may_be_is_read() -> None:
    document = page("<b>" * 4900 + "seen<p hidden>" + "<i>" * 90 + "unseen")
    assert (document.text, len(document.warnings)) == ("seen", 1)


def test_long_lists_that_are_left_open_are_not_deep() -> None:
    assert page("<ul>" + "<li>x" * 5500).text.count("- x") == 5500


def test_what_stands_in_the_place_of_a_picture_is_read_and_the_picture_is_reported() -> None:
    document = page(
        "<p>Sales <img src=a.png alt='Sales by  year'> rose.</p><img alt=''><img src=b>"
    )
    assert document.text == "Sales [picture: Sales by year] rose."
    [problem] = document.warnings
    assert (problem.code, "2 of the page" in problem.message) == ("pictures_not_read", True)


def test_the_chosen_options_are_read_and_the_others_reported() -> None:
    one = "<select><option>Bern<option selected>Rome<option>Oslo</select>"
    several = "<select multiple><option selected>A<option>B<option selected>C</select>"
    document = page(f"<p>City {one}, ways {several}</p>")
    assert document.text == "City Rome, ways A, C"
    [problem] = document.warnings
    assert problem.code == "options_not_read"
