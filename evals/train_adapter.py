"""How is the adapter that we ship made? `python -m evals.train_adapter --out engine/adapters/…`

Reads the training part of the shared data and makes documents of its own. The prompts are
made first; the log goes to standard output, a line every twenty steps. Training that was killed
goes on from the last hundred steps when it is called again.
"""

from __future__ import annotations

import argparse
import pickle
import random
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from engine.embedded_model import NAME
from engine.loading import base_model
from engine.token_counter import TokenCounter
from engine.training_prompts import examples_of
from engine.tuning import Example, Recipe, Tuning, in_steps
from evals import squad_data, training_materials
from evals.shared_data import shared_data
from schemas.settings import load_settings

_SAVE_EVERY = 100
_MAX_PREFIX_CHARACTERS = 5000  # a few tables are far longer than what is read for a field
_PROMPTS_OF_ONE = {"generated": 2, "reports": 1, "agreements": 2}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--begin", type=Path, help="an adapter to go on from")
    parser.add_argument("--prompts", type=Path, help="where the prompts are kept, to go on; ours")
    parser.add_argument("--squad-passes", type=int, default=1)
    parser.add_argument("--report-passes", type=int, default=1)
    parser.add_argument("--agreement-passes", type=int, default=1)
    parser.add_argument("--per-kind", type=int, default=24)
    parser.add_argument("--redacted-share", type=float, default=0.4)
    parser.add_argument("--seed", type=int, default=0, help="of the prompts that are drawn")
    parser.add_argument("--steps", type=int, help="only the first so many, to try it out")
    arguments = parser.parse_args()
    recipe = Recipe()
    examples = _examples(arguments)[: arguments.steps]
    print(f"{len(examples)} prompts", flush=True)
    model, tokenizer = base_model(load_settings())
    tuning = Tuning(model, tokenizer, recipe, arguments.begin)
    steps = list(in_steps(examples, recipe.questions_per_step))
    log = _Log(len(steps))

    def report(step: int, loss: float) -> None:
        log(step, loss)
        if step % _SAVE_EVERY == _SAVE_EVERY - 1 or step == len(steps) - 1:
            card: dict[str, object] = {
                "base_model": NAME,
                "began_from": arguments.begin.name if arguments.begin else None,
                "recipe": asdict(recipe),
                "squad_passes": arguments.squad_passes,
                "report_passes": arguments.report_passes,
                "agreement_passes": arguments.agreement_passes,
                "generated_per_kind": arguments.per_kind,
                "redacted_share": arguments.redacted_share,
                "prompts_seed": arguments.seed,
                "steps": step + 1,
                "of_steps": len(steps),
                "questions": sum(len(e.targets) for group in steps[: step + 1] for e in group),
                "seconds": round(log.seconds),
            }
            tuning.save(arguments.out, card)

    tuning.train(examples, report, state=arguments.out / "training.pt", keep_every=_SAVE_EVERY)


def _examples(arguments: argparse.Namespace) -> list[Example]:
    file: Path | None = arguments.prompts
    asked = {
        "squad_passes": arguments.squad_passes,
        "report_passes": arguments.report_passes,
        "agreement_passes": arguments.agreement_passes,
        "per_kind": arguments.per_kind,
        "redacted_share": arguments.redacted_share,
        "seed": arguments.seed,
    }
    if file is not None and file.is_file():
        kept_for, kept = pickle.loads(file.read_bytes())
        if kept_for != asked:
            raise SystemExit(f"{file} holds the prompts of another recipe: {kept_for}")
        examples: list[Example] = kept
        return examples
    examples = recipe_examples(**asked)
    if file is not None:
        file.write_bytes(pickle.dumps((asked, examples)))
    return examples


def recipe_examples(
    *,
    squad_passes: int,
    report_passes: int,
    agreement_passes: int,
    per_kind: int,
    redacted_share: float,
    seed: int,
) -> list[Example]:
    """All sources mixed, the same for the same seed."""
    rng = random.Random(seed)
    data = shared_data()
    source_of = training_materials.source_maker(TokenCounter(load_settings()))
    paragraphs = squad_data.paragraphs(data, squad_data.TRAIN)
    examples: list[Example] = []
    for _ in range(squad_passes):
        examples += squad_data.training_examples(paragraphs, rng, redacted_share=redacted_share)
    _count("squad", examples)
    parts = {
        "reports": [
            material
            for _ in range(report_passes)
            for material in training_materials.reports(data, source_of, rng)
        ],
        "agreements": [
            material
            for _ in range(agreement_passes)
            for material in training_materials.agreements(data, source_of)
        ],
        "generated": list(training_materials.generated(source_of, per_kind=per_kind, seed=seed)),
    }
    for name, materials in parts.items():
        most = _PROMPTS_OF_ONE[name]
        made = [
            example
            for material in materials
            for example in examples_of(material, rng, most, redacted_share=redacted_share)
        ]
        _count(name, made)
        examples += made
    rng.shuffle(examples)
    return [example for example in examples if len(example.prefix) <= _MAX_PREFIX_CHARACTERS]


def _count(name: str, examples: Sequence[Example]) -> None:
    targets = [target for example in examples for target in example.targets]
    absent = sum(not target.items for target in targets)
    size = sum(len(example.prefix) for example in examples) // max(1, len(examples))
    print(
        f"{name}: {len(examples)} prompts of {size} characters, {len(targets)} questions, "
        f"{absent} without an answer",
        flush=True,
    )


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
