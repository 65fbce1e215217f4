"""How many tokens has a text? Asked by those who cut passages, without loading the model."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from blake3 import blake3
from tokenizers import Tokenizer

from engine.model_folder import load_tokenizer, model_folder, tokenizer_file
from engine.word_counts import WordCounts
from schemas.settings import Settings

_FEW_TEXTS = 8192


class TokenCounter:
    """Brings the tokenizer up at the first count, and counts word by word once texts are many."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._num_texts = 0

    @cached_property
    def name(self) -> str:
        """Tells tokenizers apart in the keys of caches; the same on every machine."""
        file = tokenizer_file(model_folder(self._settings))
        return blake3(file.read_bytes()).hexdigest()

    def __call__(self, texts: Sequence[str]) -> list[int]:
        self._num_texts += len(texts)
        if self._num_texts > _FEW_TEXTS and (count_words := self._word_counts):
            return count_words(texts)
        encodings = self._tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)
        return [len(encoding.ids) for encoding in encodings]

    @cached_property
    def _word_counts(self) -> WordCounts | None:
        return WordCounts.of(self._tokenizer)

    @cached_property
    def _tokenizer(self) -> Tokenizer:
        return load_tokenizer(model_folder(self._settings))
