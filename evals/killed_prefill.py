"""What does it cost when a process that reads a long prompt is killed, again and again?

`python -m evals.killed_prefill [--tokens N] [--kills N] [--checkpoint N] [--json OUT]` reads the
example's agreement in a process that is ended by SIGKILL at random moments; another one goes on.
What is on the disk in the end is compared, byte for byte, with what a process leaves that nobody
disturbed.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import random
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from engine.decoder_model import DecoderModel
from engine.disk_cache import DiskCache
from engine.fingerprints import prefix_fingerprint
from engine.loading import adapted_model
from engine.memory_budget import MemoryBudget
from engine.model_folder import load_tokenizer, model_folder
from engine.prefix_cache import PrefixCache
from engine.prefix_reader import PrefixReader
from engine.prompt import prefix_tokens
from engine.speed import Speed
from ingest.read import read_document
from schemas.errors import InvalidInput
from schemas.settings import Settings, load_settings

_CACHE_BYTES = 4 << 30
AGREEMENT = Path(__file__).parents[1] / "examples" / "facility_agreement" / "agreement.pdf"
_LOOK_SECONDS = 0.002
_MODULE = "evals.killed_prefill"


def measure(
    settings: Settings,
    ids: Sequence[int],
    folder: Path,
    *,
    kills: int,
    most_seconds: float,
    most_chunks: int = 1,
    seed: int = 7,
) -> dict[str, Any]:
    """Each process is killed once it has read up to `most_chunks`, at random, and a random part
    of `most_seconds` has gone by."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([_MODULE])
    chance = random.Random(seed)

    def begun(where: Path, told: Path) -> BaseProcess:
        told.touch()
        child = context.Process(target=read, args=(settings, list(ids), where, told))
        child.start()
        return child

    begun_at = time.monotonic()
    alone = begun(folder / "alone", folder / "alone.txt")
    alone.join()
    undisturbed = time.monotonic() - begun_at
    lives = []
    for number in range(kills):
        told = folder / f"{number}.txt"
        child = begun(folder / "killed", told)
        _wait_for_words(told, child, chance.randint(1, most_chunks))
        moment = chance.uniform(0, most_seconds)
        time.sleep(moment)
        child.kill()
        child.join()
        steps = _steps(told)
        lives.append({"seconds": round(moment, 4), "resumed_at": steps[0], "reached": steps[-1]})
    last = folder / "last.txt"
    child = begun(folder / "killed", last)
    child.join()
    resumed = [*(life["resumed_at"] for life in lives[1:]), _steps(last)[0]]
    redone = [life["reached"] - start for life, start in zip(lives, resumed, strict=True)]
    return {
        "tokens": len(ids),
        "checkpoint_tokens": settings.engine.checkpoint_tokens,
        "chunk_tokens": settings.engine.chunk_tokens,
        "kills": kills,
        "undisturbed_seconds": round(undisturbed, 2),
        "last_resumed_at": resumed[-1],
        "most_redone_tokens": max(redone),
        "is_equal": _content(folder / "killed") == _content(folder / "alone"),
        "files": len(_content(folder / "alone")),
        "lives": lives,
    }


def read(settings: Settings, ids: Sequence[int], folder: Path, told: Path) -> None:
    """In a process of its own; each chunk is told, and first where it goes on."""
    model, _ = adapted_model(settings)
    reader = reader_of(settings, model, DiskCache(folder, _CACHE_BYTES))
    place = 0

    def on_read(num_tokens: int) -> None:
        nonlocal place
        place += num_tokens
        with told.open("a") as file:
            file.write(f"{place}\n")

    if not reader.num_cached(ids, ""):
        on_read(0)
    reader.read(ids, ["a"], "", on_read)


def reader_of(settings: Settings, model: DecoderModel, cache: DiskCache) -> PrefixReader:
    prefixes = PrefixCache(cache, prefix_fingerprint(settings))
    speed = Speed()
    return PrefixReader(model, prefixes, settings.engine, MemoryBudget(), lambda: speed)


def agreement_tokens(settings: Settings, num_tokens: int) -> list[int]:
    text = read_document(AGREEMENT, settings.ingest).text
    ids = prefix_tokens(load_tokenizer(model_folder(settings)), text)
    if len(ids) < num_tokens:
        raise InvalidInput(f"the agreement has {len(ids)} tokens, {num_tokens} are wanted")
    return ids[:num_tokens]


@contextmanager
def _scratch() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


def _wait_for_words(told: Path, child: BaseProcess, num_words: int) -> None:
    while child.is_alive() and len(_steps(told)) < num_words:
        time.sleep(_LOOK_SECONDS)


def _steps(told: Path) -> list[int]:
    """A line that was being written when the process ended does not count."""
    return [int(line) for line in told.read_text().splitlines(keepends=True) if line[-1] == "\n"]


def _content(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.glob("*/*.safetensors")}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tokens", type=int, default=16_384)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--checkpoint", type=int, default=1024)
    parser.add_argument("--seconds", type=float, default=8.0, help="most of one life")
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args()
    settings = load_settings()
    engine = settings.engine.model_copy(
        update={"checkpoint_tokens": asked.checkpoint, "chunk_tokens": min(512, asked.checkpoint)}
    )
    settings = settings.model_copy(update={"engine": engine})
    ids = agreement_tokens(settings, asked.tokens)
    with _scratch() as folder:
        record = measure(settings, ids, folder, kills=asked.kills, most_seconds=asked.seconds)
    record |= {"model": settings.engine.model, "cores": os.cpu_count()}
    text = json.dumps(record, indent=1)
    if asked.json is not None:
        asked.json.write_text(text + "\n")
    print(text)


if __name__ == "__main__":
    main()
