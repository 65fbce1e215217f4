"""How many tokens has a text? Asked by those who cut passages, without loading the model."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from tokenizers import Tokenizer

from engine import loading
from schemas.settings import Settings


class TokenCounter:
    """Brings the tokenizer up at the first count."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    @property
    def name(self) -> str:
        """Tells tokenizers apart in the keys of caches, also of folders of the same name."""
        file = loading.tokenizer_file(loading.model_folder(self._settings))
        stat = file.stat()
        return f"{file.resolve()} {stat.st_size} {stat.st_mtime_ns}"

    def __call__(self, texts: Sequence[str]) -> list[int]:
        encodings = self._tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)
        return [len(encoding.ids) for encoding in encodings]

    @cached_property
    def _tokenizer(self) -> Tokenizer:
        return loading.load_tokenizer(loading.model_folder(self._settings))
