"""How fast are we, as a ratio to a peer in the same run?

Both sides take turns on the same weights and tokens; medians are compared.
"""

from __future__ import annotations

import contextlib
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import torch

from engine.loading import base_model
from engine.prompt import prefix_tokens
from engine.weight_numbers import pack, with_weights
from evals.speed_sides import Ours, Side, Transformers, llama_cpp
from schemas.errors import InvalidInput
from schemas.settings import Settings

_DECODED = 24
_ROUNDS = 3


Compared = Callable[[Settings, "Against", str, int], "Comparison"]


class Against(StrEnum):
    TRANSFORMERS = "transformers"
    LLAMA_CPP = "llama.cpp"
    SELF = "self"


@dataclass(frozen=True, slots=True)
class Comparison:
    """Seconds are medians; `ratio` is how many times faster we are. `tokens` were read, or
    written behind a context."""

    what: str
    against: str
    tokens: int
    ours_seconds: float
    theirs_seconds: float
    further: dict[str, Any] = field(default_factory=dict)

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
            **self.further,
        }


def prefill(settings: Settings, against: Against, text: str, num_tokens: int) -> Comparison:
    """One prompt, read whole with its keys kept, up to the scores of the next token."""
    with _sides(settings, against, text, num_tokens) as (ours, others, token_ids):
        theirs = _fastest(others, lambda side: side.read(token_ids))
        ours_seconds, theirs_seconds = in_turns(
            lambda: ours.read(token_ids), lambda: theirs.read(token_ids), _rounds(num_tokens)
        )
    further = {"ours": ours.name}
    return Comparison("prefill", theirs.name, num_tokens, ours_seconds, theirs_seconds, further)


def decode(settings: Settings, against: Against, text: str, num_tokens: int) -> Comparison:
    """Tokens one by one, each the likeliest of all, behind a context of `num_tokens`."""
    with _sides(settings, against, text, num_tokens) as (ours, others, token_ids):
        for side in (ours, *others):
            side.read(token_ids)
        theirs = _fastest(others, lambda side: side.go_on(_DECODED))
        ours_seconds, theirs_seconds = in_turns(
            lambda: ours.go_on(_DECODED), lambda: theirs.go_on(_DECODED), 2 * _ROUNDS
        )
    further = {"ours": ours.name, "context_tokens": num_tokens}
    return Comparison("decode", theirs.name, _DECODED, ours_seconds, theirs_seconds, further)


def in_turns(
    ours: Callable[[], None], theirs: Callable[[], None], rounds: int
) -> tuple[float, float]:
    """Medians; what comes first on a side is not counted, where there is more than one."""
    if rounds > 1:
        ours()
        theirs()
    pairs = [(seconds_of(ours), seconds_of(theirs)) for _ in range(rounds)]
    return statistics.median(p[0] for p in pairs), statistics.median(p[1] for p in pairs)


def seconds_of(run: Callable[[], None]) -> float:
    begun = time.perf_counter()
    run()
    return time.perf_counter() - begun


@contextlib.contextmanager
def _sides(
    settings: Settings, against: Against, text: str, num_tokens: int
) -> Iterator[tuple[Side, Sequence[Side], list[int]]]:
    model, tokenizer = base_model(settings)
    token_ids = prefix_tokens(tokenizer, text)[:num_tokens]
    if len(token_ids) < num_tokens:
        raise InvalidInput(f"the text has {len(token_ids)} tokens, {num_tokens} are wanted")
    weights = settings.engine.weights
    ours = Ours(pack(with_weights(model, weights)), settings.engine.chunk_tokens, weights)
    if against is Against.TRANSFORMERS:
        yield ours, [Transformers(settings)], token_ids
    elif against is Against.LLAMA_CPP:
        room = num_tokens + (2 * _ROUNDS + 3) * _DECODED
        with llama_cpp(settings, room) as others:
            yield ours, others, token_ids
    else:
        yield ours, [Ours(model, settings.engine.chunk_tokens, "float32")], token_ids


def _fastest(sides: Sequence[Side], run: Callable[[Side], None]) -> Side:
    if len(sides) == 1:
        return sides[0]
    return min(sides, key=lambda side: seconds_of(lambda: run(side)))


def _rounds(num_tokens: int) -> int:
    """Once where it takes minutes, and a first time then weighs little."""
    return _ROUNDS if num_tokens <= 16_384 else 1
