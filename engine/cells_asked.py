"""Which cells of tables are not those that a question asks for, by the time and line it names?

"Leverage at 31 December 2023": of a table under quarters that column alone can answer, and of its
lines the one that is called so, where the question says no more; so it is of a table with a row
for each quarter.
Nothing is said of a table that does not name the time that is asked for: what it tells may be of
that time all the same. What stands in no table is left to the model, and so is which of the cells
that are left it is (docs/decisions/0039).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache

from engine.columns import stems
from engine.prompt import PlacedPiece, PrefixText
from engine.questions import Question, spaced
from engine.table_words import GRAMMAR
from engine.times_in_text import times_in
from schemas.response_schema import Kind

Places = list[tuple[int, int]]
_Days = tuple[date, date]
_Head = tuple[int, int, int]  # its document, and where it stands there
_Repeated = tuple[int, str]  # the heads of a row: its document, and their words
_Words = frozenset[str]

_TOLD_IN_CELLS = (Kind.NUMBER, Kind.INTEGER, Kind.STRING)
_LONGEST = 60  # characters of a head or label that is read for times
_CELL_GLUE, _HEAD_GLUE, _LEVEL_GLUE = " | ", ": ", " "
_RANGE = re.compile(r"\s*(?:-|–|to|through|until)\s*", re.IGNORECASE)
_FISCAL = re.compile(
    r"\b(?:FY\s?['’]?(?:20)?|(?:fiscal|financial)(?: years?)?\s20)(\d\d)\b", re.IGNORECASE
)
_LABEL = re.compile(
    r"(?:\W|FY|fiscal|financial|years?|quarters?|months?|period|ended|ending|at|as|of|the|on"
    r"|from|between|to|and|through|until|Q[1-4])*",
    re.IGNORECASE,
)
_SAYS_LITTLE = "much many end fiscal financial company group allowed permitted"
_UNIT = re.compile(r"\([^()]{0,12}\)|\b(?:thousands?|millions?|billions?)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Cell:
    """A cell of the prompt with its heads, in words too, and their times."""

    start: int
    stop: int
    text: str
    heads: tuple[_Head, ...]
    told: str
    times: tuple[_Days, ...]

    @property
    def place(self) -> tuple[int, int]:
        return self.start, self.stop


_Row = list[_Cell]


@dataclass(frozen=True, slots=True)
class _Named:
    """The words of a question, its groups among them, and those of its field alone."""

    words: _Words
    own: _Words

    def among(self, called: Sequence[_Words]) -> Collection[_Words]:
        """Of what lines or columns are called, those that the question names by all their words;
        not leverage where it names the maximum leverage, if there is such. None where the field
        says more than their names: "staff costs per head" are not the staff costs."""
        met = {own for own in called if own and own <= self.words}
        fullest = [own for own in met if not any(own < other for other in met)]
        return fullest if self.own <= _grammar().union(*fullest) else []


def cells_not_asked_for(text: PrefixText, question: Question) -> Places:
    """Where they stand in the prompt; none for a question that names no time, or that a cell does
    not answer by itself. No number that is asked for is a year of the times that a table tells."""
    node = question.node
    if node.kind not in _TOLD_IN_CELLS:
        return []
    said = question.text if _asked(question.text) else question.asked
    asked = _asked(said)
    if not asked:
        return []
    own = _words_of(node.description.strip() or spaced(node.name))
    named = _Named(_words_of(said), own)
    places: Places = []
    for table in _tables_of(text):
        others = _by_column(table, asked, named) or _by_row(table, asked, named)
        places += others
        if others and node.kind is not Kind.STRING:
            places += _times_told(text, table)
    return places


def _times_told(text: PrefixText, table: Sequence[_Row]) -> Iterator[tuple[int, int]]:
    """Wherever the prompt has them: in the row of heads, and before each cell again."""
    yield from (row[0].place for row in table if _label_times(row))
    heads = {head for row in table for cell in row if cell.times for head in cell.heads}
    for piece in text.pieces:
        for document, start, stop in heads:
            if document == piece.document and (part := piece.part(start, stop)) is not None:
                yield part.prompt_start, part.prompt_start + len(part.text)


def _by_column(table: Sequence[_Row], asked: Sequence[_Days], named: _Named) -> Places:
    """Of a table with times across the top: what is under others, and the other lines."""
    if not any(_agree(cell.times, asked) for row in table for cell in row):
        return []
    labels = [_label_words(row) for row in table]
    lines = named.among(labels)
    return [
        cell.place
        for row, label in zip(table, labels, strict=True)
        for cell in row
        if (cell.times and not _agree(cell.times, asked))
        or (lines and cell.heads and label not in lines)
    ]


def _by_row(table: Sequence[_Row], asked: Sequence[_Days], named: _Named) -> Places:
    """Of a table with times down the side: the rows of others, and the other columns."""
    times = [_label_times(row) for row in table]
    if not any(_agree(own, asked) for own in times):
        return []
    columns = named.among([_words_of(cell.told) for row in table for cell in row[1:]])
    return [
        cell.place
        for row, own in zip(table, times, strict=True)
        for at, cell in enumerate(row)
        if (own and not _agree(own, asked))
        or (columns and at > 0 and cell.heads and _words_of(cell.told) not in columns)
    ]


@cache
def _grammar() -> _Words:
    return frozenset(stems(" ".join((*GRAMMAR, _SAYS_LITTLE))))


def _asked(question: str) -> tuple[_Days, ...]:
    """A fiscal year may end on a day of the next: 2019 on 1 February 2020."""
    fiscal = {2000 + int(match[1]) for match in _FISCAL.finditer(question)}
    return tuple(
        (first, date(last.year + 1, 3, 31) if first.year in fiscal and last > first else last)
        for first, last in _times(question)
    )


def _agree(times: Sequence[_Days], asked: Sequence[_Days]) -> bool:
    """Whether one lies within the other: a day in its year, a year about its day."""
    return any(
        (first <= begin and end <= last) or (begin <= first and last <= end)
        for first, last in times
        for begin, end in asked
    )


def _label_words(row: _Row) -> _Words:
    return frozenset() if row[0].heads else _words_of(row[0].text)


def _label_times(row: _Row) -> tuple[_Days, ...]:
    """Of the first cell: where it says little else, so that the row is of that time."""
    return _times(row[0].text) if _is_label(row[0].text) else ()


@lru_cache(maxsize=4096)
def _is_label(text: str) -> bool:
    left, at = [], 0
    for start, stop, _ in times_in(text) if len(text) <= _LONGEST else ():
        left.append(text[at:start])
        at = stop
    return bool(left) and _LABEL.fullmatch(" ".join([*left, text[at:]])) is not None


@lru_cache(maxsize=4096)
def _words_of(text: str) -> _Words:
    """Their stems, without the times and the unit."""
    left, at = [], 0
    for start, stop, _ in sorted(times_in(text)):
        left.append(text[at : max(at, start)])
        at = max(at, stop)
    return frozenset(stems(_UNIT.sub(" ", " ".join([*left, text[at:]]))))


@lru_cache(maxsize=4096)
def _times(text: str) -> tuple[_Days, ...]:
    """Two that are the ends of a range are one."""
    found: list[tuple[int, int, _Days]] = []
    for start, stop, (first, last) in sorted(times_in(text)):
        if found and _RANGE.fullmatch(text[found[-1][1] : start]):
            begin, _, (earliest, _) = found[-1]
            found[-1] = begin, stop, (earliest, last)
        else:
            found.append((start, stop, (first, last)))
    return tuple(days for _, _, days in found)


def _tables_of(text: PrefixText) -> list[list[_Row]]:
    """Rows that share a head are of one table, and so are those under the same heads repeated,
    where it goes on over a page."""
    tables: list[tuple[set[_Head | _Repeated], list[_Row]]] = []
    for row in _rows_of(text):
        heads = _heads_of(row)
        if not heads:
            continue
        same = [table for table in tables if table[0] & heads]
        if not same:
            tables.append((heads, [row]))
            continue
        first, *more = same
        first[0].update(heads, *(table[0] for table in more))
        first[1].extend([*(row for table in more for row in table[1]), row])
        tables = [table for table in tables if not any(table is other for other in more)]
    return [rows for _, rows in tables]


def _heads_of(row: _Row) -> set[_Head | _Repeated]:
    own = {head for cell in row for head in cell.heads}
    together = " | ".join(cell.told for cell in row)
    return own | {(document, together) for document, _, _ in own}


def _head_of(piece: PlacedPiece) -> _Head:
    return piece.document, piece.document_start, piece.document_start + len(piece.text)


def _rows_of(text: PrefixText) -> Iterator[_Row]:
    """The rows of tables, told as cells behind their heads: "label | head: cell | head: cell"."""
    row: _Row = []
    heads: list[PlacedPiece] = []
    for piece, after in zip(text.pieces, (*text.pieces[1:], None), strict=True):
        stop = piece.prompt_start + len(piece.text)
        glue = text.text[stop : after.prompt_start] if after is not None else "\n"
        if glue == _HEAD_GLUE or (glue == _LEVEL_GLUE and after is not None):
            heads.append(piece)
            continue
        row.append(_cell_of(piece, heads))
        heads = []
        if glue != _CELL_GLUE:
            yield row
            row = []


def _cell_of(piece: PlacedPiece, heads: Sequence[PlacedPiece]) -> _Cell:
    told = " ".join(head.text for head in heads)
    return _Cell(
        piece.prompt_start,
        piece.prompt_start + len(piece.text),
        piece.text,
        tuple(map(_head_of, heads)),
        told,
        _times(told) if len(told) <= 2 * _LONGEST else (),
    )
