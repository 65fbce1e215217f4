"""How fast are we, as a ratio to a peer in the same run?

Both sides take turns on the same weights and tokens; medians are compared.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from engine.decoder_model import DecoderModel, Prefix
from engine.disk_cache import DiskCache
from engine.engine import Engine
from engine.loading import base_model
from engine.lookup import Source
from engine.model_folder import model_folder
from engine.prompt import prefix_tokens
from engine.token_counter import TokenCounter
from ingest.passages import passages_of
from ingest.plain_text import read_plain_text
from schemas.errors import InvalidInput
from schemas.extraction import Mode
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
    settings: Settings, text: str, num_tokens: int, rounds: int = 3
) -> Comparison:
    """One prompt, read whole with its keys kept, by either."""
    model, tokenizer = base_model(settings)
    theirs = _transformers(settings)
    ids = torch.tensor(prefix_tokens(tokenizer, text)[:num_tokens])
    if len(ids) < num_tokens:
        raise InvalidInput(f"the text has {len(ids)} tokens, {num_tokens} are wanted")

    def run_ours() -> None:
        _read(model, ids, settings.engine.chunk_tokens)

    def run_theirs() -> None:
        with torch.inference_mode():
            theirs.model(ids[None], use_cache=True)

    ours_seconds, theirs_seconds = _in_turns(run_ours, run_theirs, rounds)
    return Comparison("prefill", "transformers", len(ids), ours_seconds, theirs_seconds)


def second_question(settings: Settings, text: str, num_tokens: int) -> Comparison:
    """One question on a document read whole, against another question after it, from the disk.

    Both times run from the request to the whole answer; the model is loaded, the cache empty.
    """
    with tempfile.TemporaryDirectory() as folder:
        cache = DiskCache(Path(folder), settings.cache.max_bytes)
        engine = Engine.open(settings, cache)
        source = _source_of(settings, text, num_tokens)

        def ask(question: str) -> None:
            schema = {
                "type": "object",
                "properties": {"answer": {"type": ["string", "null"], "description": question}},
            }
            engine.extract([source], schema, mode=Mode.DENSE)

        first = _seconds(lambda: ask("What is the agreement about?"))
        second = _seconds(lambda: ask("Who are the parties?"))
    num_read = sum(passage.num_tokens for passage in source.passages)
    return Comparison("first-token", "self, cold", num_read, second, first)


def _source_of(settings: Settings, text: str, num_tokens: int) -> Source:
    """The passages of a text up to `num_tokens`."""
    document = read_plain_text(
        text.encode(), document_id="speed", name="speed.txt", media_type="text/plain"
    )
    counter = TokenCounter(settings)
    passages, room = [], num_tokens
    for passage in passages_of(document, counter, settings.ingest.passage_tokens):
        room -= passage.num_tokens
        if room >= 0:
            passages.append(passage)
    return Source(document, passages)


def _read(model: DecoderModel, ids: torch.Tensor, chunk: int) -> Prefix:
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
