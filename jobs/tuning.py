"""How does an adapter come out of examples, and is it any better?

Plain functions: the command line calls them as they are, and the process of a job does. All that
they write lies in one folder; killed at any moment, the same again goes on where it was kept.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from engine import loading, lora, model_folder
from engine.certainty import FILE as CERTAINTY
from engine.disk_cache import DiskCache
from engine.engine import Engine, name_of
from engine.gemma3 import Gemma3
from engine.tuned_readers import TRAINED_ON, Tuned
from engine.tuning import Example, Recipe, Tuning
from engine.tuning_score import Score, score_of
from jobs.tuning_lessons import TRAINING, VALIDATION, Lessons, Numbered, Open
from jobs.tuning_told import ADAPTER, STATE
from jobs.tuning_watch import Tell, TuningWatch
from schemas.errors import InvalidInput, InvalidTrainingFile
from schemas.settings import Settings
from schemas.tuning import TuningDone, TuningPlan, TuningScore, TuningTold

_CACHE_BYTES = 1 << 30
_QUESTIONS_AIMED_AT = 600  # that all passes ask together, where nobody says how many passes
_MOST_PASSES = 8
_RANK = 16


def tune(
    plan: TuningPlan,
    lines: Sequence[Numbered],
    held_out_lines: Sequence[Numbered] | None,
    open_source: Open,
    settings: Settings,
    folder: Path,
    tell: Tell,
) -> TuningDone:
    """Check the lines, score the model as it is, train, and score again. The adapter lies in
    `folder / ADAPTER` then. Without `held_out_lines` a fifth of the documents is kept for that.

    Raises `InvalidTrainingFile` for lines that can not be learnt from, all of them named.
    """
    settings = _for_training(settings)
    lessons = Lessons(lines, open_source, TRAINING)
    num_questions = lessons.num_questions()
    if held_out_lines is None:
        lessons, held_out = lessons.parted(plan.seed)
        num_questions = lessons.num_questions()
    else:
        held_out = Lessons(held_out_lines, open_source, VALIDATION)
        held_out.num_questions()
    recipe, num_passes = _recipe(plan, num_questions)
    tell(_validated(lessons, held_out, num_questions, recipe, num_passes, plan))
    model, tokenizer = loading.merged_model(settings)
    engine = Engine.around(model, tokenizer, settings, DiskCache(folder / "cache", _CACHE_BYTES))
    base = plan.base_score or _base_score(engine, held_out, tell)
    if base.share == 1.0:
        return TuningDone(base=base, tuned=None, trained_tokens=0, num_steps=0)
    examples = lessons.prompts(plan.seed, num_passes)
    checked = held_out.prompts(plan.seed, 1)
    tuning = Tuning(lora.beside(model), tokenizer, replace(recipe, first_layer=_first_layer(model)))
    watch = TuningWatch(tuning, examples, checked, tell)
    _train(watch, examples, plan, folder, tell)
    _save(tuning, folder / ADAPTER, settings, watch.num_steps, num_passes)
    tuned = _scored(engine, held_out, Tuned("tuned", folder / ADAPTER))
    told = f"with the adapter {tuned.told} of the held-out fields are right, at their place"
    tell(TuningTold(kind="tuned", message=told, score=tuned))
    return TuningDone(
        base=base,
        tuned=tuned,
        trained_tokens=watch.trained_tokens,
        num_steps=watch.num_steps,
    )


def _for_training(settings: Settings) -> Settings:
    """With weights that can be learnt beside, and threads that leave room for who reads."""
    update = {"weights": "float32", "num_threads": settings.tuning.threads}
    engine = settings.engine.model_copy(update=update)
    return settings.model_copy(update={"engine": engine})


def _recipe(plan: TuningPlan, num_questions: int) -> tuple[Recipe, int]:
    """And how often the lines are gone through."""
    usual = Recipe(rank=_RANK, seed=plan.seed)
    aimed = -(-_QUESTIONS_AIMED_AT // max(1, num_questions))
    num_passes = plan.n_epochs or min(_MOST_PASSES, aimed)
    questions_per_step = plan.batch_size or usual.questions_per_step
    num_steps = max(1, num_passes * num_questions // questions_per_step)
    recipe = replace(
        usual,
        learning_rate=usual.learning_rate * (plan.learning_rate_multiplier or 1.0),
        questions_per_step=questions_per_step,
        warmup_steps=max(1, min(usual.warmup_steps, num_steps // 5)),
    )
    return recipe, num_passes


def _validated(
    lessons: Lessons,
    held_out: Lessons,
    num_questions: int,
    recipe: Recipe,
    num_passes: int,
    plan: TuningPlan,
) -> TuningTold:
    return TuningTold(
        kind="validated",
        message=f"{len(lessons.lines)} lines with {num_questions} questions to learn from, "
        f"{len(held_out.lines)} lines held out; {num_passes} passes",
        hyperparameters={
            "n_epochs": num_passes,
            "batch_size": recipe.questions_per_step,
            "learning_rate_multiplier": plan.learning_rate_multiplier or 1.0,
        },
    )


def _base_score(engine: Engine, held_out: Lessons, tell: Tell) -> TuningScore:
    score = _scored(engine, held_out, None)
    told = f"{engine.name} as it is: {score.told} of the held-out fields are right, at their place"
    tell(TuningTold(kind="scored", message=told, score=score))
    return score


def _first_layer(model: Any) -> int:
    """Above what looks documents up, so that the index is the same with and without."""
    if isinstance(model, Gemma3) and model.first_global is not None:
        return model.first_global + 1
    return int(model.config.num_layers) // 3


def _train(
    watch: TuningWatch, examples: Sequence[Example], plan: TuningPlan, folder: Path, tell: Tell
) -> None:
    if not examples:
        raise InvalidTrainingFile(
            "what is asked stands in passages that are too long to be learnt from", param=TRAINING
        )
    try:
        watch.train(folder / STATE, plan.checkpoint_steps)
    except InvalidInput as error:
        if error.param != "state":
            raise
        (folder / STATE).unlink()  # of other examples or another version: it is no use
        told = "what was kept of this training does not fit any more: it begins anew"
        tell(TuningTold(kind="resumed", message=told, level="warn"))
        watch.train(folder / STATE, plan.checkpoint_steps)


def _save(tuning: Tuning, folder: Path, settings: Settings, num_steps: int, passes: int) -> None:
    below = model_folder.adapter_folder(settings)
    name = model_folder.adapter_name(settings)
    if below is not None and below.parent != model_folder.ADAPTERS:
        name = str(below.absolute())
    card: dict[str, object] = {
        "base_model": Path(settings.engine.model).name,
        TRAINED_ON: name_of(settings),
        model_folder.ON_TOP_OF: name,
        "recipe": asdict(tuning.recipe),
        "passes": passes,
        "steps": num_steps,
    }
    tuning.save(folder, card)
    if below is not None and (below / CERTAINTY).is_file():
        shutil.copyfile(below / CERTAINTY, folder / CERTAINTY)


def _scored(engine: Engine, lessons: Lessons, tuned: Tuned | None) -> TuningScore:
    total = Score()
    for line, source, asked in lessons.asked():
        total += score_of(engine.extract([source], line.schema_, tuned=tuned), asked)
    return TuningScore(**asdict(total))
