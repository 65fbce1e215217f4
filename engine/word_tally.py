"""Which words stand in which texts, how often, and what is each worth there?

The worth is BM25 as bm25s reckons it (Lucene's, exact), to the last bit; done for all texts at
once, since a long table has tens of millions of words.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import chain, islice

import numpy as np
import numpy.typing as npt

_BATCH_TEXTS = 4096
_BATCH_PAIRS = 1 << 20
_MOST_RUNS = 1 << 18  # that are kept
_K1, _B = 1.5, 0.75
Ints = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class WordTally:
    """`texts` and `counts` are of each pair of a word and a text that has it, word by word and
    then in the order of the texts; those of a word go from `starts[word]` up to the next."""

    words: dict[str, int]
    starts: Ints
    texts: Ints
    counts: Ints
    lengths: Ints
    """How many words each text has."""

    def scores(self) -> Floats:
        """Of each pair."""
        sizes = np.diff(self.starts)
        num_texts = len(self.lengths)
        idf = np.log(1 + (num_texts - sizes + 0.5) / (sizes + 0.5)).astype(np.float32)
        norms = _K1 * ((1 - _B) + _B * self.lengths / self.lengths.mean())
        of_word = np.repeat(idf, sizes)
        scores = np.empty(len(self.texts), dtype=np.float32)
        for at in range(0, len(scores), _BATCH_PAIRS):
            some = slice(at, at + _BATCH_PAIRS)
            counts = self.counts[some].astype(np.float32)
            scores[some] = of_word[some] * (counts / (norms[self.texts[some]] + counts))
        return scores


def tally(
    texts: Iterable[str],
    runs_of: Callable[[str], list[str]],
    words_of: Callable[[str], list[str]],
) -> WordTally:
    """A text is made of runs, which come again and again, and a run of words. One without any has
    the word that is none."""
    numbers: dict[str, int] = {"\x00": 0}
    runs = _Runs(words_of, numbers)
    found: list[tuple[Ints, Ints, Ints]] = []
    lengths: list[int] = []
    rest = iter(texts)
    while batch := list(islice(rest, _BATCH_TEXTS)):
        of_texts = [_flat(map(runs.__getitem__, runs_of(text))) for text in batch]
        found.append(_pairs(of_texts, len(lengths)))
        lengths.extend(map(len, of_texts))
        if len(runs) > _MOST_RUNS:
            runs.clear()
    return _by_word(numbers, found, np.array(lengths, dtype=np.int32))


class _Runs(dict[str, tuple[int, ...]]):
    """The numbers of the words of each run that was met."""

    def __init__(self, words_of: Callable[[str], list[str]], numbers: dict[str, int]) -> None:
        self._words_of, self._numbers = words_of, numbers

    def __missing__(self, run: str) -> tuple[int, ...]:
        numbers = self._numbers
        found = tuple(numbers.setdefault(word, len(numbers)) for word in self._words_of(run))
        self[run] = found
        return found


def _flat(runs: Iterable[tuple[int, ...]]) -> list[int]:
    return list(chain.from_iterable(runs)) or [0]


def _pairs(of_texts: list[list[int]], first: int) -> tuple[Ints, Ints, Ints]:
    """Words, texts, counts."""
    sizes = [len(words) for words in of_texts]
    texts = np.repeat(np.arange(len(of_texts), dtype=np.int64), sizes)
    words = np.fromiter(chain.from_iterable(of_texts), dtype=np.int64, count=sum(sizes))
    pairs, counts = np.unique(words << 32 | texts, return_counts=True)
    texts = (pairs & 0xFFFFFFFF) + first
    return (pairs >> 32).astype(np.int32), texts.astype(np.int32), counts.astype(np.int32)


def _by_word(
    numbers: dict[str, int], found: list[tuple[Ints, Ints, Ints]], lengths: Ints
) -> WordTally:
    none = [np.zeros(0, dtype=np.int32)]
    words, texts, counts = (np.concatenate([*none, *part]) for part in zip(*found, strict=True))
    order = words.astype(np.int64) << 32 | np.arange(len(words))
    order.sort()  # faster by far than an order that is asked for
    order &= 0xFFFFFFFF
    sizes = np.bincount(words, minlength=len(numbers))
    starts = np.concatenate(([0], np.cumsum(sizes))).astype(np.int32)
    return WordTally(numbers, starts, texts[order], counts[order], lengths)
