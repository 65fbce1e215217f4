"""How does the model learn to answer? Low-rank training on prefixes with many questions each.

An example is what the product asks: one prefix, a branch for each question, the loss on the
answers' tokens alone. As in use, an answer competes only with tokens that stand in the prompt.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from pickle import UnpicklingError
from typing import Any

import torch
import torch.nn.functional as F
from tokenizers import Tokenizer
from torch import Tensor

from engine import lora
from engine.decoder_model import DecoderModel
from engine.products import has_bfloat16_products
from engine.prompt import (
    ITEM_BREAK,
    Asking,
    answer_text,
    branch_tokens,
    prefix_tokens,
    token_id,
    wording_of,
)
from schemas.errors import InvalidInput

_UNREADABLE = (
    OSError,
    EOFError,
    RuntimeError,
    UnpicklingError,
    AttributeError,
    LookupError,
    TypeError,
    ValueError,
)
_OPAQUE = ("examples", "shapes")  # their values tell a reader nothing
_WAYS_OUT = "delete it to begin anew, or train into another folder"


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
    learning_rate: float = 2e-4
    final_share: float = 0.1
    warmup_steps: int = 20
    clip_norm: float = 1.0
    questions_per_step: int = 6
    seed: int = 0


Report = Callable[[int, float], None]
"""Is told the step and its loss."""

OnKept = Callable[[int], None]
"""Is told how many steps had been done when the training was kept."""


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
        self._begin = begin
        if begin is not None:
            lora.restore(model, begin)

    def train(
        self,
        examples: Sequence[Example],
        report: Report,
        *,
        state: Path | None = None,
        keep_every: int = 100,
        on_kept: OnKept = lambda _: None,
    ) -> None:
        """In the given order; a step is taken on as many as have `questions_per_step` together.

        `state` is a file that the training is kept in, every so many steps; where it is there
        already, training goes on from it. It is removed at the end. Raises `InvalidInput` where
        it is damaged, or was kept by a training of another recipe, of other examples or from
        another beginning: nothing is written or removed then.
        """
        recipe = self.recipe
        steps = list(in_steps(examples, recipe.questions_per_step))
        optimiser = torch.optim.AdamW(self._adapter, lr=recipe.learning_rate, weight_decay=0.0)
        schedule = torch.optim.lr_scheduler.LambdaLR(
            optimiser, lambda step: _rate(step, len(steps), recipe)
        )
        run = _Run(self._sort_of(steps), self._adapter, optimiser, schedule)
        num_done = run.restored(state) if state is not None and state.is_file() else 0
        for step in range(num_done, len(steps)):
            optimiser.zero_grad(set_to_none=True)
            loss = self._backward(steps[step])
            torch.nn.utils.clip_grad_norm_(self._adapter, recipe.clip_norm)
            optimiser.step()
            schedule.step()
            report(step, loss)
            if state is not None and (step + 1) % keep_every == 0:
                run.keep(state, step + 1)
                on_kept(step + 1)
        if state is not None:
            state.unlink(missing_ok=True)

    def _sort_of(self, steps: Sequence[Sequence[Example]]) -> dict[str, Any]:
        """What a training shares with one that it can go on from."""
        return {
            **asdict(self.recipe),
            "began_from": "nothing" if self._begin is None else self._begin.name,
            "steps": len(steps),
            "examples": hashlib.sha256(repr(steps).encode()).hexdigest()[:12],
            "shapes": [list(tensor.shape) for tensor in self._adapter],
        }

    def _backward(self, together: Sequence[Example]) -> float:
        """The mean over the questions of a step; its gradient is added to the adapter."""
        num_questions = sum(len(example.targets) for example in together)
        total = 0.0
        for example in together:
            with self._fast():
                loss = self.loss_of(example) * (len(example.targets) / num_questions)
            loss.backward()
            total += float(loss.detach())
        return total

    def _fast(self) -> torch.autocast:
        """Products of the layers in bfloat16 where the processor multiplies that itself: half as
        many seconds a step on such a CPU. What is learnt, and the loss, stay in float32."""
        return torch.autocast("cpu", torch.bfloat16, enabled=has_bfloat16_products())

    def loss_of(self, example: Example) -> Tensor:
        """Mean cross-entropy of the answers' tokens over the tokens that the prompt holds."""
        batch = _Batch.of(self._tokenizer, example)
        hidden = self.model.read_packed(batch.prefix_ids, batch.branch_ids, batch.branches)
        allowed = torch.cat([batch.prefix_ids, batch.targets]).unique()
        with torch.autocast("cpu", enabled=False):
            answers = hidden[len(batch.prefix_ids) :][batch.is_answer].float()
            logits = self.model.logits(answers, allowed)
        return F.cross_entropy(logits, torch.searchsorted(allowed, batch.targets))

    @torch.no_grad()
    def mean_loss(self, examples: Sequence[Example]) -> float:
        """Over the questions of examples that are not trained on."""
        num_questions = sum(len(example.targets) for example in examples)
        total = sum(float(self.loss_of(example)) * len(example.targets) for example in examples)
        return total / num_questions

    def num_tokens(self, example: Example) -> int:
        """That a step on it reads."""
        batch = _Batch.of(self._tokenizer, example)
        return len(batch.prefix_ids) + len(batch.branch_ids)

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


@dataclass(frozen=True, slots=True)
class _Run:
    """What changes in training, and the `sort` of training that it is."""

    sort: Mapping[str, Any]
    adapter: list[Tensor]
    optimiser: torch.optim.Optimizer
    schedule: torch.optim.lr_scheduler.LRScheduler

    def keep(self, file: Path, num_done: int) -> None:
        parts = {
            "sort": dict(self.sort),
            "num_done": num_done,
            "adapter": [tensor.detach() for tensor in self.adapter],
            "optimiser": self.optimiser.state_dict(),
            "schedule": self.schedule.state_dict(),
        }
        file.parent.mkdir(parents=True, exist_ok=True)
        torch.save(parts, file.with_suffix(".part"))
        file.with_suffix(".part").replace(file)

    def restored(self, file: Path) -> int:
        """How many steps had been done."""
        try:
            parts = torch.load(file, weights_only=True)
            self._check(file, parts["sort"])
            with torch.no_grad():
                for tensor, kept in zip(self.adapter, parts["adapter"], strict=True):
                    tensor.copy_(kept)
            self.optimiser.load_state_dict(parts["optimiser"])
            self.schedule.load_state_dict(parts["schedule"])
            return int(parts["num_done"])
        except _UNREADABLE as error:
            raise InvalidInput(
                f"{file} is damaged or of another version; {_WAYS_OUT}", param="state"
            ) from error

    def _check(self, file: Path, kept: Mapping[str, Any]) -> None:
        differing = [name for name, value in self.sort.items() if kept.get(name) != value]
        if not differing:
            return
        told = ", ".join(_told(name, kept.get(name), self.sort[name]) for name in differing)
        raise InvalidInput(f"{file} is of another training ({told}); {_WAYS_OUT}", param="state")


def _told(name: str, kept: Any, asked: Any) -> str:
    return f"other {name}" if name in _OPAQUE else f"{name} {kept} there, {asked} here"


def in_steps(examples: Sequence[Example], num_questions: int) -> Iterator[list[Example]]:
    """Examples in order, in groups that ask at least so much; the last may ask less."""
    group: list[Example] = []
    for example in examples:
        group.append(example)
        if sum(len(one.targets) for one in group) >= num_questions:
            yield group
            group = []
    if group:
        yield group


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
