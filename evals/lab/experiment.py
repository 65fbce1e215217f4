"""What is a run of the lab, from the options to the record, the rows and the picture?"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.token_counter import TokenCounter
from evals.lab import heatmap
from evals.lab.chat_answers import ChatAnswers
from evals.lab.haystack import Hay
from evals.lab.lab_figures import figures_of
from evals.lab.lab_run import answered, keep_to
from evals.lab.product_answers import ProductAnswers
from evals.lab.rows_file import LabRow
from evals.lab.sources import Source, paragraphs_of
from evals.lab.trial import Answerer, Plan, Score
from schemas.settings import Settings

_FIGURES, _PICTURE, _CACHE = "figures.json", "heatmap.png", "cache"
_DEFAULT_MODEL = "default"


@dataclass(frozen=True, slots=True)
class Chat:
    """A model behind an OpenAI-compatible URL, such as http://host/v1."""

    url: str
    model: str = _DEFAULT_MODEL
    api_key: str | None = None


@dataclass(frozen=True, slots=True)
class Experiment:
    """`asked` are the options, which with the seed make the same trials again; `further` makes
    figures besides the common ones."""

    benchmark: str
    asked: Mapping[str, Any]
    plans: Sequence[Plan]
    score: Score
    substituted: Sequence[str] = ()
    further: Callable[[Sequence[LabRow]], Mapping[str, Any]] = lambda _: {}


def carry_out(
    experiment: Experiment, settings: Settings, folder: Path, chat: Chat | None
) -> Mapping[str, Any]:
    """The record. Rows are in the folder as they come; a run that was ended goes on there."""
    with _answerer(settings, folder, chat) as answerer:
        model = answerer.model if chat is None else f"{answerer.model} at {chat.url}"
        keep_to(folder, {"benchmark": experiment.benchmark, "model": model, **experiment.asked})
        rows = answered(experiment.plans, answerer, experiment.score, folder)
    record = {
        "benchmark": experiment.benchmark,
        "model": model,
        **figures_of(rows),
        **experiment.further(rows),
        "asked": dict(experiment.asked),
        "substituted": list(experiment.substituted),
    }
    text = json.dumps(record, ensure_ascii=False, indent=1) + "\n"
    (folder / _FIGURES).write_text(text, encoding="utf-8")
    title = f"{experiment.benchmark}: {model}, {record['score']} % of {record['n']}"
    heatmap.write(heatmap.of_rows(title, rows), folder / _PICTURE)
    return record


def hay_of(source: Source, settings: Settings, count_tokens: TokenCounter) -> Hay:
    return Hay(paragraphs_of(source, settings), count_tokens)


@contextmanager
def _answerer(settings: Settings, folder: Path, chat: Chat | None) -> Iterator[Answerer]:
    if chat is None:
        with ProductAnswers.open(settings, folder / _CACHE) as product:
            yield product
    else:
        with ChatAnswers.open(chat.url, chat.model, chat.api_key) as answers:
            yield answers
