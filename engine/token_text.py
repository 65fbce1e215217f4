"""Which text are the tokens a model says, and what of it may be shown already?"""

from __future__ import annotations

import codecs
from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(slots=True)
class ShownText:
    """The text of one choice as its bytes come in: whole characters, nothing of a stop, and
    nothing that may yet turn out to begin one."""

    stops: Sequence[str] = ()
    is_stopped: bool = False
    _held: str = ""
    _decoder: codecs.IncrementalDecoder = field(
        default_factory=lambda: codecs.getincrementaldecoder("utf-8")("replace")
    )

    def add(self, data: bytes) -> str:
        return self._shown(self._decoder.decode(data))

    def end(self) -> str:
        """What was held back; half a character is shown as the one for what can not be read."""
        shown = self._shown(self._decoder.decode(b"", final=True))
        rest, self._held = self._held, ""
        return shown + rest

    def _shown(self, text: str) -> str:
        if self.is_stopped:
            return ""
        self._held += text
        found = [at for stop in self.stops if (at := self._held.find(stop)) >= 0]
        if found:
            self.is_stopped = True
            shown, self._held = self._held[: min(found)], ""
            return shown
        kept = num_begun(self._held, self.stops)
        shown, self._held = (
            self._held[: len(self._held) - kept],
            self._held[len(self._held) - kept :],
        )
        return shown


def num_begun(text: str, wanted: Sequence[str]) -> int:
    """How many of the last characters may be the beginning of one that is wanted."""
    return max(
        (
            length
            for word in wanted
            for length in range(1, min(len(word), len(text) + 1))
            if text.endswith(word[:length])
        ),
        default=0,
    )
