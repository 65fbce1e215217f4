"""How is a benchmark gone through: each trial once, whatever ended the run before?"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from evals.lab.lengths import told
from evals.lab.rows_file import LabRow, RowsFile
from evals.lab.trial import Answer, Answerer, Plan, Question, Score, Trial
from schemas.errors import Conflict

_ROWS, _ASKED = "rows.jsonl", "run.json"
_MAY_GROW = ("lengths", "depths", "kinds", "tasks", "operations", "samples")


def answered(plans: Sequence[Plan], answerer: Answerer, score: Score, folder: Path) -> list[LabRow]:
    """The rows of all plans, in their order; those that the folder has are not asked again."""
    folder.mkdir(parents=True, exist_ok=True)
    file = RowsFile(folder / _ROWS)
    done = file.by_plan()
    _tell_of_earlier(sum(plan.name in done for plan in plans), len(plans), folder)
    rows: list[LabRow] = []
    for number, plan in enumerate(plans, start=1):
        if plan.name not in done:
            trial = plan.build()
            answers = answerer.answers(trial)
            done[plan.name] = rows_of(plan, trial, answers, score)
            file.append(done[plan.name])
            _tell(number, len(plans), plan, done[plan.name])
        rows += done[plan.name]
    return rows


def keep_to(folder: Path, asked: Mapping[str, Any]) -> None:
    """The folder is of this run: the same benchmark, model and options, but for those that only
    add trials. Raises `Conflict` where it is of another."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / _ASKED
    lasting = {name: value for name, value in asked.items() if name not in _MAY_GROW}
    text = json.dumps(lasting, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    if not file.exists():
        file.write_text(text, encoding="utf-8")
    elif file.read_text(encoding="utf-8") != text:
        raise Conflict(
            f"{folder} holds a run with other options (see {_ASKED}): name another folder",
            param="out",
        )


def rows_of(plan: Plan, trial: Trial, answers: Sequence[Answer], score: Score) -> list[LabRow]:
    return [
        _row(plan, trial, question, answer, score)
        for question, answer in zip(trial.questions, answers, strict=True)
    ]


def _row(plan: Plan, trial: Trial, question: Question, answer: Answer, score: Score) -> LabRow:
    """An answer that failed is wrong, whatever a scorer would make of its emptiness."""
    scored = {"score": 0.0} if answer.problem else dict(score(question, answer))
    return LabRow(
        plan=plan.name,
        of=len(trial.questions),
        name=question.name,
        kind=question.kind or plan.kind,
        length=plan.length,
        num_tokens=trial.num_tokens,
        depth=question.depth,
        asked=question.asked,
        expected=question.expected,
        got=answer.items,
        is_null=answer.is_null,
        score=round(scored.pop("score"), 6),
        is_place_right=answer.is_place_right,
        absence=answer.absence,
        seconds=answer.seconds,
        quotes=answer.quotes,
        mode=answer.mode,
        problem=answer.problem,
        details={name: round(value, 6) for name, value in scored.items()},
        timings=answer.timings,
    )


def _tell_of_earlier(number: int, count: int, folder: Path) -> None:
    """Also lest the answers of yesterday's engine be taken for today's."""
    if number:
        told = f"{number} of {count} were answered before and are taken from {folder / _ROWS}"
        print(told, file=sys.stderr, flush=True)


def _tell(number: int, count: int, plan: Plan, rows: Sequence[LabRow]) -> None:
    mean = sum(row.score for row in rows) / len(rows)
    seconds = sum(row.seconds for row in rows)
    line = f"{number} of {count}: {plan.kind} at {told(plan.length)}, {mean:.2f}, {seconds:.1f} s"
    print(line, file=sys.stderr, flush=True)
