"""Which questions are known to be answered by which passages of which documents?

SQuAD's articles as shelves of paragraphs; reports, agreements and generated documents in the
passages that `ingest` cuts. The training parts and the parts that measure come from the same code.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from engine.lookup import Query, Source, passage_words
from engine.training_prompts import Material, question_about
from evals import squad_data
from evals.squad_data import SquadParagraph
from ingest.passage_cuts import CountTokens
from ingest.plain_text import read_plain_text
from schemas.document import Passage, Piece


@dataclass(frozen=True, slots=True)
class Asked:
    """`gold` are the numbers of the passages that answer."""

    query: Query
    gold: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class AskedShelf:
    """A document in passages, and what is asked about them.

    `is_open`: passages of other open shelves answer none of its questions.
    """

    source: Source
    asked: tuple[Asked, ...]
    is_open: bool

    @property
    def texts(self) -> list[str]:
        """The passages as they are looked up."""
        return [passage_words(passage) for passage in self.source.passages]


def squad_shelves(
    shared_data: Path, part: slice, count_tokens: CountTokens
) -> Iterator[AskedShelf]:
    """One an article, of its answerable questions."""
    paragraphs = squad_data.paragraphs(shared_data, part)
    for title, group in groupby(paragraphs, key=lambda paragraph: paragraph.title):
        article = list(group)
        source = source_of_paragraphs(title, [each.text for each in article], count_tokens)
        yield AskedShelf(source, tuple(asked_of(article)), True)


def source_of_paragraphs(name: str, texts: Sequence[str], count_tokens: CountTokens) -> Source:
    """A document of these paragraphs, each a passage of its own."""
    document = read_plain_text(
        "\n\n".join(texts).encode(), document_id=name, name=f"{name}.txt", media_type="text/plain"
    )
    passages = []
    start = 0
    for text, num_tokens in zip(texts, count_tokens(texts), strict=True):
        stop = start + len(text)
        passages.append(Passage((Piece(text, start),), start, stop, "", num_tokens))
        start = stop + 2
    return Source(document, passages)


def asked_of(paragraphs: Sequence[SquadParagraph], first: int = 0) -> Iterator[Asked]:
    """The answerable questions of paragraphs that are numbered from `first`."""
    for number, paragraph in enumerate(paragraphs, start=first):
        for question in paragraph.questions:
            if question.answers:
                yield Asked(Query.of(question.question), (number,))


def material_shelves(
    materials: Iterable[Material], rng: random.Random, *, least_passages: int = 4
) -> Iterator[AskedShelf]:
    """One a document of at least so many passages; of the fields that stand somewhere."""
    for material in materials:
        passages = material.source.passages
        if len(passages) < least_passages:
            continue
        asked = []
        for known in material.known:
            gold = gold_of(passages, known.places)
            if gold and len(gold) < len(passages):
                asked.append(Asked(question_about(known, rng).sought, gold))
        if asked:
            yield AskedShelf(material.source, tuple(asked), False)


def gold_of(passages: Sequence[Passage], places: Sequence[tuple[int, int]]) -> tuple[int, ...]:
    """The passages in which any of the places begins."""
    return tuple(
        number
        for number, passage in enumerate(passages)
        if any(passage.start <= start < passage.stop for start, _ in places)
    )
