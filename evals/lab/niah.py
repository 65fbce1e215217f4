"""How does RULER word a needle and the question for it?

The published words, in the singular where one value is asked for. The product is asked the
question alone; a chat gets the whole prompt with the words that begin its answer, as RULER sends
it to hosted models.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from evals.lab.magic import Magic
from evals.lab.trial import Message, user

OR_NONE = ' If the text does not mention it, answer "none".'
_NEEDLE = "One of the special magic {kind} for {key} is: {value}."
_ONE = (
    "A special magic {kind} is hidden within the following text. Make sure to memorize it. I will "
    "quiz you about the {kind} afterwards.\n"
)
_SOME = (
    "Some special magic {kind} are hidden within the following text. Make sure to memorize it. I "
    "will quiz you about the {kind} afterwards.\n"
)
_ASKED_ONE = "What is the special magic {kind} for {query} mentioned in the provided text?"
_ASKED_SOME = "What are all the special magic {kind} for {query} mentioned in the provided text?"
_BEGUN_ONE = " The special magic {kind} for {query} mentioned in the provided text is"
_BEGUN_SOME = " The special magic {kind} for {query} mentioned in the provided text are"


def needle_of(kind: Magic, key: str, value: str) -> str:
    return _NEEDLE.format(kind=kind.value, key=key, value=value)


def asked_of(kind: Magic, keys: Sequence[str], *, is_one: bool) -> str:
    form = _ASKED_ONE if is_one else _ASKED_SOME
    return form.format(kind=_named(kind, is_one), query=query_of(keys))


def chat_of(
    context: str, kind: Magic, keys: Sequence[str], *, is_one: bool
) -> Callable[[], list[Message]]:
    begun = (_BEGUN_ONE if is_one else _BEGUN_SOME).format(
        kind=_named(kind, is_one), query=query_of(keys)
    )
    asked = asked_of(kind, keys, is_one=is_one)
    return lambda: [user(f"{_head(kind, is_one)}{context}\n{asked}{begun}")]


def chat_or_none(context: str, kind: Magic, key: str) -> Callable[[], list[Message]]:
    """Not RULER's: the answer may be that there is none, so it is not begun."""
    asked = asked_of(kind, [key], is_one=True)
    return lambda: [user(f"{_head(kind, True)}{context}\n{asked}{OR_NONE}")]


def query_of(keys: Sequence[str]) -> str:
    return keys[0] if len(keys) == 1 else ", ".join(keys[:-1]) + ", and " + keys[-1]


def _head(kind: Magic, is_one: bool) -> str:
    return (_ONE if is_one else _SOME).format(kind=_named(kind, is_one))


def _named(kind: Magic, is_one: bool) -> str:
    return kind.value.removesuffix("s") if is_one else kind.value
