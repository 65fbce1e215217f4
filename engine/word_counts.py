"""How many tokens have texts whose words come again and again, as in the rows of a long table?

Some tokenizers join no character with a blank after it, and no digit with anything. The tokens of
a text are then those of its words, and words that differ in their digits alone have as many. Both
are looked for in the vocabulary: a merge can only make what stands there.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

from tokenizers import Tokenizer
from tokenizers.models import BPE

_BLANK = "▁"
_JOINED = re.compile(f"[^ {_BLANK}][ {_BLANK}]|.[0-9]|[0-9].", re.DOTALL)
_UNSURE = "<"  # it stands in each of the few tokens that do join them
_WORD = re.compile(" *[^ ]+| +")
_ALIKE = str.maketrans("123456789", "000000000")
_REPLACE = {"type": "Replace", "pattern": {"String": " "}, "content": _BLANK}
_SPLIT = {"type": "Split", "pattern": {"String": " "}}
_MOST_KEPT_CHARACTERS = 1 << 22


class WordCounts:
    def __init__(self, tokenizer: Tokenizer) -> None:
        self._tokenizer = tokenizer
        self._known: dict[str, int] = {}
        self._num_kept = 0

    @classmethod
    def of(cls, tokenizer: Tokenizer) -> WordCounts | None:
        """None for a tokenizer whose words cannot be counted apart. Takes half a second."""
        return cls(tokenizer) if _is_apart(tokenizer) else None

    def __call__(self, texts: Sequence[str]) -> list[int]:
        words = [_WORD.findall(text.translate(_ALIKE)) for text in texts]
        self._learn(words)
        counts = [sum(map(self._known.__getitem__, of_text)) for of_text in words]
        unsure = [at for at, text in enumerate(texts) if _UNSURE in text or _BLANK in text]
        for at, count in zip(unsure, self._encoded([texts[at] for at in unsure]), strict=True):
            counts[at] = count
        return counts

    def _learn(self, words: Sequence[Sequence[str]]) -> None:
        if self._num_kept > _MOST_KEPT_CHARACTERS:
            self._known, self._num_kept = {}, 0
        new = list(set[str]().union(*words).difference(self._known))
        self._known.update(zip(new, self._encoded(new), strict=True))
        self._num_kept += sum(map(len, new))

    def _encoded(self, texts: Sequence[str]) -> list[int]:
        encodings = self._tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)
        return [len(encoding.ids) for encoding in encodings]


def _is_apart(tokenizer: Tokenizer) -> bool:
    model = tokenizer.model
    if not isinstance(model, BPE) or model.dropout:
        return False
    if model.continuing_subword_prefix or model.end_of_word_suffix:
        return False
    if _state(tokenizer.normalizer) != _REPLACE or not _splits_blanks(tokenizer.pre_tokenizer):
        return False
    tokens = tokenizer.get_vocab(with_added_tokens=True)
    if not all(letter in tokens for letter in f"0123456789{_BLANK}"):
        return False
    return all(_UNSURE in token for token in tokens if _JOINED.search(token))


def _splits_blanks(component: Any) -> bool:
    """There are none left to split at once they are replaced."""
    return component is None or _SPLIT.items() <= _state(component).items()


def _state(component: Any) -> dict[str, Any]:
    return {} if component is None else dict(json.loads(component.__getstate__()))
