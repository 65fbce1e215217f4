"""How does a process train an adapter, beside whatever is read meanwhile?

Run by `ingest.child`. It goes after everything else on the machine, and writes in one folder: what
happens a line at a time, each state that was kept under a name of its own, and the adapter.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from engine.lookup import Source
from jobs.parsed_document import ParsedDocument
from jobs.tuning import tune
from jobs.tuning_files import text_opener
from jobs.tuning_lessons import Numbered
from jobs.tuning_told import STATE, TOLD, kept_name
from schemas.progress import OnProgress, Progress
from schemas.settings import Settings
from schemas.tuning import TuningLine, TuningPlan, TuningTold

_LEAST_URGENT = 19


def answer(request: Mapping[str, Any], on_progress: OnProgress) -> dict[str, Any]:
    """What came of it; the adapter lies in the folder."""
    os.nice(_LEAST_URGENT)
    folder, settings = Path(request["folder"]), Settings(**request["settings"])
    lines = json.loads((folder / "lines.json").read_text())
    parsed: dict[str, str] = {}
    training = _numbered(lines["training"], parsed)
    validation = _numbered(lines["validation"], parsed) if lines["validation"] else None
    of_text = text_opener(settings)

    def opened(line: TuningLine) -> Source:
        if line.text is not None:
            return of_text(line.text)
        return ParsedDocument.open(Path(parsed[line.source])).source(line.source)

    def tell(told: TuningTold) -> None:
        if told.kind == "kept":
            shutil.copyfile(folder / STATE, folder / kept_name(told.step))
        with (folder / TOLD).open("a") as file:
            file.write(told.model_dump_json() + "\n")
        on_progress(Progress("train", told.step, told.total_steps, "steps"))

    plan = TuningPlan.model_validate(request["plan"])
    done = tune(plan, training, validation, opened, settings, folder, tell)
    return done.model_dump(mode="json")


def _numbered(sent: list[dict[str, Any]], parsed: dict[str, str]) -> list[Numbered]:
    found: list[Numbered] = []
    for one in sent:
        line = TuningLine.model_validate(one["line"])
        if one["parsed"] is not None:
            parsed[line.source] = one["parsed"]
        found.append((one["number"], line))
    return found
