from __future__ import annotations

from engine.statements import passage_of, statements_of
from schemas.document import Passage, Piece
from tests.engine.sources import source_of

TEXT = "It is let. It ends in May.\n\nA log:\nentry one\nentry two"


def test_a_passage_parts_into_sentences_and_lines() -> None:
    (passage,) = source_of(TEXT).passages
    statements = statements_of(passage)
    told = [(statement.paragraph, statement.text) for statement in statements]
    assert told == [
        (0, "It is let."),
        (0, "It ends in May."),
        (1, "A log:"),
        (1, "entry one"),
        (1, "entry two"),
    ]
    assert all(TEXT[each.start : each.stop] == each.text for each in statements)


def test_statements_are_read_as_they_stand_in_the_document() -> None:
    (passage,) = source_of(TEXT).passages
    statements = statements_of(passage)
    read = passage_of([statements[1], *statements[3:]], passage)
    assert read.pieces == (
        Piece("It ends in May.", 11),
        Piece("\n"),
        Piece("entry one\nentry two", TEXT.index("entry one")),
    )
    assert (read.start, read.stop) == (11, len(TEXT))


def test_a_row_with_its_heads_is_one_statement() -> None:
    heads = (Piece("Unit", 0), Piece(": "), Piece("B-1", 9), Piece(" | "), Piece("Rent", 4))
    pieces = (*heads, Piece(": "), Piece("5", 12), Piece("\n"), Piece("Let. Paid.", 20))
    row, *others = statements_of(Passage(pieces, 9, 30, "", 9))
    assert (row.text, row.is_row) == ("Unit: B-1 | Rent: 5", True)
    assert [other.text for other in others] == ["Let.", "Paid."]
