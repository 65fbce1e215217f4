from __future__ import annotations

import numpy as np
import torch

from engine.attention_index import Looks, attention_scores
from engine.passage_keys import PassageKeys

DIM = 8


def passage(num_tokens: int, rng: np.random.Generator) -> PassageKeys:
    keys = rng.integers(-127, 128, (num_tokens, DIM)).astype(np.int8)
    return PassageKeys(keys, rng.uniform(0.005, 0.02, num_tokens).astype(np.float16))


def looks(rows_of: list[int], seed: int = 0) -> Looks:
    generator = torch.Generator().manual_seed(seed)
    num_rows = sum(rows_of)
    return Looks(
        torch.randn(num_rows, DIM, generator=generator),
        torch.randn(num_rows, generator=generator),
        torch.rand(num_rows, generator=generator),
        torch.repeat_interleave(torch.arange(len(rows_of)), torch.tensor(rows_of)),
        len(rows_of),
    )


def plain_score(keys: PassageKeys, all_looks: Looks, question: int) -> float:
    """The oracle: a softmax over the passage and the sink, row by row."""
    exact = torch.from_numpy(keys.keys * keys.scales.astype(np.float32)[:, None])
    total = 0.0
    for row in torch.nonzero(all_looks.question == question).flatten().tolist():
        logits = torch.cat([exact @ all_looks.queries[row], all_looks.sinks[row : row + 1]])
        share = 1.0 - float(logits.double().softmax(dim=0)[-1])
        total += share * float(all_looks.weights[row])
    return total


def test_scores_are_the_shares_of_attention_that_a_passage_takes_from_the_sink() -> None:
    rng = np.random.default_rng(0)
    passages = [passage(num_tokens, rng) for num_tokens in (5, 1, 30, 0, 12)]
    asked = looks([3, 7])
    scores = attention_scores(passages, asked)
    expected = [[plain_score(keys, asked, question) for keys in passages] for question in (0, 1)]
    assert np.allclose(scores, expected, atol=1e-4)
    assert np.allclose(scores[:, 3], 0.0)


def test_what_is_not_read_has_no_score() -> None:
    rng = np.random.default_rng(1)
    first, last = passage(4, rng), passage(9, rng)
    scores = attention_scores([first, None, last], looks([2]))
    assert np.isnan(scores).tolist() == [[False, True, False]]
    assert np.allclose(scores[:, [0, 2]], attention_scores([first, last], looks([2])))
    assert np.isnan(attention_scores([None, None], looks([2]))).all()
