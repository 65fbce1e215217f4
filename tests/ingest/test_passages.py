from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.passages import passages_of
from ingest.plain_text import read_plain_text
from schemas.document import Document, Passage
from tests.ingest.workbooks import read, rows_bytes


def count_words(texts: Sequence[str]) -> list[int]:
    return [len(text.split()) for text in texts]


def markdown(text: str) -> Document:
    return read_plain_text(text.encode(), document_id="x", name="a.md", media_type="text/markdown")


def cut(document: Document, budget: int) -> list[Passage]:
    return passages_of(document, count_words, budget)


def test_paragraphs_are_merged_up_to_the_budget() -> None:
    passages = cut(markdown("a b c\n\nd e\n\nf g h i\n"), budget=7)
    assert [passage.text for passage in passages] == ["a b c\n\nd e", "f g h i"]


def test_a_long_paragraph_is_cut_at_the_ends_of_sentences() -> None:
    passages = cut(markdown("One two three. Four five six. Seven eight."), budget=6)
    assert [passage.text for passage in passages] == [
        "One two three. Four five six.",
        "Seven eight.",
    ]


def test_a_colon_does_not_part_a_value_from_what_it_is_of() -> None:
    passages = cut(markdown("One two. The code of it is: 8b8b9a2f. Three four."), budget=8)
    assert [passage.text for passage in passages] == [
        "One two. The code of it is: 8b8b9a2f.",
        "Three four.",
    ]


def test_a_long_sentence_is_cut_between_words() -> None:
    assert [passage.text for passage in cut(markdown("a b c d e"), budget=2)] == ["a b", "c d", "e"]


def test_no_passage_crosses_a_heading_of_the_top_level() -> None:
    passages = cut(markdown("# A\n\none\n\n# B\n\ntwo\n"), budget=100)
    assert [(passage.text, passage.section) for passage in passages] == [
        ("A\n\none", "A"),
        ("B\n\ntwo", "B"),
    ]


def test_a_heading_goes_with_what_follows_it() -> None:
    passages = cut(markdown("# A\n\none two\n\n## B\n\nthree four five\n"), budget=6)
    assert [passage.text for passage in passages] == ["A\n\none two", "B\n\nthree four five"]
    assert passages[1].section == "A > B"


def test_a_row_carries_its_heads_and_its_label_does_not() -> None:
    document = read(rows_bytes(["Name", "Age"], ["Ann", 41], ["Bob", 39]))
    assert cut(document, budget=100)[0].text == "Data\n\nName | Age\nAnn | Age: 41\nBob | Age: 39"


def test_a_number_in_the_first_column_keeps_its_head() -> None:
    document = read(rows_bytes(["Id", "Age"], [7, 41], [8, 39]))
    assert cut(document, budget=100)[0].text.endswith("Id: 7 | Age: 41\nId: 8 | Age: 39")


def test_a_row_is_never_parted() -> None:
    document = read(rows_bytes(["Name", *"bcdefg"], ["Ann", 1, 2, 3, 4, 5, 6], ["Bob", *"123456"]))
    passages = cut(document, budget=5)
    assert passages[-1].text == "Bob | b: 1 | c: 2 | d: 3 | e: 4 | f: 5 | g: 6"


words = st.text(alphabet="ab .\nä|#-", min_size=1, max_size=300)
tables = st.lists(st.lists(st.sampled_from(["x", "7", "two words", ""]), max_size=4), max_size=12)


@settings(deadline=None, max_examples=150)
@given(text=words, budget=st.integers(1, 12))
def test_pieces_are_slices_and_nothing_is_lost(text: str, budget: int) -> None:
    document = markdown(text)
    passages = cut(document, budget)
    covered: set[int] = set()
    for piece in (piece for passage in passages for piece in passage.pieces if piece.start >= 0):
        assert document.text[piece.start : piece.start + len(piece.text)] == piece.text
        covered.update(range(piece.start, piece.start + len(piece.text)))
    written = {at for at, letter in enumerate(document.text) if letter not in " \n|"}
    assert written <= covered


@settings(deadline=None, max_examples=60)
@given(rows=tables, budget=st.integers(3, 20))
def test_the_cells_of_a_workbook_are_all_in_passages(rows: list[list[str]], budget: int) -> None:
    document = read(rows_bytes(*rows))
    spans = {
        (piece.start, piece.start + len(piece.text))
        for passage in cut(document, budget)
        for piece in passage.pieces
    }
    for start, stop in zip(document.source_map.start, document.source_map.stop, strict=True):
        assert any(first <= start and stop <= last for first, last in spans)


def test_the_tokenizer_is_shown_twice_as_much_for_twice_the_text() -> None:
    assert num_shown(num_paragraphs=400) < 2.1 * num_shown(num_paragraphs=200)


def num_shown(num_paragraphs: int) -> int:
    """Characters that the counter of tokens is handed while a document is cut."""
    paragraph = "the quick brown fox jumps over the lazy dog. " * 20
    shown = 0

    def count(texts: Sequence[str]) -> list[int]:
        nonlocal shown
        shown += sum(map(len, texts))
        return count_words(texts)

    passages_of(markdown("\n\n".join([paragraph] * num_paragraphs)), count, budget=160)
    return shown
