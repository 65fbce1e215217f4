"""How does a model go on saying what it says, a token or several at a step?"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from engine.decoder_model import Branches, DecoderModel, Prefix
from engine.drafts import Drafts


class Talk:
    """The branches of a prompt between steps; one row each of those that go on.

    A single one is read on with what may follow, guessed from what it repeats. What is not said
    is dropped, so whatever is said is chosen from the same scores as without: guesses change the
    time alone.
    """

    def __init__(
        self,
        model: DecoderModel,
        num_tokens: int,
        prefix: Prefix,
        last: int,
        num_rows: int,
        drafts: Drafts | None = None,
    ) -> None:
        """`num_tokens` that there are; the model may have room for more. `prefix` is the prompt but
        for its last token, `drafts` know the same. They are for one row only."""
        assert drafts is None or num_rows == 1
        self._model, self._num_tokens, self._prefix = model, num_tokens, prefix
        self._branches = model.empty_branches(1)
        self._drafts = drafts
        self._drafted: list[int] = []
        self._num_right = 0  # of what is drafted
        self._logits = torch.empty(0)  # [num_rows or 1 + num_drafted, num_tokens]
        self.num_steps = 0
        self.step([0], [last])
        if num_rows > 1:
            self._branches = self._branches.of([0] * num_rows)
            self._logits = self._logits.expand(num_rows, -1)

    def step(self, rows: Sequence[int], tokens: Sequence[int]) -> None:
        """Go on from these rows with a token each."""
        if self._drafts is None:
            self._read(self._branches.of(rows), torch.tensor(tokens)[:, None])
            return
        (token,) = tokens
        self._drafts.add(token)
        if self._drafted[self._num_right : self._num_right + 1] == [token]:
            self._num_right += 1
            return
        num_said = self._branches.num_own - (len(self._drafted) - self._num_right)
        if self._drafted:
            self._drafts.judge(len(self._drafted), self._num_right)
        self._drafted, self._num_right = self._drafts.next(), 0
        self._read(self._branches.first(num_said), torch.tensor([[token, *self._drafted]]))

    def logits(self, row: int) -> Tensor:
        """Of the token behind what was said last in this row: [num_tokens]."""
        return self._logits[row if self._drafts is None else self._num_right]

    @torch.inference_mode()
    def _read(self, branches: Branches, token_ids: Tensor) -> None:
        is_real = torch.ones_like(token_ids, dtype=torch.bool)
        self._branches, hidden, _ = self._model.branch(self._prefix, branches, token_ids, is_real)
        self._logits = self._model.logits(hidden.flatten(0, 1))[:, : self._num_tokens]
        self.num_steps += 1
