"""Which bytes is each token, and which tokens keep an answer to a grammar?"""

from __future__ import annotations

from collections.abc import Collection
from functools import cache
from pathlib import Path

import numpy as np
import torch
from llguidance import LLMatcher, LLTokenizer
from tokenizers import Tokenizer
from torch import Tensor

from schemas.errors import InvalidSchema, ModelUnavailable


class ChatVocabulary:
    """Of one tokenizer: `size` is the number of its tokens."""

    def __init__(self, file: Path, tokenizer: Tokenizer, ends: Collection[int]) -> None:
        self.size = max(tokenizer.get_vocab().values()) + 1
        try:
            self._tokenizer = LLTokenizer(str(file), n_vocab=self.size, eos_token=sorted(ends))
        except Exception as error:  # the library raises nothing narrower
            raise ModelUnavailable(
                f"{file.parent.name}: its tokenizer is none that chats are written with: {error}"
            ) from error
        added = tokenizer.get_added_tokens_decoder()
        self._controls = {id for id, token in added.items() if token.special} | set(ends)
        self._names = {id: token.content for id, token in added.items()}
        self.bytes_of = cache(self._bytes_of)

    def has(self, text: str) -> bool:
        """Whether it is a token of its own, added to those of the text."""
        return text in self._names.values()

    def matcher(self, grammar: str) -> Matcher:
        """Of a grammar in Lark's notation. Raises `InvalidSchema` for one that can not be held
        to."""
        written = LLMatcher.grammar_from_lark(grammar)
        problem = LLMatcher.validate_grammar(written, self._tokenizer)
        if problem:
            raise InvalidSchema(_first_line(problem))
        return Matcher(LLMatcher(self._tokenizer, written), self.size)

    def name_of(self, token: int) -> str:
        """Its text; of what is no text, what the tokenizer calls it."""
        return self.bytes_of(token).decode(errors="replace") or self._names.get(token, "")

    def _bytes_of(self, token: int) -> bytes:
        """Nothing for one that is no text."""
        if token in self._controls:
            return b""
        return bytes(self._tokenizer.decode_bytes([token]))


class Matcher:
    """Follows one answer through a grammar."""

    def __init__(self, matcher: LLMatcher, size: int) -> None:
        self._matcher, self._size = matcher, size

    def copy(self) -> Matcher:
        return Matcher(self._matcher.deep_copy(), self._size)

    def allowed(self) -> Tensor:
        """[vocab_size]"""
        bits = np.frombuffer(self._matcher.compute_bitmask(), dtype=np.uint8)
        mask = np.unpackbits(bits, count=self._size, bitorder="little")
        return torch.from_numpy(mask).bool()

    def advance(self, token: int) -> None:
        is_taken = self._matcher.consume_token(token)
        assert is_taken, self._matcher.get_error()

    @property
    def is_complete(self) -> bool:
        """Nothing more may come."""
        return bool(self._matcher.is_stopped())


def _first_line(problem: str) -> str:
    return problem.strip().splitlines()[0]
