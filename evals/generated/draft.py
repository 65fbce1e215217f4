"""How does what was written become a file with its facts?"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from evals.generated.blocks import Block, flat
from evals.generated.fact import Fact, GeneratedDocument
from evals.generated.field import Field
from evals.generated.marks import Marked, marked_in
from evals.generated.pdf_file import pdf_of, pdf_style
from evals.generated.pen import Pen
from evals.generated.sheets import SheetRows, delimited_of, marked_cells, workbook_of
from evals.generated.text_file import markdown_of, text_of

_MAX_PRESENT, _ABSENT_SHARE = 15, 0.34


@dataclass(frozen=True, slots=True)
class Paper:
    """A document of blocks. The suffix of the name says what file it becomes."""

    name: str
    blocks: Sequence[Block]
    running_head: str = ""
    running_foot: str = ""


@dataclass(frozen=True, slots=True)
class Book:
    """A document of sheets; a delimited file has one, called as the file."""

    name: str
    sheets: Sequence[SheetRows]
    delimiter: str = ","


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of document. Kinds of one family state fields of each other."""

    name: str
    family: str
    fields: tuple[Field, ...]
    write: Callable[[Pen], Paper | Book]
    countries: tuple[str, ...] = ()


def document_of(kind: Kind, rng: random.Random, foreign: Sequence[Field]) -> GeneratedDocument:
    """`foreign` are fields that no document of this kind states."""
    pen = Pen(rng, kind.fields, kind.countries)
    draft = kind.write(pen)
    if isinstance(draft, Paper):
        data, words = _paper(draft, rng), _marked_words(draft)
    else:
        data, words = _book(draft), _marked_values(draft)
    facts = _facts(pen, words, foreign)
    return GeneratedDocument(kind.name, draft.name, data, facts)


def _paper(draft: Paper, rng: random.Random) -> bytes:
    if draft.name.endswith(".md"):
        return markdown_of(draft.blocks).encode()
    if draft.name.endswith(".txt"):
        return text_of(draft.blocks, rng.choice([72, 84, 100])).encode()
    return pdf_of(draft.blocks, pdf_style(rng, draft.running_head, draft.running_foot))


def _book(draft: Book) -> bytes:
    if draft.name.endswith(".csv"):
        return delimited_of(draft.sheets[0], draft.delimiter)
    return workbook_of(draft.sheets)


@dataclass(frozen=True, slots=True)
class _Words:
    quote: str
    after: str = ""
    cell: str | None = None


def _marked_words(draft: Paper) -> dict[str, _Words]:
    found: Mapping[str, Marked] = marked_in(flat(draft.blocks))
    return {key: _Words(words.quote, words.after) for key, words in found.items()}


def _marked_values(draft: Book) -> dict[str, _Words]:
    found: dict[str, _Words] = {}
    for key, shown, cell in marked_cells(draft.sheets):
        found.setdefault(key, _Words(marked_in(shown)[key].quote, "", cell))
    return found


def _facts(pen: Pen, words: Mapping[str, _Words], foreign: Sequence[Field]) -> tuple[Fact, ...]:
    assert pen.values.keys() <= pen.fields.keys(), pen.values.keys() - pen.fields.keys()
    stated = [name for name in pen.fields if name in pen.values]
    silent = [field for name, field in pen.fields.items() if name not in pen.values]
    present = pen.some(stated, _MAX_PRESENT, _MAX_PRESENT)
    absent = [field for field in silent if field.is_lure] or _absent(
        pen, silent, foreign, max(3, round(len(present) * _ABSENT_SHARE))
    )
    facts = [_fact(pen.fields[name], pen.values[name], words) for name in present]
    facts += [Fact(f.name, f.descriptions, f.schema, None, None) for f in absent]
    return tuple(pen.shuffled(facts))


def _absent(pen: Pen, silent: Sequence[Field], foreign: Sequence[Field], num: int) -> list[Field]:
    absent = pen.some(silent, (num + 1) // 2, num)
    others = [field for field in foreign if field.name not in pen.fields]
    return absent + pen.some(others, num - len(absent), num - len(absent))


def _fact(field: Field, value: Any, words: Mapping[str, _Words]) -> Fact:
    items = tuple(_items(field.name, value, words)) if isinstance(value, list) else ()
    own = words.get(field.name) or (_Words("") if items else None)
    assert own is not None, f"{field.name} is stated, but not in the document"
    quote = own.quote or None
    return Fact(
        field.name, field.descriptions, field.schema, value, quote, own.after, own.cell, items
    )


def _items(key: str, values: Sequence[Any], words: Mapping[str, _Words]) -> Iterator[Fact]:
    for number, value in enumerate(values):
        name = f"{key}#{number}"
        if isinstance(value, dict):
            cells = tuple(
                _stated(prop, part, words[f"{name}#{prop}"]) for prop, part in value.items()
            )
            yield Fact(name, (), {}, value, None, items=cells)
        else:
            yield _stated(name, value, words[name])


def _stated(name: str, value: Any, words: _Words) -> Fact:
    return Fact(name, (), {}, value, words.quote, words.after, words.cell)
