"""What does the model answer to questions about one prefix?

All questions are branches of the prefix and go through the model together, greedily, one token
a step; each is held to its own spans.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from engine.gemma3 import Gemma3, Prefix
from engine.prompt import ABSENT, answer_text
from engine.spans import SpanCursor, SpanSet, Vocabulary


@dataclass(frozen=True, slots=True)
class Question:
    """Token ids of the branch, and what may be answered."""

    token_ids: Sequence[int]
    spans: SpanSet


@dataclass(frozen=True, slots=True)
class Answer:
    """A literal, or the places in the prompt's text that the answer stands at, likeliest first.

    `probability` is that of the tokens taken among those that were allowed, `absence` that of
    null as the first token (it is the answer from the decoder's threshold on).
    """

    literal: str | None
    places: tuple[tuple[int, int], ...]
    probability: float
    absence: float
    num_tokens: int


class Decoder:
    """`absent_threshold`: the least probability of null at which null is the answer."""

    def __init__(
        self,
        model: Gemma3,
        vocabulary: Vocabulary,
        *,
        absent_threshold: float = 0.5,
        max_tokens: int = 256,
    ) -> None:
        self._model = model
        self._vocabulary = vocabulary
        self._absent_threshold = absent_threshold
        self._max_tokens = max_tokens
        self._null = vocabulary.ids.get(answer_text(None))

    @torch.inference_mode()
    def answer(
        self,
        prefix: Prefix,
        token_starts: Sequence[int],
        questions: Sequence[Question],
        on_step: Callable[[], None] = lambda: None,
    ) -> list[Answer]:
        """`token_starts[i]` is where token i of the prefix begins in the prompt's text.

        `on_step` is called after each forward; what it raises ends the work.
        """
        run = _Run(self._model, prefix, questions)
        on_step()
        drafts = [
            _Draft(SpanCursor(question.spans, self._vocabulary), look)
            for question, look in zip(questions, run.first_looks, strict=True)
        ]
        for _ in range(self._max_tokens):
            tokens = [
                self._advance(draft, hidden)
                for draft, hidden in zip(drafts, run.hidden, strict=True)
            ]
            if all(draft.cursor.is_done for draft in drafts):
                break
            run.step(tokens)
            on_step()
        return [draft.answer(token_starts) for draft in drafts]

    def _advance(self, draft: _Draft, hidden: Tensor) -> int | None:
        """Take the next token of a draft; None once it is done."""
        if draft.cursor.is_done:
            return None
        allowed = torch.tensor(sorted(draft.cursor.allowed()))
        scores = self._model.logits(hidden, allowed).log_softmax(dim=-1)
        choice = int(scores.argmax())
        if draft.num_tokens == 0:
            choice = self._first_choice(draft, allowed, scores)
        draft.log_probability += float(scores[choice])
        draft.num_tokens += 1
        token = int(allowed[choice])
        draft.cursor.advance(token)
        return None if draft.cursor.is_done else token

    def _first_choice(self, draft: _Draft, allowed: Tensor, scores: Tensor) -> int:
        """Null from its threshold on, else the likeliest of the others."""
        is_null = allowed == (-1 if self._null is None else self._null)
        if not is_null.any():
            return int(scores.argmax())
        draft.absence = float(scores[is_null].exp())
        if draft.absence >= self._absent_threshold or not draft.cursor.can_rule_out(ABSENT):
            return int(is_null.nonzero()[0])
        draft.cursor.rule_out(ABSENT)
        rest = torch.tensor(list(draft.cursor.allowed()))
        others = scores.masked_fill(is_null | ~torch.isin(allowed, rest), -math.inf)
        return int((others if others.isfinite().any() else scores).argmax())


@dataclass(slots=True)
class _Draft:
    """An answer in the making. `look` [num_prefix] is the attention at its first token."""

    cursor: SpanCursor
    look: Tensor
    log_probability: float = 0.0
    absence: float = 0.0
    num_tokens: int = 0

    def answer(self, token_starts: Sequence[int]) -> Answer:
        """One that did not come to an end has no places."""
        spans = self.cursor.spans if self.cursor.is_done else ()
        return Answer(
            self.cursor.literal if self.cursor.is_done else None,
            _by_look(spans, self.look, token_starts),
            math.exp(self.log_probability),
            self.absence,
            self.num_tokens,
        )


class _Run:
    """The branches' state between steps; `hidden` [num_branches, hidden_size] is the newest."""

    def __init__(self, model: Gemma3, prefix: Prefix, questions: Sequence[Question]) -> None:
        self._model, self._prefix = model, prefix
        longest = max(len(question.token_ids) for question in questions)
        token_ids = torch.zeros(len(questions), longest, dtype=torch.long)
        is_real = torch.zeros(len(questions), longest, dtype=torch.bool)
        for row, question in enumerate(questions):
            token_ids[row, : len(question.token_ids)] = torch.tensor(question.token_ids)
            is_real[row, : len(question.token_ids)] = True
        empty = model.empty_branches(len(questions))
        self._branches, hidden, looks = model.branch(prefix, empty, token_ids, is_real)
        last = is_real.sum(dim=1) - 1
        rows = torch.arange(len(questions))
        self.hidden = hidden[rows, last]
        self.first_looks = _look_of({i: look[rows, :, last] for i, look in looks.items()})

    def step(self, tokens: Sequence[int | None]) -> None:
        token_ids = torch.tensor([[0 if token is None else token] for token in tokens])
        is_real = torch.tensor([[token is not None] for token in tokens])
        self._branches, hidden, _ = self._model.branch(
            self._prefix, self._branches, token_ids, is_real
        )
        self.hidden = hidden[:, 0]


def _look_of(looks: dict[int, Tensor]) -> Tensor:
    """Attention on the prefix while the first token is chosen, over the upper global layers'
    heads: [num_branches, num_prefix]."""
    upper = sorted(looks)[1:] or sorted(looks)
    return torch.stack([looks[index].mean(dim=1) for index in upper]).mean(dim=0)


def _by_look(
    spans: Sequence[tuple[int, int]], look: Tensor, token_starts: Sequence[int]
) -> tuple[tuple[int, int], ...]:
    """Where one string was read: of its places those that were looked at at least half as much
    as the one that was looked at most, which comes first. The others only read the same."""
    if len(spans) < 2:
        return tuple(spans)
    starts = torch.tensor(token_starts)

    def mass(span: tuple[int, int]) -> float:
        first = int(torch.searchsorted(starts, span[0], right=True)) - 1
        last = int(torch.searchsorted(starts, span[1]))
        return float(look[first:last].sum())

    masses = {span: mass(span) for span in spans}
    most = max(masses.values())
    return tuple(sorted((s for s in spans if masses[s] >= most / 2), key=lambda s: -masses[s]))
