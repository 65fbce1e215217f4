"""Which passages does the model's own early layer look at for a question?

The score of a passage: each token of the question, with each head, shares its attention between
the passage and the sink; the shares are averaged with the heads' weights (retrieval heads as
rankers: Zhang et al. 2025, arXiv 2506.09944; the sink as the measure is ours, docs/decisions/0012).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from engine.passage_keys import PassageKeys

_CHUNK_TOKENS = 16_384  # of passages scored at a time, of few questions
_CHUNK_LOGITS = 1 << 24
_LEAST_TOKENS = 1024
_LARGEST_LOGIT = 60.0  # its exponential, summed over any passage, is a float32


@dataclass(frozen=True, slots=True)
class Looks:
    """What questions look with: one row a token and head.

    `queries` [num_rows, head_dim], scaled; `sinks` [num_rows] are the logits of the sink, less the
    bias of the head; `weights` [num_rows] sum each question's rows up to its score; `question`
    [num_rows] tells whose row it is, from 0 to `num_questions` - 1.
    """

    queries: Tensor
    sinks: Tensor
    weights: Tensor
    question: Tensor
    num_questions: int


@torch.inference_mode()
def attention_scores(
    keys: Sequence[PassageKeys | None], looks: Looks, on_chunk: Callable[[], None] = lambda: None
) -> npt.NDArray[np.float32]:
    """[num_questions, num_passages]; not a number for a passage that was not read.

    `on_chunk` is called before each of the chunks that memory allows; what it raises ends it.
    """
    scores = np.full((looks.num_questions, len(keys)), np.nan, dtype=np.float32)
    most = _CHUNK_LOGITS // max(1, len(looks.queries))
    for numbers in _chunks(keys, max(_LEAST_TOKENS, min(_CHUNK_TOKENS, most))):
        on_chunk()
        read = [passage for number in numbers if (passage := keys[number]) is not None]
        scores[:, numbers] = scores_of(*stacked(read), looks).numpy()
    return scores


def stacked(passages: Sequence[PassageKeys]) -> tuple[Tensor, Tensor, Tensor]:
    """Keys [num_tokens, head_dim], their scales [num_tokens], and the passages' lengths."""
    keys = np.concatenate([passage.keys for passage in passages])
    scales = np.concatenate([passage.scales for passage in passages])
    lengths = torch.tensor([len(passage.keys) for passage in passages])
    return torch.from_numpy(keys).float(), torch.from_numpy(scales).float(), lengths


def scores_of(keys: Tensor, scales: Tensor, lengths: Tensor, looks: Looks) -> Tensor:
    """[num_questions, num_passages], differentiable in the looks."""
    logits = (keys @ looks.queries.T) * scales[:, None] - looks.sinks  # [num_tokens, num_rows]
    mass = torch.segment_reduce(
        logits.clamp(max=_LARGEST_LOGIT).exp(), "sum", lengths=lengths
    )  # [num_passages, num_rows]
    shares = mass / (1.0 + mass) * looks.weights
    of_questions = torch.zeros(len(lengths), looks.num_questions)
    return of_questions.index_add(1, looks.question, shares).T


def _chunks(keys: Sequence[PassageKeys | None], most: int) -> list[list[int]]:
    """Numbers of passages that were read, in runs of at most so many tokens."""
    chunks: list[list[int]] = []
    num_tokens = most
    for number, passage in enumerate(keys):
        if passage is None:
            continue
        num_tokens += len(passage.keys)
        if num_tokens > most:
            chunks.append([])
            num_tokens = len(passage.keys)
        chunks[-1].append(number)
    return chunks
