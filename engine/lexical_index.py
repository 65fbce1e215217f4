"""Which passages share words with a question? BM25, by bm25s, over stemmed words.

BM25: Robertson and Zaragoza 2009, "The Probabilistic Relevance Framework". The attention index
will stand beside this one behind the same two calls.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import bm25s
import numpy as np
import numpy.typing as npt
import Stemmer

from engine.disk_cache import DiskCache
from engine.word_tally import tally

KIND = "index"
_MOST_KEPT = 1 << 18
_WORD = re.compile(r"\w+")
_RUN = re.compile(r"\w+(?:[-./_:@]\w+)*")
_COMPOUND = re.compile(r"\w+(?:[-./_:@]\w+)+")  # t.test, B-056, 8.3, someone@example
_STOP_WORDS = frozenset(
    [
        "a",
        "an",
        "and",
        "are",
        "as",
        "at",
        "be",
        "been",
        "by",
        "did",
        "do",
        "does",
        "for",
        "from",
        "had",
        "has",
        "have",
        "how",
        "in",
        "into",
        "is",
        "it",
        "its",
        "of",
        "on",
        "or",
        "such",
        "that",
        "the",
        "their",
        "them",
        "there",
        "these",
        "they",
        "this",
        "those",
        "to",
        "was",
        "were",
        "what",
        "when",
        "where",
        "which",
        "who",
        "whom",
        "whose",
        "why",
        "will",
        "with",
    ]
)


class LexicalIndex:
    """Ranks the passages it was built from. Build once, keep on disk, load in milliseconds."""

    def __init__(self, retriever: bm25s.BM25, num_passages: int) -> None:
        self._retriever = retriever
        self.num_passages = num_passages

    @classmethod
    def build(cls, texts: Sequence[str]) -> LexicalIndex:
        found = tally(texts or [""], lambda text: _RUN.findall(text.lower()), _Stems().of)
        scores = {"data": found.scores(), "indices": found.texts, "indptr": found.starts}
        return cls(_retriever(scores, found.words, max(1, len(texts))), len(texts))

    def scores(self, query: str) -> npt.NDArray[np.float32]:
        """BM25 of each passage, zero where no word is shared; [num_passages]."""
        known = [word for word in _Stems().of(query) if word in self._retriever.vocab_dict]
        if not known:
            return np.zeros(self.num_passages, dtype=np.float32)
        scores: npt.NDArray[np.float32] = self._retriever.get_scores(known)
        return scores

    def has(self, word: str, passage: int) -> bool:
        """Whether a passage has a word, given as `words_of` gives it."""
        passages = self.passages_with(word)
        at = int(np.searchsorted(passages, passage))
        return at < len(passages) and int(passages[at]) == passage

    def num_with(self, word: str) -> int:
        """How many passages have a word."""
        return len(self.passages_with(word))

    def passages_with(self, word: str) -> npt.NDArray[np.int32]:
        """Their numbers, in order."""
        known = self._retriever.vocab_dict.get(word)
        scores = self._retriever.scores
        if known is None:
            return np.zeros(0, dtype=np.int32)
        start, stop = scores["indptr"][known], scores["indptr"][known + 1]
        passages: npt.NDArray[np.int32] = np.sort(scores["indices"][start:stop])
        return passages

    def store(self, cache: DiskCache, key: str, document: str, *, owner: str = "") -> None:
        scores = self._retriever.scores
        vocabulary = "\n".join(self._retriever.vocab_dict).encode()
        arrays = {name: np.asarray(scores[name]) for name in ("data", "indices", "indptr")}
        arrays["vocabulary"] = np.frombuffer(vocabulary, dtype=np.uint8)
        arrays["word_ids"] = np.array(list(self._retriever.vocab_dict.values()), dtype=np.int32)
        header = {"num_passages": self.num_passages}
        cache.put(KIND, key, arrays, header, label=document, owner=owner, documents=[document])

    @classmethod
    def load(cls, cache: DiskCache, key: str, *, owner: str = "") -> LexicalIndex | None:
        entry = cache.get(KIND, key, owner=owner)
        if entry is None:
            return None
        arrays, num_passages = entry.arrays, int(entry.header["num_passages"])
        words = arrays["vocabulary"].tobytes().decode().split("\n")
        scores = {name: arrays[name] for name in ("data", "indices", "indptr")}
        numbers = dict(zip(words, arrays["word_ids"].tolist(), strict=True))
        return cls(_retriever(scores, numbers, num_passages), num_passages)


def _retriever(
    scores: Mapping[str, npt.NDArray[Any]], words: dict[str, int], num_passages: int
) -> bm25s.BM25:
    retriever = bm25s.BM25()
    retriever.scores = {**scores, "num_docs": num_passages}
    retriever.vocab_dict = words
    retriever.nonoccurrence_array = None  # only set by methods that score absent words
    retriever.unique_token_ids_set = set(words.values())
    return retriever


def is_stop_word(word: str) -> bool:
    """Whether a word in small letters is grammar alone."""
    return word in _STOP_WORDS


def words_of(query: str) -> list[str]:
    """Its words as an index knows them, each once."""
    return list(dict.fromkeys(_Stems().of(query)))


class _Stems:
    """Words of a text, stemmed once each."""

    def __init__(self) -> None:
        self._stemmer = Stemmer.Stemmer("english")
        self._known: dict[str, str] = {}

    def of(self, text: str) -> list[str]:
        """Each word, and besides each run of words that is written as one."""
        text = text.lower()
        words = [
            self._known.get(word) or self._stem(word)
            for word in _WORD.findall(text)
            if word not in _STOP_WORDS
        ]
        return words + _COMPOUND.findall(text)

    def _stem(self, word: str) -> str:
        if word.isdigit():
            return word
        stem: str = self._stemmer.stemWord(word)
        if len(self._known) < _MOST_KEPT:
            self._known[word] = stem
        return stem
