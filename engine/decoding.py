"""What does the model answer to questions about one prefix?

All questions are branches of the prefix and go through the model together, a token a step; each
is held to its own spans. Several drafts of an answer go on side by side while they are about as
likely (beam search), so that the likeliest whole answer wins, not the likeliest first word.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

import torch
from torch import Tensor

from engine.certainty import Signals
from engine.decoder_model import DecoderModel, Prefix
from engine.prompt import ABSENT, ITEM_BREAK, answer_text
from engine.span_list_cursor import ListCursor
from engine.spans import SpanCursor, SpanSet, Vocabulary

_MOST_BEHIND = 4.0  # nats: a draft so much less likely than the best one is given up


@dataclass(frozen=True, slots=True)
class Question:
    """Token ids of the branch, and what may be answered; a list is one draft alone."""

    token_ids: Sequence[int]
    spans: SpanSet
    is_list: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """A literal, or the places in the prompt's text that the answer stands at, likeliest first.

    It is never null where something else could be answered: `signals` tell how likely null is.
    `items` are the places of each item of a list, `evidence` the words that bear out a literal.
    A list that `is_cut` would go on: it has the items that were finished. `others` are answers
    that were less likely, the likeliest first.
    """

    literal: str | None
    places: tuple[tuple[int, int], ...]
    signals: Signals
    num_tokens: int
    items: tuple[tuple[tuple[int, int], ...], ...] = ()
    evidence: tuple[tuple[int, int], ...] = ()
    is_cut: bool = False
    others: tuple[Answer, ...] = ()


class Decoder:
    """`num_drafts`: how many drafts of an answer go on side by side."""

    def __init__(
        self,
        model: DecoderModel,
        vocabulary: Vocabulary,
        *,
        num_drafts: int = 3,
        max_tokens: int = 256,
    ) -> None:
        self._model = model
        self._vocabulary = vocabulary
        self._num_drafts, self._max_tokens = num_drafts, max_tokens
        self._null = vocabulary.ids.get(answer_text(None), -1)
        self._break = vocabulary.ids[ITEM_BREAK]

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
        contests = [
            _Contest(question, look, row, self._cursor(question), self._most_drafts(question))
            for row, (question, look) in enumerate(zip(questions, run.first_looks, strict=True))
        ]
        for _ in range(self._max_tokens):
            for contest in contests:
                contest.go_on(self._steps(contest, run.hidden))
            drafts = [draft for contest in contests for draft in contest.drafts]
            if not drafts:
                break
            run.step([draft.row for draft in drafts], [draft.token for draft in drafts])
            for row, draft in enumerate(drafts):
                draft.row = row
            on_step()
        return [contest.answer(token_starts) for contest in contests]

    def _cursor(self, question: Question) -> SpanCursor | ListCursor:
        if question.is_list:
            return ListCursor(question.spans, self._vocabulary, self._break)
        return SpanCursor(question.spans, self._vocabulary)

    def _most_drafts(self, question: Question) -> int:
        return 1 if question.is_list else self._num_drafts

    def _steps(self, contest: _Contest, hidden: Tensor) -> Iterator[_Step]:
        """What each draft could go on with, and how likely."""
        for draft in contest.drafts:
            allowed, scores = self._scores(draft, hidden)
            if draft.is_first:
                scores = self._without_null(contest, draft, allowed, scores)
            best = scores.topk(min(contest.most, len(scores)))
            for score, choice in zip(best.values.tolist(), best.indices.tolist(), strict=True):
                if score > -math.inf:
                    yield _Step(draft, int(allowed[choice]), draft.log_probability + score)

    def _scores(self, draft: _Draft, hidden: Tensor) -> tuple[Tensor, Tensor]:
        """The tokens that are allowed, and how likely each is; an end that is barred takes its
        share, and is none of them."""
        tokens = sorted(draft.cursor.allowed())
        if not draft.cursor.is_end_barred:
            allowed = torch.tensor(tokens)
            return allowed, self._model.logits(hidden[draft.row], allowed).log_softmax(dim=-1)
        weighed = torch.tensor([*tokens, self._vocabulary.end])
        scores = self._model.logits(hidden[draft.row], weighed).log_softmax(dim=-1)
        return weighed[:-1], scores[:-1]

    def _without_null(
        self, contest: _Contest, draft: _Draft, allowed: Tensor, scores: Tensor
    ) -> Tensor:
        """Scores of the first tokens; null is weighed apart, where anything else can be said."""
        is_null = allowed == self._null
        if not is_null.any():
            return scores
        if not draft.cursor.can_rule_out(ABSENT):
            contest.absence = 1.0
            return scores
        contest.absence = float(scores[is_null].exp())
        draft.cursor.rule_out(ABSENT)
        rest = torch.tensor(list(draft.cursor.allowed()))
        others = scores.masked_fill(~torch.isin(allowed, rest), -math.inf)
        return others if others.isfinite().any() else scores


@dataclass(slots=True)
class _Draft:
    """An answer in the making: its newest token, and the row that stands for it in the run."""

    cursor: SpanCursor | ListCursor
    row: int
    token: int = -1
    log_probability: float = 0.0
    num_tokens: int = 0

    @property
    def is_first(self) -> bool:
        return self.num_tokens == 0


@dataclass(frozen=True, slots=True)
class _Step:
    draft: _Draft
    token: int
    log_probability: float

    def taken(self) -> _Draft:
        cursor = self.draft.cursor.copy()
        cursor.advance(self.token)
        num_tokens = self.draft.num_tokens + 1
        return _Draft(cursor, self.draft.row, self.token, self.log_probability, num_tokens)


@dataclass(slots=True)
class _Contest:
    """The drafts of one question. `look` [num_prefix] is the attention at its first token."""

    question: Question
    look: Tensor
    row: int
    first: SpanCursor | ListCursor
    most: int
    absence: float = 0.0
    drafts: list[_Draft] = field(init=False)
    done: list[_Draft] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.drafts = [_Draft(self.first, self.row)]

    def go_on(self, steps: Iterator[_Step]) -> None:
        """With the likeliest steps. A draft only gets less likely: those behind the best that is
        done can not win any more."""
        ordered = sorted(steps, key=lambda step: -step.log_probability)[: self.most]
        best = max((draft.log_probability for draft in self.done), default=-math.inf)
        self.drafts = []
        for step in ordered:
            least = max(best, ordered[0].log_probability) - _MOST_BEHIND
            if step.log_probability < least:
                continue
            draft = step.taken()
            (self.done if draft.cursor.is_done else self.drafts).append(draft)
        best = max((draft.log_probability for draft in self.done), default=-math.inf)
        if self.drafts and self.drafts[0].log_probability <= best:
            self.drafts = []

    def answer(self, token_starts: Sequence[int]) -> Answer:
        """One that did not come to an end has no places, but those of the items before."""
        if not self.done:
            return self._cut(token_starts)
        ordered = sorted(self.done, key=lambda draft: -draft.log_probability)
        best, *others = [self._answer_of(draft, token_starts) for draft in ordered]
        return replace(best, others=tuple(others))

    def _answer_of(self, draft: _Draft, token_starts: Sequence[int]) -> Answer:
        placed = [_by_look(places, self.look, token_starts) for places in draft.cursor.items]
        chance = math.exp(draft.log_probability)
        share = chance / sum(math.exp(one.log_probability) for one in self.done)
        return Answer(
            draft.cursor.literal,
            placed[0],
            self._signals(share, min(1.0, chance / (1.0 - self.absence + 1e-6))),
            self._num_tokens,
            items=tuple(placed),
        )

    def _cut(self, token_starts: Sequence[int]) -> Answer:
        for draft in self.drafts:
            if isinstance(draft.cursor, ListCursor) and draft.cursor.finished:
                placed = [_by_look(p, self.look, token_starts) for p in draft.cursor.finished]
                likelihood = min(1.0, math.exp(draft.log_probability) / (1.0 - self.absence + 1e-6))
                signals = self._signals(1.0, likelihood)
                items = tuple(placed)
                return Answer(None, items[0], signals, self._num_tokens, items=items, is_cut=True)
        return Answer(None, (), self._signals(0.0, 0.0), self._num_tokens)

    @property
    def _num_tokens(self) -> int:
        return max((draft.num_tokens for draft in [*self.done, *self.drafts]), default=0)

    def _signals(self, share: float, likelihood: float) -> Signals:
        return Signals(share, likelihood, self.absence)


class _Run:
    """The branches' state between steps; `hidden` [num_branches, hidden_size] is the newest."""

    def __init__(self, model: DecoderModel, prefix: Prefix, questions: Sequence[Question]) -> None:
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

    def step(self, rows: Sequence[int], tokens: Sequence[int]) -> None:
        """Go on from these branches, each as often as it is named, with a token each."""
        token_ids = torch.tensor(tokens)[:, None]
        is_real = torch.ones_like(token_ids, dtype=torch.bool)
        self._branches, hidden, _ = self._model.branch(
            self._prefix, self._branches.of(rows), token_ids, is_real
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
