"""How is the question encoder that we ship made? `python -m evals.train_index --out FOLDER`

From the training part of the shared data and generated documents; a line every twenty steps.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Iterator
from pathlib import Path

from engine import index_model
from engine.embedded_model import NAME
from engine.index_training import IndexRecipe, IndexTraining, Lesson, Shelf
from engine.loading import base_model
from engine.token_counter import TokenCounter
from evals import squad_data, training_materials
from evals.index_lessons import AskedShelf, material_shelves, squad_shelves
from evals.shared_data import shared_data
from schemas.settings import load_settings

_MOST_OF_A_DOCUMENT = 12
_SEED = 5


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--per-kind", type=int, default=4)
    parser.add_argument("--reports", type=int, default=60)
    parser.add_argument("--agreements", type=int, default=16)
    parser.add_argument("--epochs", type=int, default=IndexRecipe().epochs)
    arguments = parser.parse_args()
    begun = time.monotonic()
    model, tokenizer = base_model(load_settings())
    made = index_model.untrained(model, tokenizer)
    asked = list(_shelves(arguments, random.Random(_SEED)))
    num_texts = sum(len(shelf.texts) for shelf in asked)
    print(f"{len(asked)} shelves of {num_texts} passages", flush=True)
    shelves = [Shelf(made.reader.read(shelf.texts), shelf.is_open) for shelf in asked]
    lessons = list(_lessons(asked, random.Random(_SEED)))
    print(f"{len(lessons)} lessons, {time.monotonic() - begun:.0f} s", flush=True)
    losses: list[float] = []

    def report(step: int, num_steps: int, loss: float) -> None:
        losses.append(loss)
        if step % 20 == 0 or step == num_steps:
            recent = sum(losses[-20:]) / len(losses[-20:])
            seconds = time.monotonic() - begun
            print(f"step {step} of {num_steps}: loss {recent:.3f}, {seconds:.0f} s", flush=True)

    training = IndexTraining(made.encoder, IndexRecipe(epochs=arguments.epochs))
    training.train(lessons, shelves, report)
    training.save(arguments.out, NAME)


def _shelves(arguments: argparse.Namespace, rng: random.Random) -> Iterator[AskedShelf]:
    count_tokens = TokenCounter(load_settings())
    source_of = training_materials.source_maker(count_tokens)
    folder = shared_data()
    yield from squad_shelves(folder, squad_data.TRAIN, count_tokens)
    yield from material_shelves(
        training_materials.generated(source_of, per_kind=arguments.per_kind, seed=_SEED), rng
    )
    reports = list(training_materials.reports(folder, source_of, rng))
    yield from material_shelves(rng.sample(reports, min(len(reports), arguments.reports)), rng)
    agreements = list(training_materials.agreements(folder, source_of))
    chosen = rng.sample(agreements, min(len(agreements), arguments.agreements))
    yield from material_shelves(chosen, rng)


def _lessons(shelves: list[AskedShelf], rng: random.Random) -> Iterator[Lesson]:
    for number, shelf in enumerate(shelves):
        asked = list(shelf.asked)
        if not shelf.is_open:
            asked = rng.sample(asked, min(len(asked), _MOST_OF_A_DOCUMENT))
        for each in asked:
            yield Lesson(each.query.question, number, each.gold)


if __name__ == "__main__":
    main()
