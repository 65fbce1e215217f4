"""Which experiment is each benchmark of the lab?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from engine.token_counter import TokenCounter
from evals.lab import abstain as abstaining
from evals.lab import graphwalks as walks
from evals.lab import mrcr as requests
from evals.lab import needle as needles
from evals.lab import ruler as rulers
from evals.lab.experiment import Experiment, hay_of
from evals.lab.lab_figures import absence_figures
from evals.lab.lengths import told
from evals.lab.rows_file import LabRow
from evals.lab.ruler_needles import Straws
from evals.lab.sources import Source
from schemas.settings import Settings


def needle(
    grid: needles.Grid, source: Source, settings: Settings, count_tokens: TokenCounter
) -> Experiment:
    return Experiment(
        "needle",
        {
            "lengths": list(map(told, grid.lengths)),
            "kinds": list(grid.kinds),
            "depths": grid.num_depths,
            "needles": grid.num_needles,
            "distractors": grid.num_distractors,
            "haystack": source.value,
            "seed": grid.seed,
        },
        needles.plans(grid, hay_of(source, settings, count_tokens), count_tokens),
        needles.score,
    )


def ruler(
    tasks: Sequence[str],
    lengths: Sequence[int],
    num_samples: int,
    seed: int,
    source: Source,
    settings: Settings,
    count_tokens: TokenCounter,
) -> Experiment:
    straws = Straws(hay_of(source, settings, count_tokens), count_tokens, seed)
    return Experiment(
        "ruler",
        {"tasks": list(tasks), "haystack": source.value, **_sizes(lengths, num_samples, seed)},
        rulers.plans(tasks, lengths, num_samples, straws),
        rulers.score,
        rulers.SUBSTITUTED,
    )


def mrcr(
    numbers: Sequence[int],
    lengths: Sequence[int],
    num_samples: int,
    seed: int,
    count_tokens: TokenCounter,
) -> Experiment:
    return Experiment(
        "mrcr",
        {"needles": list(numbers), **_sizes(lengths, num_samples, seed)},
        requests.plans(numbers, lengths, num_samples, seed, count_tokens),
        requests.score,
        requests.SUBSTITUTED,
    )


def graphwalks(
    operations: Sequence[walks.Operation],
    lengths: Sequence[int],
    num_samples: int,
    seed: int,
    count_tokens: TokenCounter,
) -> Experiment:
    return Experiment(
        "graphwalks",
        {"operations": list(operations), **_sizes(lengths, num_samples, seed)},
        walks.plans(operations, lengths, num_samples, seed, count_tokens),
        walks.score,
        walks.SUBSTITUTED,
    )


def abstain(
    asked: abstaining.Abstaining, source: Source, settings: Settings, count_tokens: TokenCounter
) -> Experiment:
    """Its score is the share of questions without an answer that are found absent."""
    return Experiment(
        "abstain",
        {
            "questions": asked.num_each,
            "haystack": source.value,
            **_sizes(asked.lengths, asked.num_documents, asked.seed),
        },
        abstaining.plans(asked, hay_of(source, settings, count_tokens), count_tokens),
        abstaining.score,
        further=_absence,
    )


def _absence(rows: Sequence[LabRow]) -> Mapping[str, Any]:
    """The score is that of questions without an answer."""
    figures = absence_figures(rows, abstaining.is_absent)
    return {**figures["found_absent"], **figures}


def _sizes(lengths: Sequence[int], num_samples: int, seed: int) -> Mapping[str, Any]:
    return {"lengths": list(map(told, lengths)), "samples": num_samples, "seed": seed}
