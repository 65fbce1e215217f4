"""How do the two rankings of passages become one?"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Scores = npt.NDArray[np.float32]
UNREAD = 0.5  # of what the model would see, where it has read no passage to go by
LEXICAL_WEIGHT = 0.8  # docs/decisions/0012


def fused(
    lexical: Scores, word_weights: npt.NDArray[np.float64], seen: Scores, unread: Scores
) -> Scores:
    """[num_questions, num_passages].

    `lexical` is BM25; by the sum of the weights of a question's words it becomes about the share
    of them that a passage has. `seen` is what the model looks at, not a number for a passage that
    it has not read: that one is thought to be as `unread` [num_questions] says if it has a word
    of the question, and is nothing if it has none.
    """
    shares = lexical / np.maximum(word_weights, 1e-6)[:, None]
    guessed = np.where(shares > 0, unread[:, None], 0.0)
    both = np.where(np.isnan(seen), guessed, seen) + LEXICAL_WEIGHT * shares
    return both.astype(np.float32)


def unread_of(seen: list[Scores]) -> Scores:
    """What to think of passages that are not read, by question: the mean of those that are."""
    all_seen = np.concatenate(seen, axis=1)
    is_read = ~np.isnan(all_seen)
    num_read = is_read.sum(axis=1)
    total = np.where(is_read, all_seen, 0.0).sum(axis=1)
    return np.where(num_read > 0, total / np.maximum(num_read, 1), UNREAD).astype(np.float32)
