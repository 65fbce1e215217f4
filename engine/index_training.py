"""How does the question encoder learn which passage to look at?

Contrastively: a question, the passages that answer it and many that do not, a softmax over their
scores. Keys of passages are read once and never trained; one step trains on a batch of questions
that are scored over all passages of the batch together, each over those that it may be.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from torch import Tensor

from engine import lora
from engine.attention_index import scores_of, stacked
from engine.passage_keys import PassageKeys
from engine.question_encoder import QuestionEncoder


@dataclass(frozen=True, slots=True)
class Lesson:
    """A question about a shelf: the passages of it that answer."""

    question: str
    shelf: int
    gold: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Shelf:
    """Passages that questions are asked about. `is_open`: what stands on other open shelves
    answers none of its questions, so they lend it wrong passages."""

    keys: Sequence[PassageKeys]
    is_open: bool


@dataclass(frozen=True, slots=True)
class IndexRecipe:
    rank: int = 8
    scale: float = 1.0
    learning_rate: float = 5e-4
    heads_learning_rate: float = 2e-3
    temperature_learning_rate: float = 3e-2
    weight_decay: float = 0.01
    warmup_steps: int = 20
    clip_norm: float = 1.0
    lessons_per_step: int = 16
    most_of_a_shelf: int = 24
    num_lent: int = 48
    epochs: int = 2
    seed: int = 0


Report = Callable[[int, int, float], None]
"""Is told the step, of how many, and its loss."""


class IndexTraining:
    """A question encoder in training. Its model must be a view of its own (`early_view`)."""

    def __init__(self, encoder: QuestionEncoder, recipe: IndexRecipe) -> None:
        self._encoder, self._recipe = encoder, recipe
        self._maps = lora.attach(
            encoder.model, first_layer=0, rank=recipe.rank, scale=recipe.scale, seed=recipe.seed
        )
        heads = encoder.heads
        self._heads = [heads.biases, heads.weights, heads.gates]
        self._temperature = torch.tensor(3.0)
        for tensor in (*self._heads, self._temperature):
            tensor.requires_grad_()

    def train(self, lessons: Sequence[Lesson], shelves: Sequence[Shelf], report: Report) -> None:
        recipe, rng = self._recipe, random.Random(self._recipe.seed)
        rates = (recipe.learning_rate, recipe.heads_learning_rate, recipe.temperature_learning_rate)
        groups = (self._maps, self._heads, [self._temperature])
        optimiser = torch.optim.AdamW(
            [{"params": group, "lr": rate} for group, rate in zip(groups, rates, strict=True)],
            weight_decay=recipe.weight_decay,
        )
        steps = list(_steps(lessons, recipe, rng))
        schedule = torch.optim.lr_scheduler.LambdaLR(
            optimiser,
            lambda step: (
                min(1.0, (step + 1) / recipe.warmup_steps) * max(0.05, 1 - step / len(steps))
            ),
        )
        open_shelves = [number for number, shelf in enumerate(shelves) if shelf.is_open]
        for number, batch in enumerate(steps, start=1):
            loss = self._loss(batch, shelves, open_shelves, rng)
            optimiser.zero_grad()
            torch.autograd.backward(loss)
            torch.nn.utils.clip_grad_norm_([*self._maps, *self._heads], recipe.clip_norm)
            optimiser.step()
            schedule.step()
            report(number, len(steps), float(loss.detach()))

    def save(self, folder: Path, base_model: str) -> None:
        for tensor in self._heads:
            tensor.requires_grad_(False)
        recipe = self._recipe
        card = {"base_model": base_model, **asdict(recipe)}
        lora.save(self._encoder.model, folder, rank=recipe.rank, card=card)
        self._encoder.heads.save(folder)

    def _loss(
        self,
        batch: Sequence[Lesson],
        shelves: Sequence[Shelf],
        open_shelves: Sequence[int],
        rng: random.Random,
    ) -> Tensor:
        """The mean of minus the log of the chance of a passage that answers."""
        passages: list[PassageKeys] = []
        own: dict[int, tuple[int, list[int]]] = {}
        for shelf in dict.fromkeys(lesson.shelf for lesson in batch):
            gold = {n for lesson in batch if lesson.shelf == shelf for n in lesson.gold}
            numbers = _sample(len(shelves[shelf].keys), gold, self._recipe.most_of_a_shelf, rng)
            own[shelf] = (len(passages), numbers)
            passages += [shelves[shelf].keys[number] for number in numbers]
        num_own = len(passages)
        num_lent = self._recipe.num_lent if open_shelves else 0
        lent = [_lent(shelves, open_shelves, rng) for _ in range(num_lent)]
        passages += [keys for _, keys in lent]
        looks = self._encoder.looks([lesson.question for lesson in batch])
        scores = scores_of(*stacked(passages), looks)
        may_be = torch.zeros(len(batch), len(passages), dtype=torch.bool)
        is_gold = torch.zeros_like(may_be)
        for row, lesson in enumerate(batch):
            is_open = shelves[lesson.shelf].is_open
            for shelf, (start, numbers) in own.items():
                if shelf == lesson.shelf or (is_open and shelves[shelf].is_open):
                    may_be[row, start : start + len(numbers)] = True
            # of its own shelf a passage is there already, and may be one that answers
            may_be[row, num_own:] = torch.tensor([shelf != lesson.shelf for shelf, _ in lent])
            start, numbers = own[lesson.shelf]
            is_gold[row, [start + numbers.index(gold) for gold in lesson.gold]] = True
        logits = (scores * self._temperature.exp()).masked_fill(~may_be, -torch.inf)
        right = logits.masked_fill(~is_gold, -torch.inf).logsumexp(dim=1)
        return (logits.logsumexp(dim=1) - right).mean()


def _lent(
    shelves: Sequence[Shelf], open_shelves: Sequence[int], rng: random.Random
) -> tuple[int, PassageKeys]:
    shelf = rng.choice(open_shelves)
    return shelf, rng.choice(shelves[shelf].keys)


def _steps(
    lessons: Sequence[Lesson], recipe: IndexRecipe, rng: random.Random
) -> Iterator[list[Lesson]]:
    for _ in range(recipe.epochs):
        order = rng.sample(lessons, len(lessons))
        size = recipe.lessons_per_step
        yield from (order[start : start + size] for start in range(0, len(order), size))


def _sample(num: int, gold: set[int], most: int, rng: random.Random) -> list[int]:
    others = [number for number in range(num) if number not in gold]
    return sorted([*gold, *rng.sample(others, min(len(others), max(0, most - len(gold))))])
