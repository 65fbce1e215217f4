"""How is an adapter trained from files of this machine, without a service?"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from engine.lookup import Source
from engine.token_counter import TokenCounter
from ingest.passages import passages_of
from ingest.read import document_of
from jobs.library import cache_of, library_of
from jobs.tuning import tune
from jobs.tuning_lessons import TRAINING, VALIDATION, Numbered, Open
from jobs.tuning_lines import lines_of
from jobs.tuning_told import ADAPTER, TOLD, metrics_csv, read_told
from jobs.tuning_watch import Tell
from schemas.errors import InvalidInput, TooLarge
from schemas.settings import Settings
from schemas.tuning import TuningDone, TuningLine, TuningPlan, TuningScore, TuningTold

_WORK, _BASE, METRICS = ".tuning", "base_score.json", "metrics.csv"


def tune_files(
    training: Path,
    validation: Path | None,
    out: Path,
    plan: TuningPlan,
    settings: Settings,
    tell: Tell,
) -> TuningDone:
    """The adapter lies in `out` where it reads better. Broken off, the same again goes on."""
    lines = read_lines(training, TRAINING, settings)
    held_out = None if validation is None else read_lines(validation, VALIDATION, settings)
    work = out / _WORK
    try:
        work.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InvalidInput(f"{out} cannot be written ({error.strerror})", param="out") from error
    if (work / _BASE).is_file():
        score = TuningScore.model_validate_json((work / _BASE).read_text())
        plan = plan.model_copy(update={"base_score": score})

    def told(one: TuningTold) -> None:
        with (work / TOLD).open("a") as file:
            file.write(one.model_dump_json() + "\n")
        if one.kind == "scored" and one.score is not None:
            (work / _BASE).write_text(one.score.model_dump_json())
        tell(one)

    opened = _opener(training.parent, settings)
    done = tune(plan, lines, held_out, opened, settings, work, told)
    (out / METRICS).write_text(metrics_csv(read_told(work / TOLD)))
    if done.is_better:
        for file in (work / ADAPTER).iterdir():
            shutil.copyfile(file, out / file.name)
    shutil.rmtree(work)
    return done


def read_lines(file: Path, param: str, settings: Settings) -> list[Numbered]:
    """Raises `InvalidTrainingFile` and `TooLarge`."""
    limits = settings.tuning
    if file.stat().st_size > limits.max_file_bytes:
        raise TooLarge(f"{file.name}: past the limit of {limits.max_file_bytes} bytes", param=param)
    return lines_of(file.read_bytes(), limits.max_lines, param)


def text_opener(settings: Settings) -> Callable[[str], Source]:
    """Documents of plain text that stand in a line."""
    count_tokens, limits = TokenCounter(settings), settings.ingest

    def opened(text: str) -> Source:
        document = document_of(text.encode(), "text.txt", limits)
        return Source(document, passages_of(document, count_tokens, limits.passage_tokens))

    return opened


def _opener(folder: Path, settings: Settings) -> Open:
    library, of_text = library_of(settings, cache_of(settings)), text_opener(settings)

    def opened(line: TuningLine) -> Source:
        if line.text is not None:
            return of_text(line.text)
        if line.file is None:
            raise InvalidInput(
                "on the command line a document is a `text` or a `file`, not one of a service"
            )
        path = folder / line.file
        if not path.is_file():
            raise InvalidInput(f"{line.file}: no such file")
        entry = library.open(path)
        return Source(entry.document, entry.passages)

    return opened
