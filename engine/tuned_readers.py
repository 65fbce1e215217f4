"""Which adapters does an open model read with, beside its own weights?

An adapter that a tenant trained lies beside the maps of the model that is served: requests with
and without one take turns at the same weights, and share the index, which stands below it.
"""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path

from engine.model_folder import RECIPE
from engine.reader import Reader
from schemas.errors import ModelUnavailable

TRAINED_ON = "trained_on"
"""In the recipe of an adapter: the name of the model that it was trained on, adapters included."""
_MOST_OPEN = 8  # a reader with a small model's adapter takes some ten megabytes


@dataclass(frozen=True, slots=True)
class Tuned:
    """A model by the name it answers under, and where its adapter lies."""

    name: str
    folder: Path


class TunedReaders:
    """Those asked for lately stay open. Threads may share it."""

    def __init__(self, read_with: Callable[[Path], Reader], most: int = _MOST_OPEN) -> None:
        self._read_with, self._most = read_with, most
        self._lock = threading.Lock()
        self._open: OrderedDict[Path, Reader] = OrderedDict()

    def reader(self, folder: Path) -> Reader:
        with self._lock:
            if folder not in self._open:
                self._open[folder] = self._read_with(folder)
            self._open.move_to_end(folder)
            while len(self._open) > self._most:
                self._open.popitem(last=False)
            return self._open[folder]

    def forget(self, owner: str, documents: Collection[str]) -> None:
        with self._lock:
            readers = list(self._open.values())
        for reader in readers:
            reader.forget(owner, documents)


def check_base(folder: Path, model: str) -> None:
    """Raises `ModelUnavailable` for an adapter that was trained on another model."""
    try:
        trained_on = json.loads((folder / RECIPE).read_text())[TRAINED_ON]
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise ModelUnavailable(f"the recipe of an adapter can not be read: {error}") from error
    if trained_on != model:
        raise ModelUnavailable(
            f"it was trained on {trained_on}, and {model} is served here: train it anew, or serve "
            "the other one"
        )
