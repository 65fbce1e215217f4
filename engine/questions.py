"""How is a field asked for?"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from schemas.response_schema import Kind, Node


@dataclass(frozen=True, slots=True)
class Question:
    """A field with its words: `text` is put to the model, `query` to the lookup."""

    node: Node
    text: str
    query: str


def questions_of(root: Node) -> list[Question]:
    """One for each field that is read on its own, in the schema's order."""
    return [question_of(above, node) for above, node in root.questions()]


def question_of(above: Sequence[Node], node: Node) -> Question:
    told = [_told(parent) for parent in above if parent.name]
    text = ": ".join([*told, _told(node)])
    words = [text, spaced(node.name), *(str(choice) for choice in node.choices)]
    if node.kind is Kind.ROWS:
        words += [
            f"{spaced(child.name)} {child.description}" for child in node.children[0].children
        ]
    return Question(node, text, " ".join(words))


def spaced(name: str) -> str:
    """new_store_locations, newStoreLocations → new store locations"""
    parted = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name)
    return re.sub(r"[_\-\s]+", " ", parted).strip()


def _told(node: Node) -> str:
    if node.description:
        return node.description
    words = spaced(node.name)
    return words[:1].upper() + words[1:]
