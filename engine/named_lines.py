"""Which lines of the documents does a question name, among others alike?

"The status of request 8f3a-22", in a log of thousands of requests: what an identifier of the
question stands in is read alone, so that its neighbours can not be taken for it. Only where there
are such neighbours: elsewhere what is asked may be said before or after.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from engine.identifiers import has_digit, identifiers_in, places_of, things_in, titles_in
from engine.lexical_index import is_stop_word
from engine.lookup import Lookup, Source
from engine.questions import Question
from engine.statements import Statement, passage_of, statements_of
from engine.tally import Selection
from schemas.document import Passage
from schemas.response_schema import Kind

Lines = tuple[tuple[int, Passage], ...]
"""What is read together, each with the number of its source."""

_MOST_LINES, _MOST_OF_LIST = 4, 40
_SAME_WORDS = 0.6  # of two lines that are worded alike
_MOST_CHARACTERS = 800  # of one line with what belongs to it
_WORD = re.compile(r"\w+")
_DIGITS = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Named:
    """Lines that are read together, and the passages that they stand in. Where the answer stands
    `within` some lines, what is read is the passages."""

    selection: Selection
    lines: Lines
    within: Lines = ()


@dataclass(frozen=True, slots=True)
class _Line:
    """Statement `number` of a passage, which `name` stands in from `start`. A title is quoted in
    the question and has no digit."""

    source: int
    passage: int
    number: int
    start: int
    name: str
    is_title: bool


class NamedLines:
    """Of one request."""

    def __init__(self, sources: Sequence[Source], lookup: Lookup) -> None:
        self._sources, self._lookup = sources, lookup
        self._statements = cache(self._made)

    def of(self, question: Question) -> list[Named]:
        """Of a list each line by itself, in reading order, else all of them at once. None where
        nothing is named, or what is named stands in many lines, or in none that has others
        alike beside it."""
        is_list = question.node.kind is Kind.LIST
        most = _MOST_OF_LIST if is_list else _MOST_LINES
        lines = self._lines(question.text, most)
        if not lines or not self._are_alike(lines, is_list=is_list):
            return []
        read = [self._read(line) for line in lines]
        if is_list:
            each = (Named(((s, p),), ((s, passage),)) for s, p, passage in read)
            return list(dict.fromkeys(each))  # two names may share what belongs to them
        selection = tuple(dict.fromkeys((s, p) for s, p, _ in read))
        own = tuple((s, passage) for s, _, passage in read)
        if not all(line.is_title for line in lines):
            return [Named(selection, own)]
        whole = tuple((s, self._sources[s].passages[p]) for s, p in selection)
        return [Named(selection, whole, within=own)]

    def _lines(self, question: str, most: int) -> list[_Line]:
        """Those with the most of the question's identifiers, of the surest that are rare."""
        titles = titles_in(question)
        for names in identifiers_in(question):
            are_titles = set(names) <= set(titles)
            found = [lines for name in names if (lines := self._with(name, most, are_titles))]
            lines = _with_most(found)
            if 0 < len(lines) <= most:
                return lines
        return []

    def _with(self, name: str, most: int, is_title: bool) -> list[_Line]:
        """The statements that a name stands in; none where they are many."""
        passages = self._lookup.passages_with(name)
        if len(passages) > most:
            return []
        found = [
            _Line(source, passage, number, start, name, is_title)
            for source, passage in passages
            for number, statement in enumerate(self._statements(source, passage))
            if (start := _start_of(name, statement)) is not None
        ]
        return found if len(found) <= most else []

    def _are_alike(self, lines: Sequence[_Line], *, is_list: bool) -> bool:
        if not is_list or len(lines) == 1:
            return any(map(self._has_alike_near, lines))
        words = [_words(self._statement(line)) for line in lines]
        return all(
            self._has_alike_near(line) or _most_shared(words, number) >= _SAME_WORDS
            for number, line in enumerate(lines)
        )

    def _has_alike_near(self, line: _Line) -> bool:
        """In its passage, or in the one before or after."""
        return any(self._is_alike(line, statement) for statement in self._around(line))

    def _is_alike(self, line: _Line, other: Statement) -> bool:
        """Whether another of its kind stands in it behind the same words; of a title it is enough
        that the other is of one form with its line."""
        own, text, lead = self._statement(line), other.text, self._lead(line)
        if other.is_row != own.is_row or any(places_of(line.name, text)):
            return False
        if line.is_title and _is_of_one_form(own, other, line):
            return True
        return any(
            has_digit(text[start:stop]) == has_digit(line.name) and _lead(text, start) == lead
            for start, stop in things_in(text)
        )

    def _lead(self, line: _Line) -> tuple[str, ...]:
        return _lead(self._statement(line).text, line.start)

    def _around(self, line: _Line) -> Iterator[Statement]:
        last = len(self._sources[line.source].passages) - 1
        for passage in range(max(0, line.passage - 1), min(last, line.passage + 1) + 1):
            yield from self._statements(line.source, passage)

    def _read(self, line: _Line) -> tuple[int, int, Passage]:
        """A line with what belongs to it, as a passage."""
        passage = self._sources[line.source].passages[line.passage]
        statements = self._statements(line.source, line.passage)
        own = [statements[at] for at in self._belonging(line, statements)]
        return line.source, line.passage, passage_of(own, passage)

    def _belonging(self, line: _Line, statements: Sequence[Statement]) -> range:
        """Of the statements of its passage: up to the next one alike; where the lines of a
        paragraph end with what names them, from the one before. Nothing more where none alike is
        near."""
        at = line.number
        if statements[at].is_row or not self._has_alike_near(line):
            return range(at, at + 1)
        alike = [n for n, other in enumerate(statements) if n == at or self._is_alike(line, other)]
        own = [n for n, s in enumerate(statements) if s.paragraph == statements[at].paragraph]
        is_behind = own[-1] in alike and own[0] not in alike
        if is_behind and statements[at].begins_line:
            first = max((n + 1 for n in alike if n < at), default=own[0])
            return _within(statements, max(first, own[0]), at + 1, at)
        stop = min((n for n in alike if n > at), default=len(statements))
        return _within(statements, at, stop, at)

    def _statement(self, line: _Line) -> Statement:
        return self._statements(line.source, line.passage)[line.number]

    def _made(self, source: int, passage: int) -> list[Statement]:
        return statements_of(self._sources[source].passages[passage])


