"""How fast are we, as a ratio to a peer in the same run?

Both sides take turns on the same weights and tokens; medians are compared.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch

from engine.gemma3 import Gemma3, Prefix
from engine.loading import base_model, model_folder
from schemas.errors import InvalidInput
from schemas.settings import Settings


@dataclass(frozen=True, slots=True)
class Comparison:
    """Seconds are medians; `ratio` is how many times faster we are."""

    what: str
    against: str
    tokens: int
    ours_seconds: float
    theirs_seconds: float

    @property
    def ratio(self) -> float:
        return self.theirs_seconds / self.ours_seconds

    def record(self) -> dict[str, Any]:
        return {
            "what": self.what,
            "against": self.against,
            "tokens": self.tokens,
            "ours_seconds": round(self.ours_seconds, 4),
            "theirs_seconds": round(self.theirs_seconds, 4),
            "ours_tokens_per_second": round(self.tokens / self.ours_seconds, 1),
            "theirs_tokens_per_second": round(self.tokens / self.theirs_seconds, 1),
            "ratio": round(self.ratio, 3),
            "threads": torch.get_num_threads(),
        }


def prefill_against_transformers(
    settings: Settings, token_ids: list[int], rounds: int = 3
) -> Comparison:
    """One prompt, read whole with its keys kept, by either."""
    model, _ = base_model(settings)
    theirs = _transformers(settings)
    ids = torch.tensor(token_ids)

    def run_ours() -> None:
        _read(model, ids, settings.engine.chunk_tokens)

    def run_theirs() -> None:
        with torch.inference_mode():
            theirs.model(ids[None], use_cache=True)

    ours_seconds, theirs_seconds = _in_turns(run_ours, run_theirs, rounds)
    return Comparison("prefill", "transformers", len(ids), ours_seconds, theirs_seconds)


def _read(model: Gemma3, ids: torch.Tensor, chunk: int) -> Prefix:
    prefix = model.empty_prefix()
    with torch.inference_mode():
        for part in ids.split(chunk):
            prefix, _ = model.read(prefix, part)
    return prefix


def _transformers(settings: Settings) -> Any:
    try:
        from transformers import AutoModelForCausalLM
    except ImportError as error:
        raise InvalidInput(
            "transformers is not installed: pip install 'needlepoint[dev]'"
        ) from error
    folder = model_folder(settings)
    return AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()


def _in_turns(
    ours: Callable[[], None], theirs: Callable[[], None], rounds: int
) -> tuple[float, float]:
    ours()
    theirs()
    pairs = [(_seconds(ours), _seconds(theirs)) for _ in range(rounds)]
    return statistics.median(p[0] for p in pairs), statistics.median(p[1] for p in pairs)


def _seconds(run: Callable[[], None]) -> float:
    begun = time.perf_counter()
    run()
    return time.perf_counter() - begun
