"""How is the adapter that we ship made? `python -m evals.train_adapter --out engine/adapters/…`

Reads the training part of the shared data only. On two cores it takes most of an hour; the
log goes to standard output, a line every twenty steps.
"""

from __future__ import annotations

import argparse
import random
import time
from pathlib import Path

from engine import lora
from engine.embedded_model import NAME
from engine.loading import base_model
from engine.tuning import Example, Recipe, train
from evals import kleister_data, squad_data, tatqa_data
from evals.shared_data import shared_data
from schemas.settings import load_settings

_SAVE_EVERY = 200
_MAX_PREFIX_CHARACTERS = 5000  # a few tables are far longer than what is read for a field


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--squad-passes", type=int, default=3)
    parser.add_argument("--table-passes", type=int, default=2)
    parser.add_argument("--steps", type=int, help="only the first so many, to try it out")
    arguments = parser.parse_args()
    model, tokenizer = base_model(load_settings())
    recipe = Recipe()
    examples = recipe_examples(arguments.squad_passes, arguments.table_passes, recipe.seed)
    examples = examples[: arguments.steps]
    log = _Log(len(examples))

    def report(step: int, loss: float) -> None:
        log(step, loss)
        if step % _SAVE_EVERY == _SAVE_EVERY - 1 or step == len(examples) - 1:
            card = {
                "base_model": NAME,
                "recipe": {name: getattr(recipe, name) for name in Recipe.__slots__},
                "squad_passes": arguments.squad_passes,
                "table_passes": arguments.table_passes,
                "steps": step + 1,
                "of_steps": len(examples),
                "questions": sum(len(example.questions) for example in examples[: step + 1]),
                "seconds": round(log.seconds),
            }
            lora.save(model, arguments.out, rank=recipe.rank, card=card)

    train(model, tokenizer, examples, recipe, report)


def recipe_examples(squad_passes: int, table_passes: int, seed: int) -> list[Example]:
    """All sources mixed, the same for the same seed."""
    rng = random.Random(seed)
    data = shared_data()
    squad = squad_data.paragraphs(data, squad_data.TRAIN)
    tables = tatqa_data.documents(data, held_out=False)
    agreements = kleister_data.documents(data, held_out=False)
    examples = []
    for _ in range(squad_passes):
        examples += squad_data.training_examples(squad, rng)
    for _ in range(table_passes):
        examples += tatqa_data.training_examples(tables, rng)
    examples += kleister_data.training_examples(agreements, rng)
    rng.shuffle(examples)
    return [
        example
        for example in examples
        if example.questions and len(example.prefix) <= _MAX_PREFIX_CHARACTERS
    ]


class _Log:
    def __init__(self, num_steps: int) -> None:
        self._num_steps = num_steps
        self._begun = time.monotonic()
        self._losses: list[float] = []

    @property
    def seconds(self) -> float:
        return time.monotonic() - self._begun

    def __call__(self, step: int, loss: float) -> None:
        self._losses.append(loss)
        if step % 20 == 19:
            mean = sum(self._losses[-20:]) / 20
            print(
                f"step {step + 1} of {self._num_steps}  loss {mean:.3f}  {self.seconds:.0f} s",
                flush=True,
            )


if __name__ == "__main__":
    main()
