"""How does the vocabulary in a GGUF file become a fast tokenizer?

SentencePiece merges the pair whose joined piece has the best score; a BPE model whose merges
are all the splits of each piece, ordered by that score, does the same.
"""

from __future__ import annotations

from typing import Any

from tokenizers import AddedToken, Tokenizer, decoders, normalizers, pre_tokenizers
from tokenizers.models import BPE

_CONTROL, _USER_DEFINED = 3, 4


def tokenizer_of(reader: Any) -> Tokenizer:
    """The tokenizer of a GGUF file whose `tokenizer.ggml.model` is llama (SentencePiece)."""
    tokens: list[str] = reader.fields["tokenizer.ggml.tokens"].contents()
    scores: list[float] = reader.fields["tokenizer.ggml.scores"].contents()
    types: list[int] = reader.fields["tokenizer.ggml.token_type"].contents()
    vocabulary = {token: index for index, token in enumerate(tokens)}
    model = BPE(
        vocabulary,
        _merges_of(vocabulary, scores),
        unk_token=tokens[reader.fields["tokenizer.ggml.unknown_token_id"].contents()],
        fuse_unk=True,
        byte_fallback=True,
    )
    tokenizer = Tokenizer(model)
    tokenizer.normalizer = normalizers.Replace(" ", "▁")
    tokenizer.pre_tokenizer = pre_tokenizers.Split(" ", "merged_with_previous")
    tokenizer.decoder = decoders.Sequence(
        [decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse()]
    )
    tokenizer.add_tokens(
        [
            AddedToken(token, normalized=False, special=kind == _CONTROL)
            for token, kind in zip(tokens, types, strict=True)
            if kind in (_CONTROL, _USER_DEFINED)
        ]
    )
    return tokenizer


def _merges_of(vocabulary: dict[str, int], scores: list[float]) -> list[tuple[str, str]]:
    merges = []
    for piece, index in vocabulary.items():
        splits = [(piece[:cut], piece[cut:]) for cut in range(1, len(piece))]
        known = [pair for pair in splits if pair[0] in vocabulary and pair[1] in vocabulary]
        known.sort(key=lambda pair: (vocabulary[pair[0]], vocabulary[pair[1]]))
        merges += [(-scores[index], index, position, pair) for position, pair in enumerate(known)]
    merges.sort(key=lambda merge: merge[:3])
    return [pair for *_, pair in merges]
