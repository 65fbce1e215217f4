"""Who reads and writes as fast as it can, on the same weights?

A side reads a prompt whole, keeping what it has to go on from, and goes on by its likeliest tokens.
"""

from __future__ import annotations

import importlib
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Protocol

import torch

from engine import embedded_model
from engine.decoder_model import Branches, DecoderModel, Prefix
from engine.model_folder import model_folder
from schemas.errors import InvalidInput
from schemas.settings import Settings


class Side(Protocol):
    name: str

    def read(self, token_ids: Sequence[int]) -> None:
        """From the beginning, to the scores of the token behind the last one."""

    def go_on(self, num_tokens: int) -> None:
        """Write so many more behind what was read and written."""


class Ours:
    def __init__(self, model: DecoderModel, chunk_tokens: int, weights: str) -> None:
        self.name = f"needlepoint, {weights}"
        self._model, self._chunk_tokens = model, chunk_tokens
        self._prefix: Prefix
        self._branches: Branches
        self._next: torch.Tensor

    @torch.inference_mode()
    def read(self, token_ids: Sequence[int]) -> None:
        prefix, hidden = self._model.empty_prefix(), None
        for part in torch.tensor(token_ids).split(self._chunk_tokens):
            prefix, hidden = self._model.read(prefix, part)
        assert hidden is not None
        self._prefix, self._branches = prefix, self._model.empty_branches(1)
        self._next = self._model.logits(hidden[-1:]).argmax(dim=-1)

    @torch.inference_mode()
    def go_on(self, num_tokens: int) -> None:
        is_real = torch.ones(1, 1, dtype=torch.bool)
        for _ in range(num_tokens):
            self._branches, hidden, _ = self._model.branch(
                self._prefix, self._branches, self._next[None], is_real
            )
            self._next = self._model.logits(hidden[:, -1]).argmax(dim=-1)


class Transformers:
    """In float32: the reference on a CPU, where bfloat16 is slower."""

    name = "transformers"

    def __init__(self, settings: Settings) -> None:
        try:
            from transformers import AutoModelForCausalLM
        except ImportError as error:
            raise InvalidInput(
                "transformers is not installed: pip install 'needlepoint[dev]'"
            ) from error
        folder = model_folder(settings)
        self._model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()
        self._cache: Any = None
        self._next: torch.Tensor

    @torch.inference_mode()
    def read(self, token_ids: Sequence[int]) -> None:
        self._cache = None
        self._step(torch.tensor(token_ids)[None])

    @torch.inference_mode()
    def go_on(self, num_tokens: int) -> None:
        for _ in range(num_tokens):
            self._step(self._next[:, None])

    def _step(self, token_ids: torch.Tensor) -> None:
        out = self._model(token_ids, past_key_values=self._cache, use_cache=True, logits_to_keep=1)
        self._cache = out.past_key_values
        self._next = out.logits[:, -1].argmax(dim=-1)


class LlamaCpp:
    """On the GGUF file of the embedded model, as it comes (Q4_K_M)."""

    def __init__(
        self, file: Path, num_tokens: int, num_batch: int, *, flash: bool, full: bool
    ) -> None:
        from llama_cpp import Llama

        self.name = f"llama.cpp, n_batch {num_batch}{', flash attention' if flash else ''}"
        self.name += "" if full else ", windows"
        threads = torch.get_num_threads()
        self._llama = Llama(
            str(file),
            n_ctx=num_tokens,
            n_batch=num_batch,
            n_ubatch=num_batch,
            n_threads=threads,
            n_threads_batch=threads,
            flash_attn=flash,
            swa_full=full,
            verbose=False,
        )
        self._tokens: Iterator[int]

    def read(self, token_ids: Sequence[int]) -> None:
        self._llama.reset()
        self._tokens = iter(self._llama.generate(list(token_ids), temp=0.0, reset=True))
        next(self._tokens)

    def go_on(self, num_tokens: int) -> None:
        for _ in range(num_tokens):
            next(self._tokens)


@contextmanager
def llama_cpp(settings: Settings, num_tokens: int) -> Iterator[list[LlamaCpp]]:
    """With the settings that are worth trying. Raises `InvalidInput` where it is not installed."""
    try:
        importlib.import_module("llama_cpp")
    except ImportError as error:
        raise InvalidInput(
            "llama.cpp is not installed: pip install llama-cpp-python (it is compiled here)"
        ) from error
    if settings.engine.model != embedded_model.NAME:
        raise InvalidInput("llama.cpp is measured on the embedded model's GGUF file only")
    with TemporaryDirectory() as folder:
        file = Path(folder) / "model.gguf"
        with file.open("wb") as whole:
            for part in embedded_model.GEMMA_3_270M.chunk_paths():
                with part.open("rb") as chunk:
                    shutil.copyfileobj(chunk, whole)
        yield [
            LlamaCpp(file, num_tokens, 512, flash=flash, full=full)
            for flash, full in ((False, True), (True, True), (True, False))
        ]
