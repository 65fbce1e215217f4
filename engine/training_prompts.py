"""Which prompts does a reader learn from? Those of the product, about known documents.

Passages are cut by `ingest` and chosen by the lookup, questions are worded by
`engine.questions`; what is answered stands in the passages, or nowhere in them.
"""

from __future__ import annotations

import random
import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from engine.disk_cache import DiskCache
from engine.lookup import Lookup, Source
from engine.prompt import NO, YES, PrefixText, prefix_of
from engine.questions import Question, questions_of
from engine.redaction import redacted
from engine.tally import Selection
from engine.tuning import Example, Target
from schemas.response_schema import Kind, parse

_BUDGETS = (250, 400, 550, 750, 1000)
_WHOLE = 800  # tokens: documents up to this are mostly read whole
_MOST_ASKED = 14
UNNAMED = "field"  # says nothing to a reader (`engine.questions`)
_UNNAMED_SHARE, _OWN_NAME_SHARE = 0.4, 0.3


class Answered(Protocol):
    """What is to be answered, and where it stands in the document's text. No `items`: the
    document does not say."""

    @property
    def items(self) -> tuple[str, ...]: ...
    @property
    def places(self) -> tuple[tuple[int, int], ...]: ...


@dataclass(frozen=True, slots=True)
class Known:
    """A field that can be asked of a document: ways to ask, and what is to be answered.

    `places` are in the document's text; no `items`: the document does not say.
    """

    descriptions: Sequence[str]
    schema: Mapping[str, Any]
    items: tuple[str, ...] = ()
    places: tuple[tuple[int, int], ...] = ()
    name: str = UNNAMED


@dataclass(frozen=True, slots=True)
class Material:
    source: Source
    known: Sequence[Known]


def examples_of(
    material: Material, rng: random.Random, most: int, *, redacted_share: float = 0.0
) -> Iterator[Example]:
    """Up to `most` prompts about one document; a share of them no longer says some of what is
    asked (`engine.redaction`)."""
    asked = [(known, question_about(known, rng)) for known in material.known]
    return prompts_of(material.source, asked, rng, most, redacted_share=redacted_share)


