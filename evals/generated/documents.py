"""Which documents with known values are there to train and to measure a reader?"""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Iterator

from evals.generated.draft import Kind, document_of
from evals.generated.fact import Fact, GeneratedDocument
from evals.generated.field import Field
from evals.generated.further_wordings import with_further_wordings
from evals.generated.held_out_kinds import KINDS as _HELD_OUT
from evals.generated.place import find
from evals.generated.trained_kinds import KINDS as _TRAINED
from ingest.read import document_of as ingested
from schemas.document import Document
from schemas.ingest_settings import IngestSettings

_CELL = re.compile(r"(?P<sheet>.*)!(?P<column>[A-Z]+)(?P<row>\d+)")
_KINDS = {kind.name: kind for kind in (*_TRAINED, *_HELD_OUT)}

TRAIN_KINDS: tuple[str, ...] = tuple(kind.name for kind in _TRAINED)
CHOOSE_KINDS: tuple[str, ...] = ("conference_programme", "grant_award", "utility_bill")
"""Not trained on; thresholds and calibration are chosen on them."""

HELD_OUT_KINDS: tuple[str, ...] = tuple(
    kind.name for kind in _HELD_OUT if kind.name not in CHOOSE_KINDS
)


def documents(kinds: Iterable[str], *, per_kind: int, seed: int) -> Iterator[GeneratedDocument]:
    """The kinds in turn; the same documents for the same seed, whatever kinds are beside."""
    names = list(kinds)
    asked = {name: with_further_wordings(_KINDS[name]) for name in names}
    foreign = {name: _foreign(kind) for name, kind in asked.items()}
    for number in range(per_kind):
        for name in names:
            rng = random.Random(f"{seed}/{name}/{number}")
            yield document_of(asked[name], rng, foreign[name])


def read(document: GeneratedDocument) -> Document:
    """As the product reads the file."""
    return ingested(document.data, document.name, IngestSettings())


def place_of(document: Document, fact: Fact) -> tuple[int, int] | None:
    """Start and stop in the document's text, None where the words are not found; of a list
    from its first item to its last."""
    if fact.items:
        places = [place_of(document, item) for item in fact.items]
        found = [place for place in places if place is not None]
        if not found or len(found) < len(places):
            return None
        return min(start for start, _ in found), max(stop for _, stop in found)
    if fact.quote is None:
        return None
    if fact.cell is None:
        return find(document.text, fact.quote, fact.after)
    cell = _range_of(document, fact.cell)
    if cell is None:
        return None
    start, stop = cell
    within = find(document.text[start:stop], fact.quote)
    return (start + within[0], start + within[1]) if within else None


def _range_of(document: Document, cell: str) -> tuple[int, int] | None:
    """The text of a cell."""
    parts = _CELL.fullmatch(cell)
    assert parts is not None
    places = document.source_map
    sheet = places.labels.index(parts["sheet"]) + 1
    column = 0
    for letter in parts["column"]:
        column = column * 26 + ord(letter) - 64
    boxes = places.boxes
    here = (places.place == sheet) & (boxes[:, 0] == column) & (boxes[:, 1] == int(parts["row"]))
    rows = here.nonzero()[0]
    if not len(rows):
        return None
    return int(places.start[rows[0]]), int(places.stop[rows[-1]])


def _foreign(kind: Kind) -> list[Field]:
    """What other families on the same side of the split state and this one does not, nor anything
    that is asked for in the same words."""
    side = _TRAINED if kind.name in TRAIN_KINDS else _HELD_OUT
    asked = {wording.casefold() for field in kind.fields for wording in field.descriptions}
    fields = [
        field
        for other in side
        if other.family != kind.family
        for field in other.fields
        if field.is_own and asked.isdisjoint(map(str.casefold, field.descriptions))
    ]
    return list({field.name: field for field in reversed(fields)}.values())[::-1]
