"""What was written down of a training, and what does it come to?"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from schemas.tuning import TuningTold

ADAPTER, STATE, TOLD = "adapter", "training.pt", "told.jsonl"
"""What lies in the folder of a training."""


def kept_name(step: int) -> str:
    """A state under a name of its own, so that it does not change while it is put away."""
    return f"kept-{step}.pt"


def read_told(file: Path) -> list[TuningTold]:
    """A line each; one that is not whole yet is left for later."""
    lines = file.read_text().split("\n")[:-1] if file.is_file() else []
    return [TuningTold.model_validate(json.loads(line)) for line in lines]


def metrics_csv(told: Iterable[TuningTold]) -> str:
    """A row a step; of one that was done again after a restart, the last."""
    rows: dict[int, dict[str, Any]] = {}
    for one in told:
        if one.kind in ("step", "kept"):
            row = rows.setdefault(one.step, {})
            row["train_loss"] = row.get("train_loss") if one.train_loss is None else one.train_loss
            row["valid_loss"] = row.get("valid_loss") if one.valid_loss is None else one.valid_loss
            row["tokens"] = one.trained_tokens or row.get("tokens", 0)
    out = ["step,train_loss,valid_loss,trained_tokens"]
    for step, row in sorted(rows.items()):
        losses = [row[name] for name in ("train_loss", "valid_loss")]
        cells = ["" if loss is None else f"{loss:.5f}" for loss in losses]
        out.append(f"{step},{cells[0]},{cells[1]},{row['tokens']}")
    return "\n".join(out) + "\n"
