"""What may a model say next, by what followed the same words before?

Answers about a document repeat it: names, numbers, whole sentences. What followed the last few
tokens where they stood before is a guess that costs nothing to make, and the model checks several
tokens in about the time that it takes to say one. Prompt lookup: Saxena 2023,
github.com/apoorvumang/prompt-lookup-decoding; speculation: Leviathan et al. 2022, arXiv 2211.17192.
"""

from __future__ import annotations

from collections.abc import Sequence

_GRAM = 3  # tokens that must have stood before in the same order
_MOST = 8
_FIRST = 4
_REMEMBERED = 65_536  # tokens of the end of a prompt


class Drafts:
    """Guesses at what follows a text that grows."""

    def __init__(self, token_ids: Sequence[int]) -> None:
        self._ids: list[int] = []
        self._behind: dict[tuple[int, ...], int] = {}  # the place behind three tokens, the last
        self._most = _FIRST
        for token in token_ids[-_REMEMBERED:]:
            self.add(token)

    def add(self, token: int) -> None:
        """What is certain now. It can be found once something follows it."""
        if len(self._ids) >= _GRAM:
            self._behind[tuple(self._ids[-_GRAM:])] = len(self._ids)
        self._ids.append(token)

    def next(self) -> list[int]:
        """What may follow; nothing where the last tokens did not stand before."""
        place = self._behind.get(tuple(self._ids[-_GRAM:]))
        return [] if place is None else self._ids[place : place + self._most]

    def judge(self, num_drafted: int, num_right: int) -> None:
        """More are guessed at once after guesses that were right, fewer after wrong ones."""
        if num_right == num_drafted:
            self._most = min(2 * self._most, _MOST)
        elif num_right == 0:
            self._most = max(self._most // 2, 1)
