"""What exactly does the model read? One code builds the prompts of training and of use.

A prompt is a prefix (passages, shared by all questions about them) and one branch a question.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tokenizers import Tokenizer

from schemas.document import Passage, Piece
from schemas.errors import ModelUnavailable

ABSENT = "null"
"""What is answered where the passages do not hold the answer."""

YES, NO = "yes", "no"

BEGIN, END = "<bos>", "<eos>"

ITEM_BREAK = "\n"
"""What stands between the items of a list that is answered; one token."""


@dataclass(frozen=True, slots=True)
class Asking:
    """A question, and which kind of answer is wanted: one of the choices, a list, a `kind` such
    as "date"; words of the text where nothing is said."""

    text: str
    choices: tuple[str, ...] = ()
    is_list: bool = False
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Wording:
    """How a model is asked: `head`, the passages, the question, a closing (of a question for
    words, for a kind of value, for a list, for a choice) and `turn`; `end` ends the answer. In
    `head` and `turn` the `marks` are single tokens; in passages and questions they are text."""

    marks: tuple[str, ...]
    head: str
    closing: str
    kind_closing: str
    list_closing: str
    choice_closing: str
    turn: str
    end: str

    def closing_of(self, asking: Asking) -> str:
        if asking.choices:
            return self.choice_closing.replace("{}", ", ".join(asking.choices))
        if asking.is_list:
            return self.list_closing
        return self.kind_closing.replace("{}", asking.kind) if asking.kind else self.closing


_COMPLETING = Wording(
    marks=(BEGIN,),
    head=BEGIN,
    closing="\nAnswer:",
    kind_closing=" ({})\nAnswer:",
    list_closing=" (all)\nAnswer:",
    choice_closing=" ({})\nAnswer:",
    turn="",
    end=END,
)
_TASK = (
    "You take values out of documents. Answer with the exact words of the text that answer the "
    "question, as few as possible, and nothing else. If the text does not answer the question, "
    f"answer {ABSENT}."
)
_EXACTLY = f"\nAnswer with the exact words of the text, or {ABSENT} if it does not say."
_CONVERSING = Wording(
    marks=("<|im_start|>", "<|im_end|>"),
    head=f"<|im_start|>system\n{_TASK}<|im_end|>\n<|im_start|>user\n",
    closing=_EXACTLY,
    kind_closing=_EXACTLY,
    list_closing="\nList all of them with the exact words of the text, or answer "
    f"{ABSENT} if it does not say.",
    choice_closing=f"\nAnswer with one of: {{}}. Answer {ABSENT} if the text does not say.",
    turn="<|im_end|>\n<|im_start|>assistant\nAnswer:",
    end="<|im_end|>",
)

PASSAGE_BREAK = "\n\n"


@dataclass(frozen=True, slots=True)
class PlacedPiece:
    """A piece of a document's text at an offset of the prompt."""

    document: int  # index into the documents asked
    prompt_start: int
    document_start: int
    text: str

    def part(self, start: int, stop: int) -> PlacedPiece | None:
        """What of it stands between two offsets of the document."""
        first = max(0, start - self.document_start)
        text = self.text[first : max(first, stop - self.document_start)]
        if not text:
            return None
        return PlacedPiece(
            self.document, self.prompt_start + first, self.document_start + first, text
        )


@dataclass(frozen=True, slots=True)
class PrefixText:
    """The text before the questions, and where its parts stand in the documents."""

    text: str
    pieces: tuple[PlacedPiece, ...]

    def within(self, lines: Iterable[tuple[int, Passage]]) -> PrefixText:
        """The same text, with what stands in these lines alone for its pieces. Each line comes
        with the index of its document."""
        kept = {
            (document, piece.start, piece.start + len(piece.text))
            for document, line in lines
            for piece in line.pieces
            if piece.start >= 0
        }
        return PrefixText(
            self.text,
            tuple(
                part
                for piece in self.pieces
                for document, start, stop in sorted(kept)
                if document == piece.document and (part := piece.part(start, stop)) is not None
            ),
        )


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


def answer_text(answer: str | None) -> str:
    """What stands after a question, before its end."""
    return f" {ABSENT if answer is None else answer}"


def wording_of(tokenizer: Tokenizer) -> Wording:
    """Turns of a conversation where the vocabulary has their marks, a text to be completed
    where not."""
    has_turns = all(tokenizer.token_to_id(mark) is not None for mark in _CONVERSING.marks)
    return _CONVERSING if has_turns else _COMPLETING


def prefix_tokens(tokenizer: Tokenizer, text: str) -> list[int]:
    return prefix_encoding(tokenizer, text)[0]


def prefix_encoding(tokenizer: Tokenizer, text: str) -> tuple[list[int], list[int]]:
    """The tokens of a prefix, and where each begins in its text; those of the head at 0."""
    wording = wording_of(tokenizer)
    head = _marked_tokens(tokenizer, wording.head, wording.marks)
    encoding = tokenizer.encode(text, add_special_tokens=False)
    return [*head, *encoding.ids], [0] * len(head) + [start for start, _ in encoding.offsets]


def branch_tokens(
    tokenizer: Tokenizer, asking: Asking, instructions: str | None = None
) -> list[int]:
    """The question as it follows a prefix, up to where its answer begins."""
    wording = wording_of(tokenizer)
    text = f"Question: {asking.text}{wording.closing_of(asking)}"
    if instructions:
        text = f"Instructions: {instructions.strip()}\n{text}"
    ids: list[int] = tokenizer.encode(text, add_special_tokens=False).ids
    return [*ids, *_marked_tokens(tokenizer, wording.turn, wording.marks)]


def _marked_tokens(tokenizer: Tokenizer, text: str, marks: Sequence[str]) -> list[int]:
    ids: list[int] = []
    for part in re.split(f"({'|'.join(map(re.escape, marks))})", text):
        if part in marks:
            ids.append(token_id(tokenizer, part))
        else:
            ids += tokenizer.encode(part, add_special_tokens=False).ids
    return ids


def token_id(tokenizer: Tokenizer, token: str) -> int:
    """The id of a token that every model of ours has, be it a mark or text."""
    known = tokenizer.token_to_id(token)
    if known is not None:
        return known
    ids = tokenizer.encode(token, add_special_tokens=False).ids
    if len(ids) != 1:
        raise ModelUnavailable(f"the tokenizer has no token {token}")
    return int(ids[0])


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
