"""Which tokens may come next in an answer that lists spans, a break between each two?"""

from __future__ import annotations

from copy import copy
from dataclasses import replace

from engine.spans import SpanCursor, SpanSet, Vocabulary


class ListCursor:
    """A `SpanCursor` for each item in turn; a place is taken once. Null stands alone."""

    def __init__(self, spans: SpanSet, vocabulary: Vocabulary, break_token: int) -> None:
        self._set, self._vocabulary, self._break = spans, vocabulary, break_token
        self._item = SpanCursor(spans, vocabulary)
        self._taken: list[list[tuple[int, int]]] = []

    def copy(self) -> ListCursor:
        twin = copy(self)
        twin._item, twin._taken = self._item.copy(), list(self._taken)
        return twin

    @property
    def is_done(self) -> bool:
        return self._item.is_done

    def allowed(self) -> dict[int, None]:
        allowed = self._item.allowed()
        can_go_on = self._vocabulary.end in allowed and not self._item.literal
        allowed.pop(self._break, None)
        if can_go_on and self._rest().limits:
            allowed[self._break] = None
        return allowed or {self._vocabulary.end: None}

    @property
    def is_end_barred(self) -> bool:
        return False

    def can_rule_out(self, literal: str) -> bool:
        return self._item.can_rule_out(literal)

    def rule_out(self, literal: str) -> None:
        self._item.rule_out(literal)

    def advance(self, token: int) -> None:
        if token != self._break:
            self._item.advance(token)
            return
        rest = self._rest()
        self._item.advance(self._vocabulary.end)
        self._taken.append(self._item.spans)
        self._item = SpanCursor(rest, self._vocabulary)

    @property
    def spans(self) -> list[tuple[int, int]]:
        """The places of the first item."""
        return self.items[0]

    @property
    def items(self) -> list[list[tuple[int, int]]]:
        return [*self._taken, self._item.spans]

    @property
    def finished(self) -> list[list[tuple[int, int]]]:
        """The places of the items that another was begun after."""
        return list(self._taken)

    @property
    def literal(self) -> str | None:
        return None if self._taken else self._item.literal

    def _rest(self) -> SpanSet:
        """Where further items may stand: outside of the first places of those there are."""
        here = [place for place in self._item.spans if self._set.may_stop(*place)]
        taken = [places[0] for places in (*self._taken, here) if places]
        limits = {
            start: limit
            for start, limit in self._set.limits.items()
            if not any(first <= start < last for first, last in taken)
        }
        return replace(self._set, limits=limits, literals=(), _first={})
