"""What did it take to read documents before anyone asks?"""

from __future__ import annotations

from schemas.extraction import ContractModel


class Preparation(ContractModel):
    """Tokens of passages: of all, in the index now, and of those read for it just now. Without
    an index, as with a model that has none, nothing is read."""

    num_tokens: int
    num_tokens_indexed: int
    num_tokens_read: int
    seconds: float
