"""How does the model learn to answer? Low-rank training on prefixes with many questions each.

An example is what the product asks: one prefix, a branch for each question, the loss on the
answers' tokens alone. As in use, an answer competes only with tokens that stand in the prompt.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
import torch.nn.functional as F
from tokenizers import Tokenizer
from torch import Tensor

from engine import lora
from engine.decoder_model import DecoderModel
from engine.prompt import (
    ITEM_BREAK,
    Asking,
    answer_text,
    branch_tokens,
    prefix_tokens,
    token_id,
    wording_of,
)


@dataclass(frozen=True, slots=True)
class Target:
    """A question and the words to be answered: one item, several for a list, none where the
    prefix does not say."""

    asking: Asking
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Example:
    prefix: str
    targets: tuple[Target, ...]


@dataclass(frozen=True, slots=True)
class Recipe:
    first_layer: int = 6
    rank: int = 32
    scale: float = 2.0
    learning_rate: float = 4e-4
    final_share: float = 0.1
    warmup_steps: int = 20
    clip_norm: float = 1.0
    seed: int = 0


Report = Callable[[int, float], None]
"""Is told the step and its loss."""


class Tuning:
    """A model with an adapter in training."""

    def __init__(
        self, model: DecoderModel, tokenizer: Tokenizer, recipe: Recipe, begin: Path | None = None
    ) -> None:
        """`begin`: an adapter to go on from."""
        self.model, self.recipe = model, recipe
        self._tokenizer = tokenizer
        self._adapter = lora.attach(
            model,
            first_layer=recipe.first_layer,
            rank=recipe.rank,
            scale=recipe.scale,
            seed=recipe.seed,
        )
        if begin is not None:
            lora.restore(model, begin)

    def train(self, examples: Sequence[Example], report: Report) -> None:
        """One optimiser step an example, in the given order."""
        recipe = self.recipe
        optimiser = torch.optim.AdamW(self._adapter, lr=recipe.learning_rate, weight_decay=0.0)
        schedule = torch.optim.lr_scheduler.LambdaLR(
            optimiser, lambda step: _rate(step, len(examples), recipe)
        )
        for step, example in enumerate(examples):
            loss = self.loss_of(example)
            optimiser.zero_grad(set_to_none=True)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(self._adapter, recipe.clip_norm)
            optimiser.step()
            schedule.step()
            report(step, float(loss.detach()))

    def loss_of(self, example: Example) -> Tensor:
        """Mean cross-entropy of the answers' tokens over the tokens that the prompt holds."""
        batch = _Batch.of(self._tokenizer, example)
        hidden = self.model.read_packed(batch.prefix_ids, batch.branch_ids, batch.branches)
        allowed = torch.cat([batch.prefix_ids, batch.targets]).unique()
        logits = self.model.logits(hidden[len(batch.prefix_ids) :][batch.is_answer], allowed)
        return F.cross_entropy(logits, torch.searchsorted(allowed, batch.targets))

    def save(self, folder: Path, card: Mapping[str, object]) -> None:
        lora.save(self.model, folder, rank=self.recipe.rank, card=card)


@dataclass(frozen=True, slots=True)
class _Batch:
    """`branches`, `is_answer` go with `branch_ids`, `targets` with the answers' tokens."""

    prefix_ids: Tensor
    branch_ids: Tensor
    branches: Tensor
    is_answer: Tensor
    targets: Tensor

    @classmethod
    def of(cls, tokenizer: Tokenizer, example: Example) -> _Batch:
        prefix_ids = prefix_tokens(tokenizer, example.prefix)
        tokens: list[int] = []
        branches: list[int] = []
        is_answer: list[bool] = []
        targets: list[int] = []
        for number, target in enumerate(example.targets):
            ask = branch_tokens(tokenizer, target.asking)
            answer = answer_tokens(tokenizer, target.items)
            tokens += [*ask, *answer[:-1]]
            branches += [number] * (len(ask) + len(answer) - 1)
            is_answer += [False] * (len(ask) - 1) + [True] * len(answer)
            targets += answer
        return cls(
            torch.tensor(prefix_ids),
            torch.tensor(tokens),
            torch.tensor(branches),
            torch.tensor(is_answer),
            torch.tensor(targets),
        )


def answer_tokens(tokenizer: Tokenizer, items: Sequence[str]) -> list[int]:
    """An answer up to its end: null, or its items with breaks between."""
    tokens: list[int] = []
    for number, item in enumerate(items or (None,)):
        if number:
            tokens.append(token_id(tokenizer, ITEM_BREAK))
        tokens += tokenizer.encode(answer_text(item), add_special_tokens=False).ids
    return [*tokens, token_id(tokenizer, wording_of(tokenizer).end)]


def _rate(step: int, num_steps: int, recipe: Recipe) -> float:
    warm = min(1.0, (step + 1) / recipe.warmup_steps)
    return warm * (1.0 - (1.0 - recipe.final_share) * step / max(1, num_steps))
