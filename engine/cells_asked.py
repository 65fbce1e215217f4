"""Which cells of tables are not those that a question asks for, by the time and line it names?

"Leverage at 31 December 2023": of a table under quarters that column alone can answer, and of its
lines the one that is called so, where the question says no more; so it is of a table with a row
for each quarter. Nothing is said of a table that does not name the time that is asked for, nor by
a question that sets something in relation to a time: "before 2023", "since 2021". What stands in
no table is left to the model, and so is which of the cells that are left it is
(docs/decisions/0039).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from engine.columns import stems
from engine.customs import customs_of
from engine.prompt import PlacedPiece, PrefixText
from engine.questions import Question
from engine.times_in_text import times_in
from engine.told_times import Days, agree, is_time, times_told
from schemas.response_schema import Kind

Places = list[tuple[int, int]]
_Head = tuple[int, int, int]  # its document, and where it stands there
_Words = frozenset[str]

_TOLD_IN_CELLS = (Kind.NUMBER, Kind.INTEGER, Kind.STRING)
_LONGEST = 120  # characters of heads that are read for times
_CELL_GLUE, _HEAD_GLUE, _LEVEL_GLUE = " | ", ": ", " "
_RELATED = re.compile(
    r"\b(?:(?:before|after)(?!\s+(?:the\s+)?(?:income\s+)?(?:tax|interest|depreciation|amorti|impair"
    r"|exceptional|extraordinary|dividends|minorit|deduct))|prior|previous|preceding|earlier|later"
    r"|comparatives?|since|from\s+(?:the\s+)?(?:[a-z]{3,9}\s+)?\d|between|opening|beginning|start"
    r"|brought forward|latest|last year|e\.\s?g|eg|examples?|such as|dated"
    r"|(?:vor|nach)(?!\s+(?:steuern|zinsen|abschreib))|seit|ab|zwischen|vorjahr\w*|z\.\s?b|beispiel"
    r"|avant|apr[èe]s|depuis|entre|pr[ée]c[ée]dente?|antes|despu[ée]s|desde|anterior|prima|dopo"
    r"|precedente)\b",
    re.IGNORECASE,
)
"""What sets the value that is asked for in relation to a time that is named, or names one for an
example."""
_UNIT = re.compile(r"\(\s*(?:x|[£€$¥]|[A-Z]{3}|[£€$¥]?\s?(?:k|m|bn|'?000s?))\s*\)")
_A_WORD = re.compile(r"[^\W_]+|%")
_SAYS_LITTLE = frozenset(
    _A_WORD.findall(
        "a an the at as of in for on is are was were what how much many value amount figure end"
        " ended ending year years quarter quarters month months period thousand thousands million"
        " millions"
    )
)
_A_YEAR = re.compile(r"\b(?:years?|jahr\w*|ann[ée]e|año|anno|jaar)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Cell:
    """A cell of the prompt with its heads, in words too, their times and its own."""

    start: int
    stop: int
    text: str
    heads: tuple[_Head, ...]
    told: str
    times: tuple[Days, ...]
    own_times: tuple[Days, ...]

    @property
    def place(self) -> tuple[int, int]:
        return self.start, self.stop


_Row = list[_Cell]


class AskedCells:
    """The tables of a prompt, made out once for all the questions about it."""

    def __init__(self, text: PrefixText) -> None:
        self._text = text

    def others(self, question: Question) -> Places:
        """The cells that the question does not ask for; none for one that names no time, or that a
        cell does not answer by itself. A number that is asked for is no year of the times that
        those tables tell, unless it is one."""
        kind, said = question.node.kind, question.asked
        if kind not in _TOLD_IN_CELLS or _RELATED.search(said):
            return []
        asked = times_told(question.text, self._day_first) or times_told(said, self._day_first)
        if not asked:
            return []
        is_year = kind is Kind.STRING or (kind is Kind.INTEGER and _A_YEAR.search(said))
        words = _words_of(said)
        by_row = {key for table in self._tables if table.tells_by_row(asked) for key in table.keys}
        places: Places = []
        for table in self._tables:
            if table.tells_by_column(asked):
                places += table.others_by_column(asked, words)
            elif table.keys & by_row:
                places += table.others_by_row(asked, words)
            else:
                continue
            places += [] if is_year else self._times_told(table)
        return places

    @cached_property
    def _day_first(self) -> bool | None:
        return customs_of(self._text.text).day_first

    @cached_property
    def _tables(self) -> list[_Table]:
        return _tables_of(_rows_of(self._text, self._day_first))

    @cached_property
    def _whole_rows(self) -> list[PlacedPiece]:
        """Among them the rows of heads, as they stand in the document."""
        return [piece for piece in self._text.pieces if _CELL_GLUE in piece.text]

    @cached_property
    def _pieces(self) -> dict[_Head, list[PlacedPiece]]:
        found: dict[_Head, list[PlacedPiece]] = defaultdict(list)
        for piece in self._text.pieces:
            found[_head_of(piece)].append(piece)
        return found

    def _times_told(self, table: _Table) -> Iterator[tuple[int, int]]:
        """Wherever the prompt has them: in the row of heads, and before each cell again."""
        yield from (row[0].place for row in table.rows if row[0].own_times)
        for head in {head for row in table.rows for c in row if c.times for head in c.heads}:
            document, *bounds = head
            rows = (piece for piece in self._whole_rows if piece.document == document)
            in_rows = (part for piece in rows if (part := piece.part(*bounds)) is not None)
            for piece in (*self._pieces[head], *in_rows):
                yield piece.prompt_start, piece.prompt_start + len(piece.text)


@dataclass(frozen=True, slots=True)
class _Table:
    """Rows that share heads. Tables under the same heads have a key in common."""

    rows: list[_Row]

    @property
    def keys(self) -> set[tuple[int, str]]:
        return {
            (cell.heads[0][0], " | ".join(one.told for one in row))
            for row in self.rows
            for cell in row
            if cell.heads
        }

    def tells_by_column(self, asked: Sequence[Days]) -> bool:
        return any(agree(cell.times, asked) for row in self.rows for cell in row)

    def tells_by_row(self, asked: Sequence[Days]) -> bool:
        return any(row[0].own_times and agree(_row_times(row), asked) for row in self.rows)

    def others_by_column(self, asked: Sequence[Days], words: _Words) -> Places:
        """Of a table with times across the top: what is under others, and the other lines."""
        labels = [_words_of(row[0].text) if not row[0].heads else None for row in self.rows]
        is_named = bool(words) and words in labels
        return [
            cell.place
            for row, label in zip(self.rows, labels, strict=True)
            for cell in row
            if (cell.times and not agree(cell.times, asked))
            or (is_named and cell.heads and label != words)
        ]

    def others_by_row(self, asked: Sequence[Days], words: _Words) -> Places:
        """Of one with times down the side: the rows of others, and the other columns."""
        told = {_words_of(cell.told) for row in self.rows for cell in row[1:]}
        is_named = bool(words) and words in told
        return [
            cell.place
            for row in self.rows
            for at, cell in enumerate(row)
            if (row[0].own_times and not agree(_row_times(row), asked))
            or (is_named and at > 0 and cell.heads and _words_of(cell.told) != words)
        ]


def _row_times(row: _Row) -> list[Days]:
    """Of all its cells, and of two or more all that is between them: from, and to."""
    times = [days for cell in row for days in cell.own_times]
    if len(times) < 2:
        return times
    return [*times, (min(first for first, _ in times), max(last for _, last in times))]


@lru_cache(maxsize=4096)
def _words_of(text: str) -> _Words:
    """The stems of the words that say what is meant, without times and units."""
    left, at = [], 0
    for start, stop, _ in sorted(times_in(text)):
        left.append(text[at : max(at, start)])
        at = max(at, stop)
    words = _A_WORD.findall(_UNIT.sub(" ", " ".join([*left, text[at:]])))
    return frozenset(stems(" ".join(w for w in words if w.lower() not in _SAYS_LITTLE)))


def _tables_of(rows: Iterable[_Row]) -> list[_Table]:
    """By the heads that rows share, which stand at one place in the document."""
    tables: list[tuple[set[_Head], list[_Row]]] = []
    by_head: dict[_Head, int] = {}
    for row in rows:
        heads = {head for cell in row for head in cell.heads}
        if not heads:
            continue
        known = {by_head[head] for head in heads if head in by_head}
        first, *more = sorted(known) or [len(tables)]
        if first == len(tables):
            tables.append((set(), []))
        for other in more:
            tables[first][0].update(tables[other][0])
            tables[first][1].extend(tables[other][1])
            tables[other][0].clear()
            tables[other][1].clear()
        tables[first][0].update(heads)
        tables[first][1].append(row)
        by_head.update(dict.fromkeys(tables[first][0] if more else heads, first))
    return [_Table(own) for _, own in tables if own]


def _rows_of(text: PrefixText, day_first: bool | None) -> Iterator[_Row]:
    """The rows of tables, told as cells behind their heads: "label | head: cell | head: cell"."""
    row: _Row = []
    heads: list[PlacedPiece] = []
    for at, piece in enumerate(text.pieces):
        stop = piece.prompt_start + len(piece.text)
        is_last = at + 1 == len(text.pieces)
        glue = "" if is_last else text.text[stop : text.pieces[at + 1].prompt_start]
        if glue in (_HEAD_GLUE, _LEVEL_GLUE):
            heads.append(piece)
            continue
        row.append(_cell_of(piece, heads, day_first))
        heads = []
        if glue != _CELL_GLUE:
            yield row
            row = []


def _cell_of(piece: PlacedPiece, heads: Sequence[PlacedPiece], day_first: bool | None) -> _Cell:
    told = " ".join(head.text for head in heads)
    return _Cell(
        piece.prompt_start,
        piece.prompt_start + len(piece.text),
        piece.text,
        tuple(map(_head_of, heads)),
        told,
        times_told(told, day_first) if len(told) <= _LONGEST else (),
        times_told(piece.text, day_first) if is_time(piece.text) else (),
    )


def _head_of(piece: PlacedPiece) -> _Head:
    return piece.document, piece.document_start, piece.document_start + len(piece.text)
