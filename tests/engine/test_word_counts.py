from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import AddedToken, Tokenizer, normalizers, pre_tokenizers
from tokenizers.models import BPE

from engine.word_counts import WordCounts

LETTERS = [*"0123456789abc<>|:▁", "\n", *(f"<0x{byte:02X}>" for byte in range(256))]
MERGES = [("a", "b"), ("▁", "a"), ("▁", "ab"), ("▁", "▁"), ("|", ":"), ("▁", "|"), ("▁", "<")]
TEXTS = st.lists(st.text(alphabet="0189abcé<>|:▁ \n", max_size=40), max_size=6)


def tokenizer_of(*more: tuple[str, str]) -> Tokenizer:
    merges = [*MERGES, *more]
    tokens = dict.fromkeys([*LETTERS, *("".join(pair) for pair in merges)])
    numbers = {token: number for number, token in enumerate(tokens)}
    tokenizer = Tokenizer(BPE(numbers, merges, byte_fallback=True, unk_token="c"))
    tokenizer.normalizer = normalizers.Replace(" ", "▁")
    tokenizer.pre_tokenizer = pre_tokenizers.Split(" ", "merged_with_previous")
    tokenizer.add_tokens([AddedToken("  ", normalized=False), AddedToken("<1>", normalized=False)])
    return tokenizer


PLAIN = tokenizer_of()
COUNTS = WordCounts.of(PLAIN)


@given(TEXTS)
def test_texts_have_as_many_tokens_as_the_tokenizer_makes_of_them(texts: list[str]) -> None:
    assert COUNTS is not None
    encodings = PLAIN.encode_batch_fast(texts, add_special_tokens=False)
    assert COUNTS(texts) == [len(encoding.ids) for encoding in encodings]


@pytest.mark.parametrize("merge", [("b", "▁"), ("1", "0"), ("1", "a"), ("▁", "1")])
def test_a_tokenizer_that_joins_words_or_digits_is_not_counted_apart(
    merge: tuple[str, str],
) -> None:
    assert WordCounts.of(tokenizer_of(merge)) is None


def test_what_is_kept_of_words_stays_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.word_counts._MOST_KEPT_CHARACTERS", 3)
    counts = WordCounts.of(PLAIN)
    assert counts is not None
    assert [counts(["abc abc"]), counts(["cc"]), counts(["abc cc"])] == [[4], [2], [5]]
