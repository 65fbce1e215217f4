"""How does the model learn to answer? Low-rank training on prefixes with many questions each.

An example is what the product asks: one prefix, a branch for each question, the loss on the
answers' tokens alone. As in use, an answer competes only with tokens that stand in the prompt.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from tokenizers import Tokenizer
from torch import Tensor

from engine import lora
from engine.gemma3 import Gemma3
from engine.prompt import END, answer_text, prefix_tokens, question_text, token_id


@dataclass(frozen=True, slots=True)
class Example:
    """A prefix text and questions about it; an answer is a string of the prefix, or None."""

    prefix: str
    questions: tuple[tuple[str, str | None], ...]


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


def train(
    model: Gemma3, tokenizer: Tokenizer, examples: Sequence[Example], recipe: Recipe, report: Report
) -> None:
    """Attach an adapter and train it, one optimiser step an example, in the given order."""
    trainable = lora.attach(
        model,
        first_layer=recipe.first_layer,
        rank=recipe.rank,
        scale=recipe.scale,
        seed=recipe.seed,
    )
    optimiser = torch.optim.AdamW(trainable, lr=recipe.learning_rate, weight_decay=0.0)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: _rate(step, len(examples), recipe)
    )
    for step, example in enumerate(examples):
        loss = loss_of(model, tokenizer, example)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(trainable, recipe.clip_norm)
        optimiser.step()
        schedule.step()
        report(step, float(loss.detach()))


def loss_of(model: Gemma3, tokenizer: Tokenizer, example: Example) -> Tensor:
    """Mean cross-entropy of the answers' tokens over the tokens that the prompt holds."""
    batch = _Batch.of(tokenizer, example)
    prefix, _ = model.read(model.empty_prefix(), batch.prefix_ids)
    empty = model.empty_branches(len(batch.is_real))
    _, hidden, _ = model.branch(prefix, empty, batch.branch_ids, batch.is_real)
    targets = batch.targets[batch.is_answer]
    allowed = torch.cat([batch.prefix_ids, targets]).unique()
    logits = model.logits(hidden[batch.is_answer], allowed)
    return F.cross_entropy(logits, torch.searchsorted(allowed, targets))


@dataclass(frozen=True, slots=True)
class _Batch:
    """branch_ids, targets, is_real, is_answer are [num_questions, longest branch]."""

    prefix_ids: Tensor
    branch_ids: Tensor
    targets: Tensor
    is_real: Tensor
    is_answer: Tensor

    @classmethod
    def of(cls, tokenizer: Tokenizer, example: Example) -> _Batch:
        rows = [_branch_tokens(tokenizer, *question) for question in example.questions]
        shape = (len(rows), max(len(ask) + len(answer) for ask, answer in rows) - 1)
        branch_ids, targets = (
            torch.zeros(shape, dtype=torch.long),
            torch.zeros(shape, dtype=torch.long),
        )
        is_real, is_answer = (
            torch.zeros(shape, dtype=torch.bool),
            torch.zeros(shape, dtype=torch.bool),
        )
        for row, (ask, answer) in enumerate(rows):
            tokens = torch.tensor(ask + answer)
            branch_ids[row, : len(tokens) - 1] = tokens[:-1]
            targets[row, : len(tokens) - 1] = tokens[1:]
            is_real[row, : len(tokens) - 1] = True
            is_answer[row, len(ask) - 1 : len(tokens) - 1] = True
        prefix_ids = torch.tensor(prefix_tokens(tokenizer, example.prefix))
        return cls(prefix_ids, branch_ids, targets, is_real, is_answer)


def _branch_tokens(
    tokenizer: Tokenizer, question: str, answer: str | None
) -> tuple[list[int], list[int]]:
    ask = tokenizer.encode(question_text(question), add_special_tokens=False).ids
    return ask, [
        *tokenizer.encode(answer_text(answer), add_special_tokens=False).ids,
        token_id(tokenizer, END),
    ]


def _rate(step: int, num_steps: int, recipe: Recipe) -> float:
    warm = min(1.0, (step + 1) / recipe.warmup_steps)
    return warm * (1.0 - (1.0 - recipe.final_share) * step / max(1, num_steps))
