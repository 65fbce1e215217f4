"""Is the passage that answers among the first that the lookup gives?

SQuAD's paragraphs, all sixteen articles in one document, asked the questions of the last six, which
neither trained nor chose anything of the index; and held-out documents, asked for their fields.
By words alone and with the model's early layer, in one run.
"""

from __future__ import annotations

import random
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from engine import loading
from engine.disk_cache import DiskCache
from engine.index_model import IndexModel
from engine.lookup import Lookup
from engine.sight import Sight
from engine.token_counter import TokenCounter
from evals import squad_data, training_materials
from evals.generated.documents import HELD_OUT_KINDS
from evals.index_lessons import (
    Asked,
    AskedShelf,
    asked_of,
    material_shelves,
    source_of_paragraphs,
)
from evals.reliability import interval
from evals.shared_data import shared_data
from ingest.passage_cuts import CountTokens
from schemas.errors import ModelUnavailable
from schemas.settings import Settings

_FIRST_MEASURED = 10  # article
_DEPTHS = (1, 5, 20, 50)
_CACHE_BYTES = 1 << 30
_SEED = 1


def measure(settings: Settings, every: int = 1) -> dict[str, Any]:
    """Shares in percent, by set and ranking; `budget` is the share of questions with an answering
    passage among those that are read. Raises `ModelUnavailable` for a model without an index."""
    model, tokenizer = loading.base_model(settings)
    index = loading.index_of(settings, model, tokenizer)
    if index is None:
        raise ModelUnavailable(f"{settings.engine.model} has no index: there is nothing to measure")
    record: dict[str, Any] = {}
    for name, shelves in _sets(settings, every).items():
        with tempfile.TemporaryDirectory() as folder:
            cache = DiskCache(Path(folder), _CACHE_BYTES)
            record[name] = {
                "questions": sum(len(shelf.asked) for shelf in shelves),
                "documents": len(shelves),
                "words": figures(shelves, cache, None, settings),
                "fused": figures(shelves, cache, index, settings),
            }
    return record


def figures(
    shelves: Sequence[AskedShelf], cache: DiskCache, index: IndexModel | None, settings: Settings
) -> Mapping[str, Any]:
    """Of one ranking: by words alone where there is no index."""
    ranks: list[list[int]] = []
    in_budget: list[list[bool]] = []
    begun, indexing = time.monotonic(), 0.0
    for shelf in shelves:
        started = time.monotonic()
        num_tokens = sum(passage.num_tokens for passage in shelf.source.passages)
        sight = None if index is None else Sight(index, cache, num_tokens)
        lookup = Lookup([shelf.source], cache, sight=sight)
        lookup.prepare()
        indexing += time.monotonic() - started
        lookup.look([asked.query for asked in shelf.asked])
        ranks.append([_rank(lookup, asked) for asked in shelf.asked])
        in_budget.append([_is_read(lookup, asked, settings) for asked in shelf.asked])
    seconds = time.monotonic() - begun - indexing
    num_asked = sum(map(len, ranks))
    shares: dict[str, Any] = {
        f"top_{depth}": _share([[rank < depth for rank in of_shelf] for of_shelf in ranks])
        for depth in _DEPTHS
    }
    return shares | {
        "budget": _share(in_budget),
        "seconds_per_question": round(seconds / num_asked, 4),
        "seconds_of_indexing": round(indexing, 1),
    }


def _rank(lookup: Lookup, asked: Asked) -> int:
    """Of the best passage that answers, from 0; past all where it is not ranked."""
    for rank, hit in enumerate(lookup.ranked(asked.query, top=10_000)):
        if hit.passage in asked.gold:
            return rank
    return 10_000


def _is_read(lookup: Lookup, asked: Asked, settings: Settings) -> bool:
    selected = lookup.selected(asked.query, settings.engine.read_tokens)
    return any(passage in asked.gold for _, passage in selected)


def _share(by_shelf: Sequence[Sequence[bool]]) -> list[float]:
    """In percent, with its 95 % interval."""
    claims = [claim for of_shelf in by_shelf for claim in of_shelf]
    groups = by_shelf if len(by_shelf) > 1 else [[claim] for claim in claims]
    bounds = interval([[float(claim) for claim in group] for group in groups])
    low, high = bounds or (0.0, 1.0)
    return [round(100 * value, 1) for value in (sum(claims) / len(claims), low, high)]


def _sets(settings: Settings, every: int) -> dict[str, list[AskedShelf]]:
    rng = random.Random(_SEED)
    count_tokens = TokenCounter(settings)
    source_of = training_materials.source_maker(count_tokens)
    folder = shared_data()
    generated = training_materials.generated(
        source_of, per_kind=3, seed=_SEED, kinds=HELD_OUT_KINDS
    )
    reports = training_materials.reports(folder, source_of, rng, held_out=True)
    agreements = training_materials.agreements(folder, source_of, held_out=True)
    squad = squad_shelf(folder, count_tokens)
    asked = squad.asked[::every]
    return {
        "squad": [AskedShelf(squad.source, asked, squad.is_open)],
        "generated": list(material_shelves(generated, rng))[::every],
        "reports": list(material_shelves(reports, rng))[::every],
        "agreements": list(material_shelves(agreements, rng))[:: 2 * every],
    }


def squad_shelf(folder: Path, count_tokens: CountTokens) -> AskedShelf:
    """All paragraphs, asked the questions of the articles that measure."""
    paragraphs = squad_data.paragraphs(folder, slice(None))
    before = len(squad_data.paragraphs(folder, slice(0, _FIRST_MEASURED)))
    source = source_of_paragraphs("squad", [each.text for each in paragraphs], count_tokens)
    return AskedShelf(source, tuple(asked_of(paragraphs[before:], before)), True)
