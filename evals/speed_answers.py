"""What does it save to have read a document before, and to ask all fields of it together?

Times are of the whole answer, from the request on, with the model loaded; tokens on disk are
counted by the files themselves.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from engine.disk_cache import DiskCache
from engine.engine import Engine
from engine.gemma3_config import Gemma3Config
from engine.loading import base_model
from engine.lookup import Source
from engine.token_counter import TokenCounter
from evals.speed import Comparison, seconds_of
from ingest.passages import passages_of
from ingest.plain_text import read_plain_text
from schemas.extraction import Mode
from schemas.settings import Settings

_BFLOAT16_BYTES = 2
_ASKED = (
    *("parties", "date", "term", "fee", "governing law", "notice period", "borrower", "lender"),
    *("margin", "purpose", "amount", "currency", "agent", "guarantor", "maturity", "address"),
    *("default interest", "repayment", "signatory", "confidentiality"),
)


def second_question(settings: Settings, text: str, num_tokens: int, *, anew: bool) -> Comparison:
    """One question on a document read whole, against another question after it.

    `anew`: the second is asked of an engine that was brought up anew on the same folder, as a
    new process does; what is kept is on the disk then.
    """
    source = _source_of(settings, text, num_tokens)
    with tempfile.TemporaryDirectory() as folder:
        engine = _engine(settings, Path(folder))
        first = seconds_of(lambda: _ask(engine, source, ["agreement"]))
        if anew:
            engine = _engine(settings, Path(folder))
        second = seconds_of(lambda: _ask(engine, source, ["parties"]))
    tier = "a new engine" if anew else "the same engine"
    further = {"second_by": tier}
    return Comparison("first-token", "self, cold", _size(source), second, first, further)


def fields_together(settings: Settings, text: str, num_tokens: int) -> Comparison:
    """Twenty fields over a document read whole: at once, against one after another, where
    nothing is kept from one to the next."""
    source = _source_of(settings, text, num_tokens)

    def ask_apart() -> float:
        return sum(_cold_seconds(settings, source, [name]) for name in _ASKED)

    together = _cold_seconds(settings, source, _ASKED)
    further = {"fields": len(_ASKED)}
    return Comparison("fields", "self, apart", _size(source), together, ask_apart(), further)


def bytes_on_disk(settings: Settings, text: str, num_tokens: int) -> dict[str, Any]:
    """Of all that is kept of one reading, whoever keeps it; the least is that of the layers that
    keep every token, in bfloat16. `ratio` is what is kept to that."""
    source = _source_of(settings, text, num_tokens)
    with tempfile.TemporaryDirectory() as folder:
        engine = _engine(settings, Path(folder))
        _ask(engine, source, ["agreement"])
        kept = sum(file.stat().st_size for file in Path(folder).rglob("*") if file.is_file())
    per_token = kept / _size(source)
    least = _least_bytes(settings)
    return {
        "what": "disk",
        "against": "self",
        "tokens": _size(source),
        "bytes": kept,
        "bytes_per_token": round(per_token, 1),
        "least_bytes_per_token": least,
        "ratio": round(per_token / least, 3),
    }


def _least_bytes(settings: Settings) -> int:
    config = base_model(settings)[0].config
    num_layers = sum(config.is_global) if isinstance(config, Gemma3Config) else config.num_layers
    return num_layers * 2 * config.num_kv_heads * config.head_dim * _BFLOAT16_BYTES


def _cold_seconds(settings: Settings, source: Source, names: Sequence[str]) -> float:
    """With the engine brought up before the clock starts."""
    with tempfile.TemporaryDirectory() as folder:
        engine = _engine(settings, Path(folder))
        engine.warm_up()
        return seconds_of(lambda: _ask(engine, source, names))


def _engine(settings: Settings, folder: Path) -> Engine:
    return Engine.open(settings, DiskCache(folder, settings.cache.max_bytes))


def _ask(engine: Engine, source: Source, names: Sequence[str]) -> None:
    properties = {
        name.replace(" ", "_"): {"type": ["string", "null"], "description": f"What is the {name}?"}
        for name in names
    }
    engine.extract([source], {"type": "object", "properties": properties}, mode=Mode.DENSE)


def _size(source: Source) -> int:
    return sum(passage.num_tokens for passage in source.passages)


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
