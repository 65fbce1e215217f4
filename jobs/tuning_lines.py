"""Which examples does a training file hold, and which of its lines are not ones?"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, NoReturn

from pydantic import ValidationError

from schemas import response_schema
from schemas.errors import InvalidSchema, InvalidTrainingFile
from schemas.tuning import TuningLine

MESSAGES = "messages"
WANTED = (
    'a line is {"document": "doc_…", "schema": {…}, "values": {…}}, or with "text" in the place '
    'of "document"'
)
_NO_CHAT = (
    "conversations (`messages`) are not trained on: what is trained here is the reading of values "
    f"out of documents. {WANTED}"
)
_MOST_TOLD = 10
Problem = tuple[int, str]
"""The number of a line, from 1, and what is wrong with it."""


def lines_of(
    data: bytes, max_lines: int, param: str = "training_file"
) -> list[tuple[int, TuningLine]]:
    """By their numbers; blank lines are passed over. Raises `InvalidTrainingFile`."""
    found: list[tuple[int, TuningLine]] = []
    problems: list[Problem] = []
    for number, line in enumerate(data.split(b"\n"), start=1):
        if not line.strip():
            continue
        if len(found) + len(problems) >= max_lines:
            problems.append((number, f"is past the limit of {max_lines} lines"))
            break
        try:
            found.append((number, _line_of(line)))
        except (ValueError, InvalidSchema, RecursionError) as error:
            problems.append((number, _told(error)))
    if not found and not problems:
        problems.append((1, f"is missing: the file is empty. {WANTED}"))
    check(problems, param)
    return found


def check(problems: Sequence[Problem], param: str) -> None:
    """Raises `InvalidTrainingFile` where there are any."""
    if not problems:
        return
    told = "; ".join(f"line {number} {message}" for number, message in problems[:_MOST_TOLD])
    more = f"; and {len(problems) - _MOST_TOLD} more" if len(problems) > _MOST_TOLD else ""
    raise InvalidTrainingFile(f"{told}{more}", param=param)


def check_first(data: bytes, param: str) -> None:
    """What can be said at once: of a file of another kind of example. Raises
    `InvalidTrainingFile`."""
    first = next((line for line in data.split(b"\n") if line.strip()), b"")
    try:
        sent = json.loads(first)
    except (ValueError, RecursionError):
        return  # a line that is cut, or bad: told with the others
    if isinstance(sent, Mapping) and MESSAGES in sent:
        raise InvalidTrainingFile(_NO_CHAT, param=param)


def _line_of(line: bytes) -> TuningLine:
    sent: Any = json.loads(line, parse_constant=_refuse)
    if isinstance(sent, Mapping) and MESSAGES in sent:
        raise ValueError(_NO_CHAT)
    found = TuningLine.model_validate(sent)
    response_schema.parse(found.schema_)
    return found


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"holds {constant}, which is no JSON")


def _told(error: Exception) -> str:
    if isinstance(error, ValidationError):
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        where = ".".join(map(str, first["loc"]))
        what = str(first["msg"]).removeprefix("Value error, ")
        return f"{f'at {where}: ' if where else ''}{what}. {WANTED}"
    if isinstance(error, InvalidSchema):
        return f"has a schema of which {error.message}"
    if isinstance(error, json.JSONDecodeError | UnicodeDecodeError | RecursionError):
        return "is not JSON"
    return str(error)
