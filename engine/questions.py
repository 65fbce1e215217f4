"""How is a field asked for?"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from engine.lookup import Query
from engine.prompt import NO, YES, Asking
from schemas.response_schema import Kind, Node

_MOST_OF_CHOICES = 200  # characters


@dataclass(frozen=True, slots=True)
class Question:
    """A field with its words: `text` says what is wanted, `query` is for the lookup."""

    node: Node
    text: str
    query: str

    @property
    def sought(self) -> Query:
        """As it is looked up."""
        return Query(self.query, self.text)

    @property
    def asking(self) -> Asking:
        """As it is put to the model."""
        return Asking(self.text, _choices_of(self.node), self.node.kind is Kind.LIST, self._kind)

    @property
    def _kind(self) -> str:
        if self.node.kind in (Kind.NUMBER, Kind.INTEGER):
            return "number"
        return "date" if self.node.kind is Kind.DATE else ""


def _choices_of(node: Node) -> tuple[str, ...]:
    """None where they are too many to be told."""
    if node.kind is Kind.BOOLEAN:
        return YES, NO
    choices = tuple(str(choice) for choice in node.choices if choice is not None)
    return choices if sum(map(len, choices)) <= _MOST_OF_CHOICES else ()


def questions_of(root: Node) -> list[Question]:
    """One for each field that is read on its own, in the schema's order."""
    return [question_of(above, node) for above, node in root.questions()]


def question_of(above: Sequence[Node], node: Node) -> Question:
    text = _told(node)
    for parent in reversed([parent for parent in above if parent.name]):
        group = _told(parent).rstrip(" .:;")
        if not _says_already(text, group):
            text = f"{group}: {text}"
    words = [text, spaced(node.name), *(str(choice) for choice in node.choices)]
    if node.kind is Kind.ROWS:
        words += [
            f"{spaced(child.name)} {child.description}" for child in node.children[0].children
        ]
    return Question(node, text, " ".join(words))


def _says_already(text: str, words: str) -> bool:
    """Whether a group adds nothing: "Buyer" before "Buyer name"."""
    parted = re.sub(r"[^\w]+", " ", text.casefold())
    return f" {words.casefold()} " in f" {parted} "


def spaced(name: str) -> str:
    """new_store_locations, newStoreLocations → new store locations"""
    parted = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name)
    return re.sub(r"[_\-\s]+", " ", parted).strip()


def _told(node: Node) -> str:
    if node.description:
        return node.description
    words = spaced(node.name)
    return words[:1].upper() + words[1:]
