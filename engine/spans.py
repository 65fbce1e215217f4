"""Which tokens may come next, so that an answer is always a run of the text that was read?

A `SpanSet` says where answers may start and stop in a prompt's text; a `SpanCursor` follows
one answer through it, token by token. Literals (null, the choices of an enum) stand beside the
spans. Everything is decided on characters, so a span may be spelled by any tokens, but for one
thing: a word that is a token is not spelled in parts.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field, replace

from tokenizers import Tokenizer

from engine.prompt import token_id
from engine.spelling import spelling_of

_MAX_TOKEN_CHARACTERS = 24
_WITHOUT_BLANKS = "\u0590"  # Latin, Greek and Cyrillic letters stand before it


class Vocabulary:
    """The tokens by the text they stand for."""

    def __init__(self, tokenizer: Tokenizer, end: str) -> None:
        spelling = spelling_of(tokenizer)
        self.ids = {
            text: token
            for text, token in spelling.texts.items()
            if len(text) <= _MAX_TOKEN_CHARACTERS
        }
        self.bytes = spelling.parts
        self.byte_tokens = spelling.parts_of
        """How a character is spelled that has no token of its own."""
        self.end = token_id(tokenizer, end)

    def tokens_at(self, text: str, start: int, stop: int, lead: str = "") -> list[tuple[int, int]]:
        """Tokens that spell a beginning of lead + text[start:stop], each with where it ends.

        None ends within a word that another spells whole: who would say "no" is not to be led on
        to the "noise" of the text.
        """
        found: list[tuple[int, int]] = []
        for length in range(0 if lead else 1, min(_MAX_TOKEN_CHARACTERS, stop - start) + 1):
            token = self.ids.get(lead + text[start : start + length])
            if token is not None:
                found.append((token, start + length))
        word = _word_at(text, start, lead)
        if not any(end == word.stop for _, end in found):
            return found
        return [(token, end) for token, end in found if end not in word]


def _word_at(text: str, start: int, lead: str) -> range:
    """Where a token would end within a word that begins here, or behind the blank that stands
    here; its stop is where the word ends. None in scripts that set no blanks between words."""
    has_blank = bool(lead) or text[start : start + 1] == " "
    first = start if lead or not has_blank else start + 1
    if not has_blank and first and text[first - 1].isalpha():
        return range(first, first)
    stop = first
    while stop < len(text) and text[stop] < _WITHOUT_BLANKS and text[stop].isalpha():
        stop += 1
    return range(first, stop)


@dataclass(frozen=True)
class SpanSet:
    """Where in `text` an answer may start, and where an answer that started there may stop.

    `stops` are sorted. `limits[start]` is the furthest stop of a start. Literals are answers
    that need not stand in the text. With `wanted`, sorted too, an answer has one of these places.
    """

    text: str
    limits: Mapping[int, int]
    stops: Sequence[int]
    literals: tuple[str, ...] = ()
    wanted: Sequence[int] | None = None
    _first: dict[Vocabulary, dict[int, list[tuple[int, int]]]] = field(
        default_factory=dict, repr=False
    )

    def without(self, places: Iterable[tuple[int, int]]) -> SpanSet:
        """Those that reach into none of these places, however they end."""
        starts: list[int] = []
        furthest: list[int] = []  # of those up to each
        for start, stop in sorted(places):
            starts.append(start)
            furthest.append(max(stop, furthest[-1] if furthest else stop))
        limits = {
            start: limit
            for start, limit in self.limits.items()
            if not (at := bisect_left(starts, limit)) or furthest[at - 1] <= start
        }
        return replace(self, limits=limits, _first={})

    def may_stop(self, start: int, position: int) -> bool:
        return self.is_whole(start, position) and self._has_wanted(start, position)

    def is_whole(self, start: int, position: int) -> bool:
        """Whether it could stop there, if what is wanted were not asked."""
        index = bisect_left(self.stops, position)
        is_stop = index < len(self.stops) and self.stops[index] == position
        return is_stop and start < position <= self.limits[start]

    def _has_wanted(self, start: int, stop: int) -> bool:
        if self.wanted is None:
            return True
        index = bisect_left(self.wanted, start)
        return index < len(self.wanted) and self.wanted[index] < stop

    def first_tokens(self, vocabulary: Vocabulary) -> dict[int, list[tuple[int, int]]]:
        """The first token of an answer (a blank and a beginning of a span) to the starts, and
        how far each is then spelled. Made once: it looks at every start."""
        known = self._first.get(vocabulary)
        if known is None:
            known = {}
            for start, limit in self.limits.items():
                for token, position in vocabulary.tokens_at(self.text, start, limit, " "):
                    known.setdefault(token, []).append((start, position))
            self._first[vocabulary] = known
        return known


class SpanCursor:
    """One answer in the making.

    `allowed()` are the tokens that may come next, `advance(token)` takes one. When the end
    token is taken, `spans` are the places that the answer stands at, `literal` is the literal
    that was spelled, if one was.
    """

    def __init__(self, spans: SpanSet, vocabulary: Vocabulary) -> None:
        self._set = spans
        self._vocabulary = vocabulary
        self._alive: list[tuple[int, int]] = []
        self._pending: list[int] = []  # bytes still to come of a character without a token
        self._literals = [(literal, 0) for literal in spans.literals]
        self._is_first = True
        self.is_done = False

    def copy(self) -> SpanCursor:
        twin = copy(self)
        twin._pending = list(self._pending)
        return twin

    def allowed(self) -> dict[int, None]:
        """Never empty until the end token was taken."""
        return dict.fromkeys(self._next())

    @property
    def is_end_barred(self) -> bool:
        """Whether it would be whole here, but has nothing of what is wanted: the end is weighed
        with the tokens that are allowed, so that going on is no likelier for that."""
        return not self._may_end() and any(self._set.is_whole(*span) for span in self._alive)

    def can_rule_out(self, literal: str) -> bool:
        """Whether something else can be answered; asked before the first token."""
        return bool(self._set.limits) or any(text != literal for text, _ in self._literals)

    def rule_out(self, literal: str) -> None:
        """From here on it is not the answer, however its tokens are cut."""
        self._literals = [(text, at) for text, at in self._literals if text != literal]

    def advance(self, token: int) -> None:
        following = self._next()
        if token == self._vocabulary.end:
            self._finish()
        elif self._pending:
            self._pending.pop(0)
            if not self._pending:
                self._pass_character()
        else:
            self._alive, self._literals = following[token]
            self._start_bytes(token)
        self._is_first = False

    @property
    def spans(self) -> list[tuple[int, int]]:
        return self._alive

    @property
    def items(self) -> list[list[tuple[int, int]]]:
        return [self._alive]

    @property
    def literal(self) -> str | None:
        return self._literals[0][0] if self._literals else None

    def _next(self) -> dict[int, tuple[list[tuple[int, int]], list[tuple[str, int]]]]:
        if self._pending:
            return {self._pending[0]: ([], [])}
        following: dict[int, tuple[list[tuple[int, int]], list[tuple[str, int]]]] = {}
        for token, reached in self._span_tokens().items():
            following[token] = (reached, [])
        lead = " " if self._is_first else ""
        for literal, position in self._literals:
            for token, reached_position in self._literal_tokens(literal, position, lead):
                spans, literals = following.get(token, ([], []))
                following[token] = (spans, [*literals, (literal, reached_position)])
        if self._may_end():
            following[self._vocabulary.end] = ([], [])
        return following

    def _span_tokens(self) -> dict[int, list[tuple[int, int]]]:
        if self._is_first:
            return self._set.first_tokens(self._vocabulary)
        reached: dict[int, list[tuple[int, int]]] = {}
        text = self._set.text
        for start, position in self._alive:
            limit = self._set.limits[start]
            is_spelled = False
            for token, stop in self._vocabulary.tokens_at(text, position, limit):
                is_spelled = True
                reached.setdefault(token, []).append((start, stop))
            if not is_spelled and position < limit:
                first = self._vocabulary.byte_tokens(text[position])[0]
                reached.setdefault(first, []).append((start, position))
        return reached

    def _literal_tokens(self, literal: str, position: int, lead: str) -> list[tuple[int, int]]:
        reached = list(self._vocabulary.tokens_at(literal, position, len(literal), lead))
        if not reached and position < len(literal):
            reached.append((self._vocabulary.byte_tokens(literal[position])[0], position))
        return reached

    def _start_bytes(self, token: int) -> None:
        """After the first byte of a character the rest of its bytes is forced."""
        if token not in self._vocabulary.bytes:
            return
        character = next(
            (self._set.text[position] for _, position in self._alive),
            next((literal[position] for literal, position in self._literals), ""),
        )
        self._alive = [(s, p) for s, p in self._alive if self._set.text[p] == character]
        self._literals = [(text, p) for text, p in self._literals if text[p] == character]
        self._pending = self._vocabulary.byte_tokens(character)[1:]
        if not self._pending:
            self._pass_character()

    def _pass_character(self) -> None:
        self._alive = [(start, position + 1) for start, position in self._alive]
        self._literals = [(literal, position + 1) for literal, position in self._literals]

    def _may_end(self) -> bool:
        return any(self._set.may_stop(*span) for span in self._alive) or any(
            position == len(literal) for literal, position in self._literals
        )

    def _finish(self) -> None:
        self._alive = [span for span in self._alive if self._set.may_stop(*span)]
        self._literals = [(text, at) for text, at in self._literals if at == len(text)]
        self.is_done = True
