from __future__ import annotations

import pytest

from schemas.document import Document
from schemas.errors import TooLarge, UnreadableDocument
from schemas.extraction import PartRegion
from schemas.ingest_settings import IngestSettings
from tests.ingest.office_files import docx, p, package, read, rels, segments, table
from tests.ingest.workbooks import heads, place

STYLES = (
    '<w:style w:type="paragraph" w:styleId="H1"><w:name w:val="heading 1"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="H2"><w:name w:val="heading 2"/></w:style>'
)


def word(body: str, **parts: str) -> Document:
    return read(docx(body, **parts), "a.docx")


def codes(document: Document) -> list[str]:
    return [problem.code for problem in document.warnings]


def test_a_value_is_cited_by_its_paragraph_and_the_headings_above() -> None:
    document = word(p("Rent", style="H1") + p("Due", style="H2") + p("On the 5th"), styles=STYLES)
    start = document.text.index("5th")
    region = PartRegion(part="paragraph 3", section="Rent > Due")
    assert document.source_map.regions(start, start + 3) == [region]


def test_a_run_of_paragraphs_is_one_region() -> None:
    document = word(p("one") + p("two") + p("three"))
    assert document.source_map.regions(0, len(document.text)) == [PartRegion(part="paragraphs 1-3")]


def test_a_table_keeps_merges_and_is_cited_by_cell() -> None:
    wide = '<w:tcPr><w:gridSpan w:val="2"/></w:tcPr>' + p("Amount")
    tall = '<w:tcPr><w:vMerge w:val="restart"/></w:tcPr>' + p("2026")
    below = "<w:tcPr><w:vMerge/></w:tcPr>" + p("")
    document = word(table(["Year", wide], [tall, "10", "20"], [below, "30", "40"]))
    assert document.text == "Year | Amount\n2026 | 10 | 20\n30 | 40"
    assert [place(document, quote) for quote in ("Amount", "2026", "40")] == [
        "table 1, B1:C1",
        "table 1, A2:A3",
        "table 1, C3",
    ]
    assert heads(document) == ["Year", "Amount", "Amount"]


NUMBERING = (
    '<w:abstractNum w:abstractNumId="0">'
    '<w:lvl w:ilvl="0"><w:start w:val="3"/><w:numFmt w:val="decimal"/>'
    '<w:lvlText w:val="%1."/></w:lvl>'
    '<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="lowerLetter"/>'
    '<w:lvlText w:val="%1.%2)"/></w:lvl></w:abstractNum>'
    '<w:num w:numId="7"><w:abstractNumId w:val="0"/></w:num>'
)


def item(text: str, level: int) -> str:
    said = f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="7"/></w:numPr>'
    return p(text, about=said)


def test_list_items_have_the_numbers_that_word_shows() -> None:
    items = [("one", 0), ("in", 1), ("in", 1), ("two", 0), ("in", 1)]
    document = word("".join(item(*said) for said in items), numbering=NUMBERING)
    assert document.text.split("\n\n") == ["3. one", "3.a) in", "3.b) in", "4. two", "4.a) in"]


def test_what_is_deleted_is_not_read_and_what_is_inserted_is() -> None:
    deleted = "<w:del><w:r><w:delText>first</w:delText></w:r></w:del>"
    inserted = "<w:ins><w:r><w:t>fifth</w:t></w:r></w:ins>"
    document = word(p("the ", deleted, inserted, " day"))
    assert document.text == "the fifth day"
    assert "5 characters that are inserted were read, 5 that are deleted were not" in (
        document.warnings[0].message
    )


def test_hidden_text_is_not_read_and_said() -> None:
    document = word(p("seen", "<w:r><w:rPr><w:vanish/></w:rPr><w:t>unseen</w:t></w:r>"))
    assert (document.text, codes(document)) == ("seen", ["hidden_text"])


def test_notes_comments_and_boxes_follow_their_paragraph_and_heads_stand_apart() -> None:
    box = f"<w:r><w:pict><w:txbxContent>{p('boxed')}</w:txbxContent></w:pict></w:r>"
    note = '<w:r><w:footnoteReference w:id="2"/></w:r>'
    comment = '<w:r><w:commentReference w:id="0"/></w:r>'
    document = word(
        p("text", note, comment, box) + p("next"),
        footnotes=f'<w:footnote w:id="2">{p("noted")}</w:footnote>',
        comments=f'<w:comment w:id="0" w:author="Ann">{p("check")}</w:comment>',
        header=p("running head"),
    )
    assert segments(document) == [
        ("paragraph", "text[1]"),
        ("paragraph", "boxed"),
        ("paragraph", "[1] noted"),
        ("annotation", "Ann: check"),
        ("paragraph", "next"),
        ("furniture", "running head"),
    ]
    assert place(document, "noted") == "footnote 1"


def test_a_field_shows_its_result_and_not_its_code() -> None:
    code = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'
    runs = [code.format("begin"), "<w:r><w:instrText>REF x</w:instrText></w:r>"]
    runs += [code.format("separate"), "Section 4", code.format("end")]
    assert word(p("see ", *runs) + p("after")).text == "see Section 4\n\nafter"


def test_a_note_that_refers_to_itself_ends() -> None:
    note = '<w:r><w:footnoteReference w:id="2"/></w:r>'
    footnotes = f'<w:footnote w:id="2">{p("x", note)}</w:footnote>'
    with pytest.raises(UnreadableDocument, match="nested too deeply"):
        word(p("text", note), footnotes=footnotes)


def test_parts_nested_too_deeply_are_refused() -> None:
    deep = "<w:sdt>" * 5000 + p("x") + "</w:sdt>" * 5000
    with pytest.raises(UnreadableDocument, match="nested too deeply"):
        word(deep)


def test_an_entity_bomb_is_refused() -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><x>&b;</x>'
    files = {"_rels/.rels": rels([("officeDocument", "word/d.xml")]), "word/d.xml": bomb}
    with pytest.raises(UnreadableDocument, match="declares a document type"):
        read(package(files), "a.docx")


def test_a_zip_bomb_is_refused() -> None:
    small = package({"_rels/.rels": "", "word/document.xml": " " * 54_321})
    says_more = small.replace((54_321).to_bytes(4, "little"), (1 << 30).to_bytes(4, "little"))
    with pytest.raises(TooLarge, match="times its size"):
        read(says_more, "a.docx")


def test_a_package_without_its_document_says_so() -> None:
    with pytest.raises(UnreadableDocument, match=r"a\.docx: the Word file can not be read"):
        read(package({"word/other.xml": "<x/>"}), "a.docx")


def test_the_limit_on_characters_holds_while_it_is_read() -> None:
    with pytest.raises(TooLarge, match="more characters than the limit of 10"):
        read(docx(p("x" * 50)), "a.docx", IngestSettings(max_characters=10))
