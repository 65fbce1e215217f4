"""Trainings of the tiny model, from lines to a score."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from engine.disk_cache import DiskCache
from engine.engine import Engine
from engine.tuned_readers import Tuned
from jobs.tuning import tune
from jobs.tuning_files import text_opener
from jobs.tuning_lessons import Numbered
from jobs.tuning_lines import lines_of
from jobs.tuning_told import metrics_csv
from schemas.engine_settings import EngineSettings
from schemas.errors import InvalidTrainingFile
from schemas.settings import CacheSettings, Settings, with_adapter
from schemas.tuning import TuningDone, TuningLine, TuningPlan, TuningScore, TuningTold

SCHEMA = {
    "type": "object",
    "properties": {
        "agent": {"type": ["string", "null"], "description": "the agent"},
        "margin": {"type": ["number", "null"], "description": "the margin"},
    },
}
QUICK = TuningPlan(n_epochs=12, batch_size=2, learning_rate_multiplier=60, checkpoint_steps=8)


def line(agent: str, margin: float) -> dict[str, Any]:
    text = f"the agent is {agent}\nthe margin is {margin} per cent of the total\n"
    return {"text": text, "schema": SCHEMA, "values": {"agent": agent, "margin": margin}}


LINES = [line("Ann", 2.5), line("Bob", 7)]


def numbered(*lines: dict[str, Any]) -> list[Numbered]:
    return lines_of("\n".join(map(json.dumps, lines)).encode(), 100)


class Run:
    """What a training tells; it is killed when it tells of a step."""

    def __init__(self, settings: Settings, folder: Path, killed_at: int | None = None) -> None:
        self.settings, self.folder, self.killed_at = settings, folder, killed_at
        self.told: list[TuningTold] = []

    def __call__(
        self,
        plan: TuningPlan,
        lines: Sequence[Numbered],
        held_out: Sequence[Numbered] | None = None,
    ) -> TuningDone:
        self.folder.mkdir(exist_ok=True)
        opened = text_opener(self.settings)

        def of_line(one: TuningLine) -> Any:
            assert one.text is not None
            return opened(one.text)

        return tune(plan, lines, held_out, of_line, self.settings, self.folder, self._tell)

    def _tell(self, told: TuningTold) -> None:
        self.told.append(told)
        if told.kind == "step" and told.step == self.killed_at:
            raise KeyboardInterrupt

    def steps(self) -> list[int]:
        return [one.step for one in self.told if one.kind == "step"]


@pytest.fixture(scope="module")
def learnt(tiny_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Run, TuningDone]:
    """Two lines by heart, by a training that was killed after its first checkpoint."""
    folder = tmp_path_factory.mktemp("learnt")
    engine = EngineSettings(
        model=str(tiny_folder), adapter=None, index_model=None, dense_tokens=200, read_tokens=120
    )
    settings = Settings(engine=engine, cache=CacheSettings(directory=folder / "cache"))
    run = Run(settings, folder / "work", killed_at=10)
    with pytest.raises(KeyboardInterrupt):
        run(QUICK, numbered(*LINES), numbered(*LINES))
    assert run.steps() == list(range(1, 11))
    run = Run(settings, folder / "work")
    return run, run(QUICK, numbered(*LINES), numbered(*LINES))


def test_what_is_learnt_by_heart_reads_better(learnt: tuple[Run, TuningDone]) -> None:
    run, done = learnt
    assert done.tuned is not None
    assert (done.is_better, done.tuned.num_fields) == (True, 4)
    assert (run.told[-1].kind, run.told[-1].score) == ("tuned", done.tuned)
    assert done.trained_tokens > 1000


def test_a_training_that_was_killed_goes_on_from_its_checkpoint(
    learnt: tuple[Run, TuningDone],
) -> None:
    run, done = learnt
    assert run.steps() == list(range(9, done.num_steps + 1))
    assert [one.step for one in run.told if one.kind == "kept"] == list(
        range(16, done.num_steps + 1, 8)
    )
    assert "resumed" in [one.kind for one in run.told]


def test_a_tuned_model_is_asked_beside_the_one_it_was_tuned_on(
    learnt: tuple[Run, TuningDone], tmp_path: Path
) -> None:
    run, _ = learnt
    engine = Engine.open(run.settings, DiskCache(tmp_path / "c", 1 << 26))
    source = text_opener(run.settings)(LINES[0]["text"])
    plain = engine.extract([source], SCHEMA)
    tuned = engine.extract([source], SCHEMA, tuned=Tuned("ft:a", run.folder / "adapter"))
    again = engine.extract([source], SCHEMA)
    assert (tuned.model, plain.output) == ("ft:a", again.output)
    assert tuned.output != plain.output
    merged = Engine.open(
        with_adapter(run.settings, str(run.folder / "adapter")), DiskCache(tmp_path / "d", 1 << 26)
    )
    assert merged.extract([source], SCHEMA).output == tuned.output


def test_what_is_not_better_is_told_with_both_scores(
    tiny_settings: Settings, tmp_path: Path
) -> None:
    run = Run(tiny_settings, tmp_path / "work")
    plan = TuningPlan(n_epochs=1, learning_rate_multiplier=0.01)
    done = run(plan, numbered(*LINES))
    assert done.tuned is not None
    assert (done.is_better, done.base.num_fields, done.tuned.num_fields) == (False, 2, 2)
    assert [one.kind for one in run.told] == ["validated", "scored", "begun", "step", "tuned"]


def test_a_base_score_that_is_known_is_not_taken_again(
    tiny_settings: Settings, tmp_path: Path
) -> None:
    known = TuningScore(num_fields=2, num_right=2, num_placed=2)
    run = Run(tiny_settings, tmp_path / "work")
    done = run(TuningPlan(base_score=known), numbered(*LINES))
    assert (done.base, done.tuned, done.is_better) == (known, None, False)
    assert [one.kind for one in run.told] == ["validated"]


def test_all_lines_that_can_not_be_learnt_from_are_named(
    tiny_settings: Settings, tmp_path: Path
) -> None:
    wrong = {**line("Ann", 2.5), "values": {"agent": "Zoe", "margin": 2.5}}
    missing = {**line("Cid", 3), "values": {"agent": "Cid"}}
    run = Run(tiny_settings, tmp_path / "work")
    with pytest.raises(InvalidTrainingFile) as caught:
        run(QUICK, numbered(LINES[0], wrong, missing))
    assert caught.value.message == (
        "line 2 /agent is 'Zoe', which the document does not state; line 3 /margin has no value: "
        "give null where the document does not say"
    )
    assert caught.value.param == "training_file"


def test_one_document_leaves_none_to_tell_by(tiny_settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(InvalidTrainingFile, match="all lines are about one document"):
        Run(tiny_settings, tmp_path / "work")(QUICK, numbered(LINES[0], LINES[0]))


def test_a_step_that_was_done_twice_stands_once_in_the_metrics() -> None:
    told = [
        TuningTold(kind="step", message="", step=1, train_loss=0.5, trained_tokens=10),
        TuningTold(kind="step", message="", step=2, train_loss=0.4, trained_tokens=20),
        TuningTold(kind="kept", message="", step=2, valid_loss=0.7, trained_tokens=20),
        TuningTold(kind="step", message="", step=2, train_loss=0.3, trained_tokens=20),
    ]
    assert metrics_csv(told) == (
        "step,train_loss,valid_loss,trained_tokens\n1,0.50000,,10\n2,0.30000,0.70000,20\n"
    )
