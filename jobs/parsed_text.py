"""Which bytes are the characters from one to another, in a long text that is kept as UTF-8?"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

_BLOCK_BYTES = 1 << 12
_COUNTED_BYTES = 1 << 22
_MAX_GAP = 1 << 12
Ints = npt.NDArray[np.int32]


class ParsedText:
    """Characters are counted once, by blocks, so that a slice looks at its own blocks alone."""

    def __init__(self, data: npt.NDArray[np.uint8]) -> None:
        self._data = data
        self._first = _first_characters(data)

    def __len__(self) -> int:
        return int(self._first[-1])

    def slice(self, start: int, stop: int) -> str:
        """text[start:stop], half-open, for 0 <= start <= stop; past the end there is nothing."""
        data = self._data[self._byte_of(start) : self._byte_of(stop)]
        return str(np.ascontiguousarray(data).data, "utf-8", "surrogatepass")

    def slices(self, starts: Ints, stops: Ints) -> list[str]:
        """Several; those that follow each other closely are read as one."""
        is_far = np.abs(starts[1:] - stops[:-1]) > _MAX_GAP
        runs = np.split(np.arange(len(starts)), np.flatnonzero(is_far) + 1)
        return [text for run in runs for text in self._near(starts[run], stops[run])]

    def _near(self, starts: Ints, stops: Ints) -> Iterator[str]:
        if not len(starts):
            return
        first = int(starts.min())
        text = self.slice(first, int(stops.max()))
        for start, stop in zip(starts.tolist(), stops.tolist(), strict=True):
            yield text[start - first : stop - first]

    def _byte_of(self, character: int) -> int:
        """Where the character begins; the end of the text for one past it."""
        if character >= len(self):
            return len(self._data)
        block = int(np.searchsorted(self._first, character, side="right")) - 1
        begins = _begins(self._data[block * _BLOCK_BYTES : (block + 1) * _BLOCK_BYTES])
        within = np.flatnonzero(begins)[character - int(self._first[block])]
        return block * _BLOCK_BYTES + int(within)


def _first_characters(data: npt.NDArray[np.uint8]) -> npt.NDArray[np.int64]:
    """How many characters begin before each block, and at last before the end."""
    counts = [np.zeros(1, dtype=np.int64)]
    for start in range(0, len(data), _COUNTED_BYTES):
        begins = _begins(data[start : start + _COUNTED_BYTES])
        blocks = np.arange(0, len(begins), _BLOCK_BYTES)
        counts.append(np.add.reduceat(begins, blocks, dtype=np.int64))
    return np.cumsum(np.concatenate(counts))


def _begins(data: npt.NDArray[np.uint8]) -> npt.NDArray[np.bool_]:
    """Whether a character begins at each byte: all but the bytes 10xxxxxx."""
    found: npt.NDArray[np.bool_] = (data & 0xC0) != 0x80
    return found
