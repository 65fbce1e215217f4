"""What exactly does the model read? One code builds the prompts of training and of use.

A prompt is a prefix (passages, shared by all questions about them) and one branch a question.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tokenizers import Tokenizer

from schemas.document import Passage, Piece
from schemas.errors import ModelUnavailable

ABSENT = "null"
"""What is answered where the passages do not hold the answer."""

BEGIN, END = "<bos>", "<eos>"

PASSAGE_BREAK = "\n\n"


@dataclass(frozen=True, slots=True)
class PlacedPiece:
    """A piece of a document's text at an offset of the prompt."""

    document: int  # index into the documents asked
    prompt_start: int
    document_start: int
    text: str


@dataclass(frozen=True, slots=True)
class PrefixText:
    """The text before the questions, and where its parts stand in the documents."""

    text: str
    pieces: tuple[PlacedPiece, ...]


def prefix_of(passages: Iterable[tuple[int, Passage]]) -> PrefixText:
    """Passages in the given order, each with the index of its document.

    The headings above a passage are told where they change.
    """
    builder = _Builder()
    told = (-1, "")
    for document, passage in passages:
        if passage.section and (document, passage.section) != told:
            builder.glue(f"# {passage.section}\n")
        told = (document, passage.section)
        for piece in passage.pieces:
            builder.add(document, piece)
        builder.glue(PASSAGE_BREAK)
    return builder.done()


def question_text(question: str) -> str:
    return f"Question: {question}\nAnswer:"


def answer_text(answer: str | None) -> str:
    """What stands after `question_text`, before the end of sequence."""
    return f" {ABSENT if answer is None else answer}"


def prefix_tokens(tokenizer: Tokenizer, text: str) -> list[int]:
    ids: list[int] = tokenizer.encode(text, add_special_tokens=False).ids
    return [token_id(tokenizer, BEGIN), *ids]


def token_id(tokenizer: Tokenizer, token: str) -> int:
    """The id of a token that every model of ours has."""
    known = tokenizer.token_to_id(token)
    if known is None:
        raise ModelUnavailable(f"the tokenizer has no token {token}")
    return known


class _Builder:
    def __init__(self) -> None:
        self._texts: list[str] = []
        self._pieces: list[PlacedPiece] = []
        self._length = 0

    def glue(self, text: str) -> None:
        self._texts.append(text)
        self._length += len(text)

    def add(self, document: int, piece: Piece) -> None:
        if piece.start >= 0:
            self._pieces.append(PlacedPiece(document, self._length, piece.start, piece.text))
        self.glue(piece.text)

    def done(self) -> PrefixText:
        return PrefixText("".join(self._texts), tuple(self._pieces))


def passage_of_text(text: str, section: str = "") -> Passage:
    """A passage that is a whole small document, as training data has them."""
    return Passage((Piece(text, 0),), 0, len(text), section, 0)


def joined(texts: Sequence[str]) -> str:
    return prefix_of((0, passage_of_text(text)) for text in texts).text