def _with_most(found: Iterable[Sequence[_Line]]) -> list[_Line]:
    """The lines that most names stand in, once each, in reading order."""
    names: dict[tuple[int, int, int], list[_Line]] = {}
    for lines in found:
        for line in lines:
            names.setdefault((line.source, line.passage, line.number), []).append(line)
    most = max(map(len, names.values()), default=0)
    return [names[place][0] for place in sorted(names) if len(names[place]) == most]


def _start_of(name: str, statement: Statement) -> int | None:
    """Where it stands in a statement. Words without a digit name a row by its whole cell: others
    only say of what kind it is."""
    if statement.is_row and not has_digit(name):
        cells = [piece.text.strip().casefold() for piece in statement.pieces]
        if name.casefold() not in cells:
            return None
    return next((start for start, _ in places_of(name, statement.text)), None)


def _is_of_one_form(own: Statement, other: Statement, line: _Line) -> bool:
    """Whether two rows have as many cells, or two lines begin alike up to the title, digits aside.
    A row says more than the title by numbers or a third cell, where two may be a label and what
    it labels; a line by numbers before the title and words behind it."""
    if own.is_row:
        cells = _cells(own)
        says_more = len(cells) > 2 or any(map(has_digit, cells))
        return len(cells) == len(_cells(other)) > 1 and says_more
    lead, rest = own.text[: line.start], own.text[line.start + len(line.name) :]
    is_whole = not rest.strip() or not _WORD.match(rest.lstrip())
    if not (own.begins_line and other.begins_line and is_whole and _numbers(lead, rest)):
        return False
    return _DIGITS.sub("0", other.text).startswith(_DIGITS.sub("0", lead))


def _cells(statement: Statement) -> list[str]:
    """Of a row, without the heads that are told before them."""
    pieces = statement.pieces
    behind = [*(piece.text for piece in pieces[1:]), ""]
    return [
        piece.text
        for piece, glue in zip(pieces, behind, strict=True)
        if piece.start >= 0 and not glue.startswith(":")
    ]


def _numbers(lead: str, rest: str) -> bool:
    """Whether numbers stand before a title that say more than which one of a list it is."""
    num_digits = sum(map(str.isdigit, lead))
    return num_digits > 2 or (num_digits > 0 and any(map(str.isalpha, rest)))


def _words(statement: Statement) -> set[str]:
    return {word for word in _WORD.findall(statement.text.casefold()) if not has_digit(word)}


def _most_shared(words: Sequence[set[str]], number: int) -> float:
    """The share of the words of one that the one most alike of the others has."""
    own = words[number]
    others = (other for at, other in enumerate(words) if at != number)
    return max((len(own & other) / len(own | other) for other in others if own), default=0.0)


def _lead(text: str, start: int) -> tuple[str, ...]:
    """The words before a place back to one that is no grammar, digits aside."""
    lead: list[str] = []
    for word in reversed(_WORD.findall(text[:start].casefold())):
        lead.append(_DIGITS.sub("0", word))
        if not is_stop_word(word):
            break
    return tuple(lead)


def _within(statements: Sequence[Statement], start: int, stop: int, at: int) -> range:
    """As many of a run as there is room for, with the one at `at`; rows are no part of it."""
    size = 0
    first, last = at, at + 1
    for number in [*range(at, stop), *reversed(range(start, at))]:
        size += len(statements[number].text)
        if number != at and (size > _MOST_CHARACTERS or statements[number].is_row):
            break
        first, last = min(first, number), max(last, number + 1)
    return range(first, last)
