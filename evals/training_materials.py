"""Of which documents are fields known that a reader may learn from?

The training parts, where nothing else is asked for: SQuAD's first ten articles, four fifths of
TAT-QA and of Kleister-NDA, and generated documents of the kinds that are for training.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from engine.lookup import Source
from engine.training_prompts import UNNAMED, Known, Material
from evals import kleister_data, tatqa_data
from evals.generated.documents import TRAIN_KINDS, documents, place_of, read
from evals.generated.fact import Fact
from evals.generated.place import find
from evals.squad_data import as_description
from evals.tatqa_documents import as_pdf
from ingest.normalise import normalise
from ingest.passage_cuts import CountTokens
from ingest.passages import passages_of
from ingest.read import document_of
from schemas.document import Document, Grid
from schemas.ingest_settings import IngestSettings

_STRING: Mapping[str, Any] = {"type": ["string", "null"]}
_STRINGS: Mapping[str, Any] = {"type": ["array", "null"], "items": {"type": "string"}}
_NUMBER: Mapping[str, Any] = {"type": ["number", "null"]}
_DATE: Mapping[str, Any] = {"type": ["string", "null"], "format": "date"}
_CELLS_ASKED = 8
_YES, _NO = "yes", "no"

SourceOf = Callable[[Document], Source]


def source_maker(count_tokens: CountTokens) -> SourceOf:
    budget = IngestSettings().passage_tokens
    return lambda document: Source(document, passages_of(document, count_tokens, budget))


def generated(
    source_of: SourceOf, *, per_kind: int, seed: int, kinds: Sequence[str] = TRAIN_KINDS
) -> Iterator[Material]:
    for made in documents(kinds, per_kind=per_kind, seed=seed):
        document = read(made)
        known = [field for fact in made.facts if (field := _known(document, fact)) is not None]
        known += [
            field
            for fact in made.facts
            if "boolean" in _types(fact.schema)
            and (field := _borne_out(document, fact)) is not None
        ]
        yield Material(source_of(document), known)


def reports(
    shared_data: Path, source_of: SourceOf, rng: random.Random, *, held_out: bool = False
) -> Iterator[Material]:
    """TAT-QA: its questions about one place or several, and cells by row label and head."""
    pages = tatqa_data.documents(shared_data, held_out=held_out)
    for page in pages:
        document = document_of(as_pdf(page), "report.pdf", IngestSettings())
        known = [known for raw in page["questions"] for known in _of_question(document, raw)]
        cells = [known for grid in document.grids for known in _cells(document, grid, rng)]
        known += rng.sample(cells, min(_CELLS_ASKED, len(cells)))
        other = rng.choice(pages)
        if other is not page:
            known.append(Known([_words(other["questions"][0])], _STRING))
        yield Material(source_of(document), known)


def agreements(
    shared_data: Path, source_of: SourceOf, *, held_out: bool = False
) -> Iterator[Material]:
    for text, labels in kleister_data.documents(shared_data, held_out=held_out):
        document = document_of(text.encode(), "agreement.txt", IngestSettings())
        known = [
            field
            for name, wordings in 2 * list(kleister_data.WORDINGS.items())
            if (field := _of_label(document, name, wordings, labels)) is not None
        ]
        known += [Known([words], _STRING) for words in kleister_data.ABSENT_FIELDS]
        yield Material(source_of(document), known)


def _known(document: Document, fact: Fact) -> Known | None:
    """None for what is not asked of the model, or stands in no one place."""
    kinds = set(_types(fact.schema))
    items = fact.schema.get("items")
    if items is not None and items.get("type") == "object":
        return None
    if fact.value is None:
        return Known(fact.descriptions, fact.schema, name=_name_of(fact))
    leaves = fact.items or (fact,)
    places = [place_of(document, leaf) for leaf in leaves]
    found = [place for place in places if place is not None]
    if not found or len(found) < len(leaves):
        return None
    texts = tuple(document.text[start:stop] for start, stop in found)
    if "boolean" in kinds:
        texts = (_YES if fact.value else _NO,)
    elif "enum" in fact.schema and str(fact.value).casefold() != texts[0].casefold():
        texts = (str(fact.value),)
        found = _everywhere(document, fact) or found
    return Known(fact.descriptions, fact.schema, texts, tuple(found), _name_of(fact))


def _borne_out(document: Document, fact: Fact) -> Known | None:
    """The words that say yes or no, as they are asked for in use beside the yes or the no."""
    if fact.value is None:
        return Known(fact.descriptions, _STRING, name=_name_of(fact))
    place = place_of(document, fact)
    if place is None:
        return None
    return Known(
        fact.descriptions, _STRING, (document.text[slice(*place)],), (place,), _name_of(fact)
    )


def _name_of(fact: Fact) -> str:
    """None that was numbered through: "untold_3" would tell that nothing answers it."""
    return UNNAMED if re.search(r"\d", fact.name) else fact.name


def _everywhere(document: Document, fact: Fact) -> list[tuple[int, int]]:
    """Wherever the words stand that mean a choice, such as the sign of a currency: a prompt with
    any of them says it."""
    assert fact.quote is not None
    found: list[tuple[int, int]] = []
    begin = 0
    while fact.cell is None and (place := find(document.text[begin:], fact.quote)):
        found.append((begin + place[0], begin + place[1]))
        begin += place[1]
    return found


def _types(schema: Mapping[str, Any]) -> list[str]:
    kind = schema.get("type", [])
    return [kind] if isinstance(kind, str) else list(kind)


def _of_question(document: Document, raw: Mapping[str, Any]) -> Iterator[Known]:
    if raw["answer_type"] not in ("span", "multi-span"):
        return
    answers = [normalise(str(answer)).strip() for answer in raw["answer"]]
    places = [_places(document.text, answer) for answer in answers]
    is_list = raw["answer_type"] == "multi-span" or len(answers) > 1
    if not all(places) or (is_list and any(len(place) > 3 for place in places)):
        return
    wordings = [raw["question"], _words(raw)]
    if is_list:
        yield Known(wordings, _STRINGS, tuple(answers), tuple(place[0] for place in places))
    else:
        yield Known(wordings, _STRING, (answers[0],), tuple(places[0]))


def _words(raw: Mapping[str, Any]) -> str:
    return as_description(str(raw["question"]))


def _places(text: str, answer: str) -> list[tuple[int, int]]:
    pattern = rf"(?<!\w){re.escape(answer)}(?!\w)"
    return [match.span() for match in re.finditer(pattern, text)]


def _cells(document: Document, grid: Grid, rng: random.Random) -> Iterator[Known]:
    """Numbers of a table by the label of their row and the head of their column, where both
    name one row and one column."""
    labels = {int(c[0]): _text(document, c) for c in grid.cells if int(c[1]) == 0}
    heads = [" ".join(document.text[a:b] for a, b in head) for head in grid.heads]
    for cell in grid.cells:
        row, column = int(cell[0]), int(cell[1])
        label, quote = labels.get(row, ""), _text(document, cell)
        is_named = list(labels.values()).count(label) == 1 and heads.count(heads[column]) == 1
        if row < grid.num_head_rows or column == 0 or not is_named:
            continue
        if not re.search(r"[A-Za-z]", label) or not heads[column] or not re.search(r"\d", quote):
            continue
        label, head = label.strip(" :."), heads[column].strip()
        wordings = (
            f"{label}, {head}",
            f"{label} in {head}",
            f"{head}: {label}",
            f"What was {label.lower()} in {head}?",
        )
        yield Known([rng.choice(wordings)], _NUMBER, (quote,), ((int(cell[2]), int(cell[3])),))


def _text(document: Document, cell: Sequence[int]) -> str:
    return document.text[int(cell[2]) : int(cell[3])]


def _of_label(
    document: Document,
    name: str,
    wordings: Sequence[str],
    labels: Mapping[str, list[str]],
) -> Known | None:
    values = labels.get(name)
    schema = {"effective_date": _DATE, "party": _STRINGS}.get(name, _STRING)
    if values is None:
        return Known(wordings, schema, name=name)
    if name == "party":
        places = [
            next(kleister_data.places_of(name, [value], document.text), None) for value in values
        ]
        found = [place for place in places if place is not None]
        if len(found) < len(values):
            return None
    else:
        found = list(kleister_data.places_of(name, values, document.text))
    if not found:
        return None
    texts = tuple(document.text[start:stop] for start, stop in found)
    return Known(wordings, schema, texts if name == "party" else texts[:1], tuple(found), name)
