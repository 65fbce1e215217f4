"""A tokenizer in the manner of byte-level BPE, as small as a test wants it."""

from __future__ import annotations

from tokenizers import Tokenizer, decoders, pre_tokenizers
from tokenizers.models import BPE


def byte_level(*words: str) -> Tokenizer:
    """Bytes, and each word with its beginnings."""
    level = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    pieces, merges = sorted(level.alphabet()), []
    for word in words:
        letters = level.pre_tokenize_str(word)[0][0]
        for stop in range(2, len(letters) + 1):
            if letters[:stop] not in pieces:
                pieces.append(letters[:stop])
                merges.append((letters[: stop - 1], letters[stop - 1]))
    tokenizer = Tokenizer(BPE({piece: index for index, piece in enumerate(pieces)}, merges))
    tokenizer.pre_tokenizer = level
    tokenizer.decoder = decoders.ByteLevel()
    return tokenizer
