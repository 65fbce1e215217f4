"""How does the vocabulary in a GGUF file become a fast tokenizer?

SentencePiece merges the pair whose joined piece has the best score; a BPE model whose merges
are all the splits of each piece, ordered by that score, does the same. Byte-level BPE is in the
file as it is: its tokens and its merges.
"""

from __future__ import annotations

from typing import Any

from tokenizers import AddedToken, Regex, Tokenizer, decoders, normalizers, pre_tokenizers
from tokenizers.models import BPE

from schemas.errors import ModelUnavailable

_CONTROL, _USER_DEFINED, _UNUSED = 3, 4, 5
_WORDS = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|%s"
    r"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
_DIGITS = {"qwen2": r"\p{N}", "llama-bpe": r"\p{N}{1,3}"}


def tokenizer_of(reader: Any) -> Tokenizer:
    """Raises `ModelUnavailable` for a kind of vocabulary that is not read."""
    kind = _contents(reader, "model")
    if kind == "llama":
        tokenizer = _of_sentencepiece(reader)
    elif kind == "gpt2" and _contents(reader, "pre") in _DIGITS:
        tokenizer = _of_bytes(reader, _contents(reader, "pre"))
    else:
        raise ModelUnavailable(f"GGUF vocabularies of the kind {kind} are not read yet")
    tokenizer.add_tokens(
        [
            AddedToken(token, normalized=False, special=kind == _CONTROL)
            for token, kind in _typed_tokens(reader)
            if kind in (_CONTROL, _USER_DEFINED)
        ]
    )
    return tokenizer


def _of_sentencepiece(reader: Any) -> Tokenizer:
    tokens: list[str] = _contents(reader, "tokens")
    vocabulary = {token: index for index, token in enumerate(tokens)}
    model = BPE(
        vocabulary,
        _merges_of(vocabulary, _contents(reader, "scores")),
        unk_token=tokens[_contents(reader, "unknown_token_id")],
        fuse_unk=True,
        byte_fallback=True,
    )
    tokenizer = Tokenizer(model)
    tokenizer.normalizer = normalizers.Replace(" ", "▁")
    tokenizer.pre_tokenizer = pre_tokenizers.Split(" ", "merged_with_previous")
    tokenizer.decoder = decoders.Sequence(
        [decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse()]
    )
    return tokenizer


def _of_bytes(reader: Any, pre: str) -> Tokenizer:
    """The tokens that are not text stand behind all others: added, they get their own numbers.
    Llama takes a word that is a token as it is, Qwen brings letters to their composed form."""
    vocabulary = {
        token: index
        for index, (token, kind) in enumerate(_typed_tokens(reader))
        if kind not in (_CONTROL, _USER_DEFINED, _UNUSED)
    }
    merges = [tuple(merge.split(" ")) for merge in _contents(reader, "merges")]
    tokenizer = Tokenizer(BPE(vocabulary, merges, ignore_merges=pre == "llama-bpe"))
    if pre == "qwen2":
        tokenizer.normalizer = normalizers.NFC()
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(_WORDS % _DIGITS[pre]), "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    return tokenizer


def _typed_tokens(reader: Any) -> list[tuple[str, int]]:
    return list(zip(_contents(reader, "tokens"), _contents(reader, "token_type"), strict=True))


def _contents(reader: Any, name: str) -> Any:
    return reader.fields[f"tokenizer.ggml.{name}"].contents()


def _merges_of(vocabulary: dict[str, int], scores: list[float]) -> list[tuple[str, str]]:
    merges = []
    for piece, index in vocabulary.items():
        splits = [(piece[:cut], piece[cut:]) for cut in range(1, len(piece))]
        known = [pair for pair in splits if pair[0] in vocabulary and pair[1] in vocabulary]
        known.sort(key=lambda pair: (vocabulary[pair[0]], vocabulary[pair[1]]))
        merges += [(-scores[index], index, position, pair) for position, pair in enumerate(known)]
    merges.sort(key=lambda merge: merge[:3])
    return [pair for *_, pair in merges]