def prompts_of(
    source: Source,
    asked: Sequence[tuple[Answered, Question]],
    rng: random.Random,
    most: int,
    *,
    redacted_share: float = 0.0,
) -> Iterator[Example]:
    """The same of questions as they are."""
    present = [pair for pair in asked if pair[0].items]
    absent = [pair for pair in asked if not pair[0].items]
    rng.shuffle(present)
    selections = _selections(source, [question for _, question in present], rng)
    left = list(present)
    for _, selection in zip(range(most), selections, strict=False):
        prefix = prefix_of((0, source.passages[p]) for _, p in selection)
        answered: list[tuple[Answered, Target]] = []
        for known, question in left:
            target = _target_of(known, question, prefix)
            if target is not None and len(answered) < _MOST_ASKED * 3 // 4:
                answered.append((known, target))
        taken = [known for known, _ in answered]
        left = [pair for pair in left if pair[0] not in taken]
        text, targets = prefix.text, [target for _, target in answered]
        if redacted_share and rng.random() < redacted_share:
            text, targets = _redacted(prefix, answered, rng)
        num_absent = round(len(targets) * rng.uniform(0.1, 0.5) + rng.random())
        missed = [pair for pair in left if _is_nowhere(pair[0], prefix)]
        for _, question in rng.sample(absent, min(num_absent, len(absent))):
            targets.append(Target(question.asking, ()))
        for _, question in missed[: num_absent // 2]:
            targets.append(Target(question.asking, ()))
        rng.shuffle(targets)
        if targets:
            yield Example(text, tuple(targets[:_MOST_ASKED]))


def _redacted(
    prefix: PrefixText, answered: Sequence[tuple[Answered, Target]], rng: random.Random
) -> tuple[str, list[Target]]:
    """A text that no longer says one to three of what it said, with what is to be answered then.

    What stood beside it and went with it is not said either; what is said in part is not asked.
    """
    placed = [(_all_placed(prefix, known), target) for known, target in answered]
    single = [(places, target) for places, target in placed if len(target.items) == 1]
    chosen = rng.sample(single, min(len(single), rng.randint(1, 3)))
    unsaid = [place for places, target in chosen for place in places]
    unsaid += [
        match.span()
        for _, target in chosen
        if target.asking.choices != (YES, NO)
        for match in re.finditer(rf"(?<!\w){re.escape(target.items[0])}(?!\w)", prefix.text)
    ]
    left = redacted(prefix.text, unsaid, rng) if unsaid else None
    if left is None:
        return prefix.text, [target for _, target in answered]
    text, removed = left
    targets = []
    for places, target in placed:
        is_kept = [not any(a < stop and start < b for a, b in removed) for start, stop in places]
        if all(is_kept) if len(target.items) > 1 else any(is_kept):
            targets.append(target)
        elif not any(is_kept) and (
            target.asking.choices == (YES, NO) or not _says_any(text, target.items)
        ):
            targets.append(Target(target.asking, ()))
    return text, targets


def _all_placed(prefix: PrefixText, known: Answered) -> list[tuple[int, int]]:
    return [place for start, stop in known.places if (place := _placed(prefix, start, stop))]


def _says_any(text: str, items: Sequence[str]) -> bool:
    return any(item in text for item in items)


def _selections(
    source: Source, questions: Sequence[Question], rng: random.Random
) -> Iterator[Selection]:
    """Everything of a short document; else what the lookup takes for a question, by turns."""
    total = sum(passage.num_tokens for passage in source.passages)
    everything = tuple((0, number) for number in range(len(source.passages)))
    if total <= _WHOLE and (rng.random() < 0.7 or len(everything) == 1):
        yield everything
        return
    with tempfile.TemporaryDirectory() as folder:
        lookup = Lookup([source], DiskCache(Path(folder), 1 << 26))
        for question in questions:
            selection = lookup.selected(question.sought, rng.choice(_BUDGETS))
            if selection:
                yield selection


def question_about(known: Known, rng: random.Random) -> Question:
    """By one of its descriptions, under its name, a short description as one, or none that says
    anything: a reader is not to live by the names that a kind of document has here."""
    schema = {**known.schema, "description": rng.choice(list(known.descriptions))}
    name = _name_for(known, rng)
    root = parse(
        {
            "type": "object",
            "properties": {name: schema},
            "required": [name],
            "additionalProperties": False,
        }
    )
    return questions_of(root)[0]


def _name_for(known: Known, rng: random.Random) -> str:
    chance = rng.random()
    if chance < _UNNAMED_SHARE:
        return UNNAMED
    short = [
        words for words in known.descriptions if re.fullmatch(r"[A-Za-z]+(?: [a-z]+){0,3}", words)
    ]
    if chance < _UNNAMED_SHARE + _OWN_NAME_SHARE or not short:
        return known.name
    return rng.choice(short).lower().replace(" ", "_")


def _target_of(known: Answered, question: Question, prefix: PrefixText) -> Target | None:
    """None where the answer does not stand in the prefix as a whole."""
    placed = _all_placed(prefix, known)
    is_list = question.node.kind is Kind.LIST
    if not placed or (is_list and len(placed) < len(known.places)):
        return None
    if is_list:
        order = sorted(range(len(placed)), key=lambda number: placed[number])
        items = tuple(known.items[number] for number in order)
        return Target(question.asking, items)
    return Target(question.asking, known.items)


def _is_nowhere(known: Answered, prefix: PrefixText) -> bool:
    return not _all_placed(prefix, known) and not _says_any(prefix.text, known.items)


def _placed(prefix: PrefixText, start: int, stop: int) -> tuple[int, int] | None:
    """A range of the document in the prefix, where one piece holds it."""
    for piece in prefix.pieces:
        first = piece.document_start
        if first <= start and stop <= first + len(piece.text):
            offset = piece.prompt_start - first
            return start + offset, stop + offset
    return None
