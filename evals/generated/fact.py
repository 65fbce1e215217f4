"""What does a generated document say, and to which question?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Fact:
    """A field of a document and what the document says to it.

    `descriptions` are ways to ask for it: a label, a question, a paraphrase. `value` is what
    should come out, None where the document does not say. `quote` are the words it is read from:
    the first whole-word occurrence after the first one of `after`, or in the `cell` of a workbook
    ("Sheet!B7"). The `items` of a list are facts with a quote each; those of rows have a value
    and a fact for each of their properties that the row states.
    """

    name: str
    descriptions: tuple[str, ...]
    schema: Mapping[str, Any]
    value: Any
    quote: str | None
    after: str = ""
    cell: str | None = None
    items: tuple[Fact, ...] = ()


@dataclass(frozen=True, slots=True)
class GeneratedDocument:
    """The bytes of a file called `name`, with what they say."""

    kind: str
    name: str
    data: bytes
    facts: tuple[Fact, ...]
