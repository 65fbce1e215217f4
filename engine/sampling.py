"""Which token comes next, of those that may?"""

from __future__ import annotations

from collections import Counter

import torch
from torch import Tensor

from schemas.generation import GenerateOptions


class Sampler:
    """Of one choice: it knows what was said so far. The same seed draws the same."""

    def __init__(self, options: GenerateOptions, choice: int) -> None:
        self._options = options
        self._said: Counter[int] = Counter()
        self._bias = (
            torch.tensor(list(options.logit_bias), dtype=torch.long),
            torch.tensor(list(options.logit_bias.values()), dtype=torch.float32),
        )
        self._random = torch.Generator()
        if options.seed is None:
            self._random.seed()
        else:
            self._random.manual_seed((options.seed + choice) % 2**63)

    def take(self, logits: Tensor, allowed: Tensor | None) -> int:
        """logits [vocab_size]; `allowed` [vocab_size] is false for what may not come."""
        scores = self._changed(logits)
        if allowed is not None:
            scores = scores.masked_fill(~allowed, -torch.inf)
        token = self._drawn(scores)
        self._said[token] += 1
        return token

    def _changed(self, logits: Tensor) -> Tensor:
        options = self._options
        scores = logits.clone()
        if len(self._bias[0]):
            scores[self._bias[0]] += self._bias[1]
        if self._said and (options.presence_penalty or options.frequency_penalty):
            said = torch.tensor(list(self._said))
            times = torch.tensor(list(self._said.values()), dtype=torch.float32)
            scores[said] -= options.presence_penalty + options.frequency_penalty * times
        return scores

    def _drawn(self, scores: Tensor) -> int:
        if self._options.temperature == 0:
            return int(scores.argmax())
        chances = (scores / self._options.temperature).softmax(dim=-1)
        if self._options.top_p < 1:
            chances = _nucleus(chances, self._options.top_p)
        return int(torch.multinomial(chances, 1, generator=self._random))


def _nucleus(chances: Tensor, top_p: float) -> Tensor:
    """The likeliest tokens that together have `top_p`; the others get no chance."""
    ordered, tokens = chances.sort(descending=True)
    before = ordered.cumsum(dim=-1) - ordered
    ordered[before >= top_p] = 0.0
    return torch.zeros_like(chances).scatter(0, tokens, ordered)
