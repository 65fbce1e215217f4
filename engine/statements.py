"""Into which statements does a passage part: lines, sentences, rows?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from schemas.document import Passage, Piece

_SENTENCE = re.compile(r"\S.*?(?:[.!?;][\"')\]]*(?=\s)|[。！？；]|(?=\n)|$)", re.MULTILINE)
_PARAGRAPH_BREAK = re.compile(r"\n[ \t]*\n")


@dataclass(frozen=True, slots=True)
class Statement:
    """`paragraph` is the number of its paragraph in the passage; a row is one of its own. What
    `begins_line` is no sentence in the midst of a line."""

    pieces: tuple[Piece, ...]
    paragraph: int
    is_row: bool
    begins_line: bool = True

    @property
    def text(self) -> str:
        return "".join(piece.text for piece in self.pieces)

    @property
    def start(self) -> int:
        return min(piece.start for piece in self.pieces if piece.start >= 0)

    @property
    def stop(self) -> int:
        return max(piece.start + len(piece.text) for piece in self.pieces if piece.start >= 0)


def statements_of(passage: Passage) -> list[Statement]:
    """In order. What is told without a place in the document alone is none."""
    found: list[Statement] = []
    paragraph = 0
    for unit in _units(passage.pieces):
        if len(unit) > 1:
            if any(piece.start >= 0 for piece in unit):
                found.append(Statement(unit, paragraph, is_row=True))
            paragraph += 1
            continue
        (piece,) = unit
        for start, text in _paragraphs(piece.text):
            for match in _SENTENCE.finditer(text):
                if piece.start >= 0:
                    own = Piece(match[0], piece.start + start + match.start())
                    begins_line = not text[: match.start()].rpartition("\n")[2].strip()
                    found.append(Statement((own,), paragraph, False, begins_line))
            paragraph += 1
    return found


def passage_of(statements: Sequence[Statement], passage: Passage) -> Passage:
    """Some of its statements, in order, as a passage; those that follow one another in a paragraph
    are one piece. The tokens are those of their share of the characters, about."""
    pieces: list[Piece] = []
    for before, after in zip((None, *statements), statements, strict=False):
        if before is not None and (gap := _gap(before, after, passage)) is not None:
            start = pieces[-1].start
            pieces[-1] = Piece(pieces[-1].text + gap + after.text, start)
            continue
        if pieces:
            pieces.append(Piece("\n"))
        pieces.extend(after.pieces)
    share = sum(len(piece.text) for piece in pieces) / max(1, len(passage.text))
    return Passage(
        tuple(pieces),
        min(statement.start for statement in statements),
        max(statement.stop for statement in statements),
        passage.section,
        max(1, round(share * passage.num_tokens)),
    )


def _gap(before: Statement, after: Statement, passage: Passage) -> str | None:
    """The white space between two sentences or lines that stand together."""
    if before.is_row or after.is_row or before.paragraph != after.paragraph:
        return None
    for piece in passage.pieces:
        at = before.stop - piece.start
        if piece.start >= 0 and 0 <= at <= len(piece.text):
            gap = piece.text[at : after.start - piece.start]
            return gap if not gap.strip() else None
    return None


def _units(pieces: Sequence[Piece]) -> Iterator[tuple[Piece, ...]]:
    """What stands between the breaks of a passage."""
    unit: list[Piece] = []
    for piece in pieces:
        if piece.start < 0 and piece.text == "\n":
            if unit:
                yield tuple(unit)
            unit = []
        else:
            unit.append(piece)
    if unit:
        yield tuple(unit)


def _paragraphs(text: str) -> Iterator[tuple[int, str]]:
    start = 0
    for match in _PARAGRAPH_BREAK.finditer(text):
        yield start, text[start : match.start()]
        start = match.end()
    yield start, text[start:]
