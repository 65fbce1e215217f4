"""Documents as they are asked, made from a text by the test that reads them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from engine.lookup import Source
from engine.questions import Question, questions_of
from ingest.passages import passages_of
from ingest.read import document_of
from schemas.ingest_settings import IngestSettings
from schemas.response_schema import Kind, Node, parse


def count_words(texts: Sequence[str]) -> list[int]:
    return [len(text.split()) for text in texts]


def source_of(text: str, name: str = "a.txt", *, passage_tokens: int = 32) -> Source:
    """Tokens are words here."""
    document = document_of(text.encode(), name, IngestSettings())
    return Source(document, passages_of(document, count_words, passage_tokens))


def node_of(kind: Kind, *, choices: tuple[object, ...] = (), item: Kind | None = None) -> Node:
    children = () if item is None else (Node("/a/-", "a", item, "", False, choices),)
    own = () if item is not None else choices
    return Node("/a", "a", kind, "", False, own, children)


def question_about(schema: Mapping[str, object], name: str = "a") -> Question:
    """The question of an object's one property."""
    return questions_of(parse({"type": "object", "properties": {name: schema}}))[0]
