"""How soon is a second question about a long document answered, and what does the cache take?

`python -m evals.speed_caches first-token | disk | bytes | rounding [--tokens N]`. The document is
the example's agreement; both sides run in one go. A first token is timed from the request on; the
model is loaded.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import multiprocessing
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from engine.decoder_model import Prefix
from engine.disk_cache import DiskCache
from engine.engine import Engine
from engine.loading import adapted_model
from engine.lookup import Source
from engine.memory_needs import windows_of
from engine.prefix_cache import PrefixCache
from engine.prefix_numbers import NUMBERS, rounded
from engine.token_counter import TokenCounter
from evals.killed_prefill import AGREEMENT, agreement_tokens, reader_of
from ingest.passages import passages_of
from ingest.read import read_document
from schemas.errors import Cancelled
from schemas.extraction import Mode
from schemas.progress import Progress
from schemas.settings import Settings, load_settings

_CACHE_BYTES = 4 << 30
_FIRST, _SECOND = "What is the agreement about?", "Who is the agent?"
_ROUNDS = 3


def first_token_in_memory(settings: Settings, num_tokens: int) -> dict[str, Any]:
    """The first token of a second question, against that of the first one: cold, same process."""
    with tempfile.TemporaryDirectory() as folder:
        engine = _opened(settings, Path(folder))
        source = _source(settings, num_tokens)
        cold = _first_token(engine, source, _FIRST)
        warm = min(_first_token(engine, source, _SECOND) for _ in range(_ROUNDS))
    return _record("first-token", source, cold, warm)


def first_token_from_disk(settings: Settings, num_tokens: int) -> dict[str, Any]:
    """The same in a new process, which has only the disk; its loading of the model is left out."""
    with tempfile.TemporaryDirectory() as folder:
        engine = _opened(settings, Path(folder))
        source = _source(settings, num_tokens)
        cold = _first_token(engine, source, _FIRST)
        context = multiprocessing.get_context("spawn")
        warm = []
        for _ in range(_ROUNDS):
            ours, theirs = context.Pipe(duplex=False)
            child = context.Process(
                target=_ask_anew, args=(settings, Path(folder), num_tokens, theirs.send)
            )
            child.start()
            warm.append(ours.recv())
            child.join()
    return _record("disk", source, cold, min(warm))


def bytes_per_token(settings: Settings, num_tokens: int) -> dict[str, Any]:
    """On disk, states of sliding layers included, against the bfloat16 keys of the layers that see
    everything. Keys of zeros are written: they take the room of any others."""
    model, _ = adapted_model(settings)
    numbers = NUMBERS[settings.cache.numbers]
    windows = windows_of(model.config)
    with tempfile.TemporaryDirectory() as folder:
        disk = DiskCache(Path(folder), 64 << 30)
        cache = PrefixCache(disk, "bytes", None, numbers)
        chain = cache.chain([0] * num_tokens, reader_of(settings, model, disk).grid)
        for stop in chain.stops:
            sizes = [stop if window is None else min(stop, window - 1) for window in windows]
            shapes = [(model.config.num_kv_heads, size, model.config.head_dim) for size in sizes]
            layers = tuple((torch.zeros(1).expand(shape),) * 2 for shape in shapes)
            cache.store(chain.up_to(stop), Prefix(stop, layers), ["a"])
        sizes = [entry.num_bytes for entry in disk.entries()]
    keys = model.config.num_kv_heads * model.config.head_dim * 2 * 2 * windows.count(None)
    return {
        "what": "bytes",
        "tokens": num_tokens,
        "numbers": numbers.name,
        "files": len(sizes),
        "bytes_per_token": round(sum(sizes) / num_tokens, 1),
        "bytes_of_global_layers": keys,
        "ratio": round(sum(sizes) / num_tokens / keys, 4),
    }


@torch.inference_mode()
def rounding(settings: Settings, num_tokens: int, num_next: int = 512) -> dict[str, Any]:
    """What rounding the keys of a prompt does to the tokens that are foreseen behind it."""
    model, _ = adapted_model(settings)
    ids = torch.tensor(agreement_tokens(settings, num_tokens + num_next))
    prefix, _ = model.read(model.empty_prefix(), ids[:num_tokens])

    def foreseen(start: Prefix) -> Tensor:
        return model.logits(model.read(start, ids[num_tokens:])[1]).log_softmax(-1)

    exact = foreseen(prefix)
    record: dict[str, Any] = {"what": "rounding", "tokens": num_tokens, "positions": num_next}
    for name, numbers in NUMBERS.items():
        seen = foreseen(rounded(prefix, numbers))
        record[name] = {
            "same_first_choice": round(
                (seen.argmax(-1) == exact.argmax(-1)).float().mean().item(), 4
            ),
            "mean_divergence_nats": float(f"{(exact.exp() * (exact - seen)).sum(-1).mean():.3g}"),
        }
    return record


def _first_token(engine: Engine, source: Source, question: str) -> float:
    """Seconds until the forward that gives it is through."""
    schema = {
        "type": "object",
        "properties": {"answer": {"type": ["string", "null"], "description": question}},
    }

    def on_progress(progress: Progress) -> None:
        if progress.stage == "answer":
            raise Cancelled("that was the first")

    begun = time.perf_counter()
    with contextlib.suppress(Cancelled):
        engine.extract([source], schema, mode=Mode.DENSE, on_progress=on_progress)
    return time.perf_counter() - begun


def _ask_anew(
    settings: Settings, folder: Path, num_tokens: int, tell: Callable[[float], None]
) -> None:
    """In a process of its own."""
    source = _source(settings, num_tokens)
    tell(_first_token(_opened(settings, folder), source, _SECOND))


def _opened(settings: Settings, folder: Path) -> Engine:
    engine = Engine.open(settings, DiskCache(folder, _CACHE_BYTES))
    engine.warm_up()
    return engine


def _source(settings: Settings, num_tokens: int) -> Source:
    """The passages of the agreement, up to so many tokens."""
    document = read_document(AGREEMENT, settings.ingest)
    passages, room = [], num_tokens
    for passage in passages_of(document, TokenCounter(settings), settings.ingest.passage_tokens):
        room -= passage.num_tokens
        if room >= 0:
            passages.append(passage)
    return Source(document, passages)


def _record(what: str, source: Source, cold: float, warm: float) -> dict[str, Any]:
    return {
        "what": what,
        "against": "self, cold",
        "tokens": sum(passage.num_tokens for passage in source.passages),
        "ours_seconds": round(warm, 4),
        "theirs_seconds": round(cold, 4),
        "ratio": round(cold / warm, 1),
        "threads": torch.get_num_threads(),
    }


_MEASURES: Mapping[str, Callable[[Settings, int], dict[str, Any]]] = {
    "first-token": first_token_in_memory,
    "disk": first_token_from_disk,
    "bytes": bytes_per_token,
    "rounding": rounding,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=list(_MEASURES))
    parser.add_argument("--tokens", type=int, default=16_384)
    asked = parser.parse_args()
    print(json.dumps(_MEASURES[asked.what](load_settings(), asked.tokens)))


if __name__ == "__main__":
    main()
