"""How is a field asked for?"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from engine.lookup import Query
from engine.prompt import NO, YES, Asking
from schemas.response_schema import Kind, Node

_MOST_OF_CHOICES = 200  # characters
_MOST_WORDS = 7  # of a description: a longer one says enough by itself (docs/decisions/0038)
_MOST_CHARACTERS = 80  # of the same, where words are not parted
_LONGEST_NAME = 60  # characters
_LEAST_OF_WORD = 3  # letters: "q2" and "f" are no words
_SAYS_NOTHING = re.compile(
    r"(answers?|column|content|data|description|entity|entry|extracted|field|final|found|foo|"
    r"information|item|key|output|property|question|response|result|string|text|values?|variable)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Question:
    """A field with its words: `text` says what is wanted, `query` is for the lookup, `asked` is
    put to the model: the name of the field goes before a short description. `called` is the name
    alone, behind the groups that it is in."""

    node: Node
    text: str
    query: str
    asked: str
    called: str = ""

    @property
    def sought(self) -> Query:
        """As it is looked up."""
        return Query(self.query, self.text)

    @property
    def asking(self) -> Asking:
        """As it is put to the model."""
        return Asking(self.asked, _choices_of(self.node), self.node.kind is Kind.LIST, self._kind)

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
    text, asked, called = _told(node), _named(node), _title_of(node)
    for parent in reversed([parent for parent in above if parent.name]):
        group = _told(parent).rstrip(" .:;")
        text, asked, called = (_behind(group, words) for words in (text, asked, called))
    words = [text, spaced(node.name), *(str(choice) for choice in node.choices)]
    if node.kind is Kind.ROWS:
        words += [
            f"{spaced(child.name)} {child.description}" for child in node.children[0].children
        ]
    return Question(node, text, " ".join(words), asked, called)


def _behind(group: str, text: str) -> str:
    return text if _says_already(text, group) else f"{group}: {text}"


def _says_already(text: str, words: str) -> bool:
    """Whether a group adds nothing: "Buyer" before "Buyer name"."""
    return f" {_plain(words)} " in f" {_plain(text)} "


def _plain(text: str) -> str:
    return re.sub(r"\W+", " ", text.casefold()).strip()


def spaced(name: str) -> str:
    """new_store_locations, newStoreLocations → new store locations"""
    parted = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name)
    return re.sub(r"[_\-\s]+", " ", parted).strip()


def _told(node: Node) -> str:
    return node.description.strip() or _title_of(node)


def _named(node: Node) -> str:
    """A short description behind the name, where that says more: "answer" and "field 2" do not."""
    told, title = _told(node), _title_of(node)
    description = node.description.strip()
    is_short = len(description.split()) <= _MOST_WORDS and len(description) <= _MOST_CHARACTERS
    is_name = len(title) <= _LONGEST_NAME and any(map(_says_something, title.split()))
    return _behind(title, told) if description and is_short and is_name else told


def _says_something(word: str) -> bool:
    letters = unicodedata.normalize("NFC", word)
    if any(map(str.isdigit, letters)) or not any(map(str.isalpha, letters)):
        return False
    is_word = len(letters) >= _LEAST_OF_WORD or not letters.isascii()
    return is_word and not _SAYS_NOTHING.fullmatch(letters)


def _title_of(node: Node) -> str:
    words = spaced(node.name)
    return words[:1].upper() + words[1:]
