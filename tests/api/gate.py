"""A model that does a step of its work when a test lets it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from engine.decoder_model import DecoderModel
from engine.gemma3 import Gemma3


class Gate:
    """Each call of a method of the model waits until it is let; once open none waits."""

    def __init__(
        self, monkeypatch: pytest.MonkeyPatch, method: str, family: type[DecoderModel] = Gemma3
    ) -> None:
        self.num_asked = self.num_done = 0
        self._is_open = threading.Event()
        self._permits = threading.Semaphore(0)
        ungated = getattr(family, method)

        def gated(model: DecoderModel, *arguments: Any) -> Any:
            self.num_asked += 1
            while not self._is_open.is_set() and not self._permits.acquire(timeout=0.02):
                pass
            self.num_done += 1
            return ungated(model, *arguments)

        monkeypatch.setattr(family, method, gated)

    def let(self, num_steps: int) -> None:
        self._permits.release(num_steps)

    def open(self) -> None:
        self._is_open.set()


@contextmanager
def closed_gate(
    monkeypatch: pytest.MonkeyPatch, method: str, family: type[DecoderModel] = Gemma3
) -> Iterator[Gate]:
    """Open at the end, so that no thread waits there for ever."""
    gate = Gate(monkeypatch, method, family)
    try:
        yield gate
    finally:
        gate.open()
