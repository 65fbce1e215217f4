"""How do the files of text/ become numbered clauses whose cross references resolve?

One line is one paragraph. What it is, its first characters say:

    # Title @key      a Clause            ## Title @key     a Clause of the second level
    @@ Title @key     a Schedule          @@@ Title         a Part of it
    %% Title          1. in a Schedule    % text            1.1 in a Schedule
    - text            (a)                 -- text           (i)
    + text            (1), the parties    | a | b |         a row of the table begun by !table
    !command text     layout: a cover line, a signature, the beginning of a letter

`{key}` is replaced by "Clause 8.3 (Margin)" or "Schedule 2 (Conditions precedent)".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

_PREFIXES = (
    ("@@@ ", "part"),
    ("@@ ", "schedule"),
    ("## ", "subclause"),
    ("# ", "clause"),
    ("%% ", "item_heading"),
    ("% ", "item"),
    ("-- ", "subparagraph"),
    ("- ", "paragraph"),
    ("+ ", "party"),
)
_KEY = re.compile(r" @(\w+)$")
_REFERENCE = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Line:
    """One paragraph or one table. `text` is marked up: **bold**, *italic*."""

    kind: str
    text: str
    number: str = ""
    key: str = ""
    rows: tuple[tuple[str, ...], ...] = ()


def agreement_lines() -> list[Line]:
    """The whole agreement, from the files of text/ in the order of their names."""
    files = sorted((Path(__file__).parent / "text").glob("*.txt"))
    return lines_of(file.read_text("utf-8") for file in files)


def lines_of(texts: Iterable[str]) -> list[Line]:
    """The paragraphs of the files, in order, numbered, every reference written out.

    A reference to a key that no clause or schedule has is a KeyError.
    """
    numbering = _Numbering()
    lines = [numbering.numbered(line) for text in texts for line in _parsed(text)]
    names = {line.key: _name_of(line) for line in lines if line.key}
    return [_with_references(line, names) for line in lines]


@dataclass
class _Numbering:
    """The counters, by kind. A count begins again after anything that stands above it."""

    counts: dict[str, int] = field(default_factory=dict)

    def numbered(self, line: Line) -> Line:
        match line.kind:
            case "clause":
                return replace(line, number=f"{self._next('clause', over='subclause')}.")
            case "subclause":
                second = self._next("subclause", over="paragraph")
                return replace(line, number=f"{self.counts['clause']}.{second}")
            case "schedule":
                self.counts["item_heading"] = 0
                return replace(line, number=str(self._next("schedule", over="item")))
            case "part" | "!letter":
                self.counts.update(item_heading=0, item=0)
            case "item_heading":
                return replace(line, number=f"{self._next('item_heading', over='item')}.")
            case "item":
                return replace(line, number=self._item_number())
            case "paragraph":
                letter = chr(96 + self._next("paragraph", over="subparagraph"))
                return replace(line, number=f"({letter})")
            case "party":
                return replace(line, number=f"({self._next('party', over='paragraph')})")
            case "text":
                self.counts["paragraph"] = 0
        return line

    def _item_number(self) -> str:
        number = self._next("item", over="paragraph")
        heading = self.counts.get("item_heading", 0)
        return f"{heading}.{number}" if heading else f"{number}."

    def _next(self, kind: str, *, over: str) -> int:
        self.counts[kind] = self.counts.get(kind, 0) + 1
        self.counts[over] = 0
        return self.counts[kind]


def _parsed(text: str) -> Iterator[Line]:
    rows: list[tuple[str, ...]] = []
    options = ""
    for raw in [*text.splitlines(), ""]:
        if raw.startswith("|"):
            rows.append(tuple(cell.strip() for cell in raw.strip("|").split("|")))
            continue
        if rows:
            yield Line("table", options, rows=tuple(rows))
            rows = []
        if raw.startswith("!table"):
            options = raw.removeprefix("!table").strip()
        elif raw:
            yield _line_of(raw)


def _line_of(raw: str) -> Line:
    if raw.startswith("!"):
        command, _, text = raw.partition(" ")
        return Line(command, text)
    for prefix, kind in _PREFIXES:
        if raw.startswith(prefix):
            text = raw.removeprefix(prefix)
            key = _KEY.search(text)
            return Line(kind, _KEY.sub("", text), key=key[1] if key else "")
    return Line("text", raw)


def _name_of(line: Line) -> str:
    kind = "Schedule" if line.kind == "schedule" else "Clause"
    return f"{kind} {line.number.rstrip('.')} (*{line.text}*)"


def _with_references(line: Line, names: dict[str, str]) -> Line:
    def written_out(text: str) -> str:
        return _REFERENCE.sub(lambda found: names[found[1]], text)

    rows = tuple(tuple(written_out(cell) for cell in row) for row in line.rows)
    return replace(line, text=written_out(line.text), rows=rows)
