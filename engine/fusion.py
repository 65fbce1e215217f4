"""How do the two rankings of passages become one?"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Scores = npt.NDArray[np.float32]
LEXICAL_WEIGHT = 0.8  # docs/decisions/0012


def fused(lexical: Scores, word_weights: npt.NDArray[np.float64], seen: Scores) -> Scores:
    """[num_questions, num_passages].

    `lexical` is BM25; by the sum of the weights of a question's words it becomes about the share
    of them that a passage has. `seen` is what the model looks at, not a number for a passage that
    it has not read: such a one has its words alone.
    """
    shares = lexical / np.maximum(word_weights, 1e-6)[:, None]
    both = np.nan_to_num(seen, nan=0.0) + LEXICAL_WEIGHT * shares
    return both.astype(np.float32)
