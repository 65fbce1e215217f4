"""What does the lab ask, about which haystack, and what came back?"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

Message = Mapping[str, str]
"""`role` and `content`, as chats have it."""
Schema = Mapping[str, Any]

TEXT: Schema = {"type": ["string", "null"]}
LIST: Schema = {"type": ["array", "null"], "items": {"type": "string"}}


@dataclass(frozen=True, slots=True)
class Question:
    """`asked` is put to the product as the description of a field, `chat` to a chat. `name`, the
    field's, says nothing: the product looks its words up, too.

    `expected` are the strings to be answered, none where the haystack does not say; `traps` those
    that answer another question; `places` strings that stand once in the haystack, each of which
    an answer must cite. `given` is what a benchmark's own scorer needs besides.
    """

    name: str
    asked: str
    chat: Callable[[], list[Message]]
    expected: tuple[str, ...]
    schema: Schema = field(default_factory=lambda: TEXT)
    kind: str = ""
    depth: float | None = None
    traps: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    given: str = ""
    max_tokens: int = 128


@dataclass(frozen=True, slots=True)
class Trial:
    """One haystack and what is asked about it; `data` is the file that the product reads. A table's
    name stands in its text, so a name tells nothing of the trial."""

    file_name: str
    data: bytes
    num_tokens: int
    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """A trial that is built when its turn comes, the same each time: haystacks of a million
    tokens are held one at a time. No two plans of a run have the same name."""

    name: str
    kind: str
    length: int
    build: Callable[[], Trial]


@dataclass(frozen=True, slots=True)
class Answer:
    """`items` are the strings of the value one by one; of a chat, its text. `absence` is the
    chance that the haystack does not say, `quotes` what was cited, `timings` the seconds of the
    steps of all questions that were answered together, where the answerer has them."""

    items: tuple[str, ...]
    is_null: bool
    seconds: float
    is_place_right: bool | None = None
    absence: float | None = None
    quotes: tuple[str, ...] = ()
    mode: str = ""
    problem: str = ""
    timings: Mapping[str, float] = field(default_factory=dict)

    @property
    def text(self) -> str:
        return ", ".join(self.items)


class Answerer(Protocol):
    """Who answers: our engine, or a chat behind a URL."""

    @property
    def model(self) -> str: ...

    def answers(self, trial: Trial) -> list[Answer]:
        """One a question, in order. What keeps all of a run from being answered is raised; what
        fails alone is an answer with a `problem`."""
        ...


Score = Callable[[Question, Answer], Mapping[str, float]]
"""`score` from 0 to 1, and what else a scorer tells."""


def object_of(properties: Mapping[str, str]) -> Schema:
    """An object of strings, by name and description."""
    return {
        "type": ["object", "null"],
        "properties": {
            name: {"type": ["string", "null"], "description": description}
            for name, description in properties.items()
        },
        "required": list(properties),
        "additionalProperties": False,
    }


def user(content: str) -> Message:
    return {"role": "user", "content": content}


def strings_of(value: Any) -> tuple[str, ...]:
    """The leaves of a value as strings."""
    if value is None:
        return ()
    if isinstance(value, Mapping):
        return tuple(leaf for item in value.values() for leaf in strings_of(item))
    if isinstance(value, Sequence) and not isinstance(value, str):
        return tuple(leaf for item in value for leaf in strings_of(item))
    return (str(value),)
