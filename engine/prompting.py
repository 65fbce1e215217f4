"""How are passages and questions put to the model?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tokenizers import Tokenizer

from engine.candidates import formed_spans, is_any_words, spans_for, string_spans
from engine.cells_asked import AskedCells
from engine.decoding import Question as Asked
from engine.prompt import Asking, PrefixText, branch_tokens, prefix_encoding, prefix_of
from engine.questions import Question
from engine.spans import SpanSet
from schemas.document import Passage
from schemas.errors import PromptTooLong
from schemas.response_schema import Kind, Node

QUESTION_TOKENS = 768


@dataclass(frozen=True, slots=True)
class Prompt:
    """A prefix in words and tokens. `starts[i]` is where token i begins in its text."""

    text: PrefixText
    token_ids: list[int]
    starts: list[int]


@dataclass(frozen=True, slots=True)
class AskedBranches:
    """What is put to the model about one prompt. `slots[i]` are the branches of question i: its
    own, and the one for the words that bear out an answer that is not itself words of the text.
    Rows are read off tables: they have none. `text` is what may be answered from."""

    asked: list[Asked]
    slots: list[tuple[int | None, int | None]]
    text: PrefixText | None = None

    @property
    def num_tokens(self) -> int:
        return sum(len(question.token_ids) for question in self.asked)

    @property
    def num_padded_tokens(self) -> int:
        """As they go through the model together."""
        return len(self.asked) * max((len(one.token_ids) for one in self.asked), default=0)

    @property
    def not_lists(self) -> list[tuple[int, int]]:
        """The questions that are no lists and have a branch, and their own branch."""
        own = [(at, first) for at, (first, _) in enumerate(self.slots) if first is not None]
        return [(at, number) for at, number in own if not self.asked[number].is_list]


class Prompting:
    """`room` is the most tokens of passages that are read together. All of it raises
    `PromptTooLong` for what is past the room there is."""

    def __init__(self, tokenizer: Tokenizer, room: int) -> None:
        self._tokenizer, self._room = tokenizer, room

    def prompt(self, passages: Iterable[tuple[int, Passage]]) -> Prompt:
        """Of passages, each with the number of its source."""
        return self.of_text(prefix_of(passages))

    def of_text(self, text: PrefixText) -> Prompt:
        token_ids, starts = prefix_encoding(self._tokenizer, text.text)
        if len(token_ids) > self._room:
            raise PromptTooLong(
                f"the passages to be read together have {len(token_ids)} tokens, past the "
                f"{self._room} that the model reads at once: one of them is a very long row",
                param="files",
            )
        return Prompt(text, token_ids, starts)

    def branches(
        self,
        prompt: Prompt,
        questions: Sequence[Question],
        instructions: str | None,
        within: Sequence[tuple[int, Passage]] = (),
    ) -> AskedBranches:
        """A question whose answer may not be words of the text has a second branch for those.
        What stands in the text is answered from `within` some lines alone, where there are any, and
        not from cells of another time than the question names."""
        asked: list[Asked] = []
        slots: list[tuple[int | None, int | None]] = []
        text = prompt.text.within(within) if within else prompt.text
        strings, cells = string_spans(text), AskedCells(prompt.text)
        for question in questions:
            if question.node.kind is Kind.ROWS:
                slots.append((None, None))
                continue
            tokens = self._branch_tokens(question, instructions)
            is_list = question.node.kind is Kind.LIST
            spans = _spans_of(question.node, text, strings)
            others = cells.others(question)
            spans = spans.without(others) if others else spans
            has_choices = any(literal for literal in spans.literals[:-1])
            asked.append(Asked(tokens, spans, is_list))
            first, second = len(asked) - 1, None
            if has_choices:
                words = branch_tokens(self._tokenizer, Asking(question.asked), instructions)
                asked.append(Asked(words, strings))
                second = len(asked) - 1
            slots.append((first, second))
        return AskedBranches(asked, slots, text)

    def _branch_tokens(self, question: Question, instructions: str | None) -> list[int]:
        ids = branch_tokens(self._tokenizer, question.asking, instructions)
        if len(ids) > QUESTION_TOKENS:
            raise PromptTooLong(
                f"the question {question.asked[:60]!r} and the instructions have {len(ids)} tokens "
                f"together, past the {QUESTION_TOKENS} there are for them",
                param="instructions",
            )
        return ids


def _spans_of(node: Node, prefix: PrefixText, strings: SpanSet) -> SpanSet:
    """`strings` are all the words that may be answered at all."""
    if not is_any_words(node):
        return spans_for(node, prefix)
    return strings if node.kind is Kind.LIST else formed_spans(node, prefix, strings)
