"""How is a person told of errors and warnings that came with a result?"""

from __future__ import annotations

from collections.abc import Sequence

from api.places import visible
from api.standard_output import say
from schemas.extraction import Problem

_MOST_LINES = 20


def say_problems(kind: str, problems: Sequence[Problem]) -> None:
    """The first ones on standard error and how many more there are; the JSON holds them all."""
    for problem in problems[:_MOST_LINES]:
        say(f"{kind}: {line_of(problem)}")
    if len(problems) > _MOST_LINES:
        say(f"{kind}: and {len(problems) - _MOST_LINES} more, all of them in the JSON")


def line_of(problem: Problem) -> str:
    """A message that begins with the document's name need not be told it."""
    is_named = problem.document and problem.message.startswith(f"{problem.document}: ")
    parts = (None if is_named else problem.document, problem.path)
    about = [visible(part) for part in parts if part]
    return ": ".join([*about, visible(problem.message)])
