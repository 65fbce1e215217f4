from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from evals.lab.lab_run import answered, keep_to
from evals.lab.needle import score
from evals.lab.trial import Answer, Plan, Question, Trial
from schemas.errors import Conflict, Unavailable


def trial(name: str, num_questions: int = 2) -> Trial:
    questions = [
        Question(f"q{at}", f"What is {name}?", list, (f"{name}{at}",), depth=50.0)
        for at in range(num_questions)
    ]
    return Trial(f"{name}.txt", name.encode(), 10, tuple(questions))


def plans(*names: str) -> list[Plan]:
    return [Plan(name, "kind", 4096, partial(trial, name)) for name in names]


@dataclass
class Knowing:
    """Answers rightly, until it is to fail."""

    model: str = "knowing"
    fails_at: str = ""
    asked: list[str] = field(default_factory=list)

    def answers(self, trial: Trial) -> list[Answer]:
        if trial.file_name == self.fails_at:
            raise Unavailable("gone")
        self.asked.append(trial.file_name)
        return [Answer(question.expected, False, 0.1) for question in trial.questions]


def test_every_question_of_every_trial_is_a_row_in_order(tmp_path: Path) -> None:
    rows = answered(plans("a", "b"), Knowing(), score, tmp_path)
    assert [(row.plan, row.name, row.got, row.score) for row in rows] == [
        ("a", "q0", ("a0",), 1.0),
        ("a", "q1", ("a1",), 1.0),
        ("b", "q0", ("b0",), 1.0),
        ("b", "q1", ("b1",), 1.0),
    ]
    assert (rows[0].depth, rows[0].num_tokens, rows[0].length) == (50.0, 10, 4096)


def test_a_run_that_was_ended_goes_on_and_comes_to_the_same_rows(tmp_path: Path) -> None:
    with pytest.raises(Unavailable):
        answered(plans("a", "b", "c"), Knowing(fails_at="c.txt"), score, tmp_path / "one")
    again = Knowing()
    rows = answered(plans("a", "b", "c"), again, score, tmp_path / "one")
    assert again.asked == ["c.txt"]
    assert rows == answered(plans("a", "b", "c"), Knowing(), score, tmp_path / "other")


def test_trials_can_be_added_to_a_run(tmp_path: Path) -> None:
    answered(plans("a"), Knowing(), score, tmp_path)
    more = Knowing()
    rows = answered(plans("b", "a"), more, score, tmp_path)
    assert more.asked == ["b.txt"]
    assert [row.plan for row in rows] == ["b", "b", "a", "a"]


def test_what_was_answered_before_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    answered(plans("a"), Knowing(), score, tmp_path)
    assert "answered before" not in capsys.readouterr().err
    answered(plans("a", "b"), Knowing(), score, tmp_path)
    assert "1 of 2 were answered before" in capsys.readouterr().err


def test_a_trial_is_not_built_when_its_rows_are_there(tmp_path: Path) -> None:
    answered(plans("a"), Knowing(), score, tmp_path)

    def build() -> Trial:
        raise AssertionError("built again")

    assert len(answered([Plan("a", "kind", 4096, build)], Knowing(), score, tmp_path)) == 2


def test_an_answer_that_failed_is_wrong_also_where_null_is_right(tmp_path: Path) -> None:
    class Failing(Knowing):
        def answers(self, trial: Trial) -> list[Answer]:
            return [Answer((), True, 0.0, problem="400: too long") for _ in trial.questions]

    absent = Question("q", "What?", list, ())
    plan = Plan("a", "kind", 4096, lambda: Trial("a.txt", b"", 1, (absent,)))
    [row] = answered([plan], Failing(), score, tmp_path)
    assert (row.score, row.problem) == (0.0, "400: too long")


@pytest.mark.parametrize("name", ["lengths", "depths", "kinds", "samples", "tasks", "operations"])
def test_a_folder_takes_a_run_that_only_adds_trials(tmp_path: Path, name: str) -> None:
    keep_to(tmp_path, {"benchmark": "needle", "seed": 0, name: [1]})
    keep_to(tmp_path, {"benchmark": "needle", "seed": 0, name: [1, 2]})


@pytest.mark.parametrize(
    "other", [{"benchmark": "ruler", "seed": 0}, {"benchmark": "needle", "seed": 1}]
)
def test_a_folder_refuses_a_run_with_other_options(tmp_path: Path, other: dict[str, Any]) -> None:
    keep_to(tmp_path / "run", {"benchmark": "needle", "seed": 0})
    with pytest.raises(Conflict, match="name another folder"):
        keep_to(tmp_path / "run", other)
