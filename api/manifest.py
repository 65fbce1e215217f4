"""Which extractions does a manifest ask for?

JSON Lines: an item a line; the first line may be `{"defaults": {…}}`, what all items share. Or one
JSON object, `BatchCreate`. Every line that can not be read is told, not only the first.
"""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import BaseModel, ConfigDict, ValidationError

from api.json_body import parsed
from schemas.batches import BatchCreate, BatchItemCreate, BatchShared
from schemas.errors import InvalidInput, InvalidManifest
from schemas.json_values import checked_value

LINES = ("application/jsonl", "application/x-ndjson", "application/x-jsonlines")
_MOST_PROBLEMS = 1_000


class _Defaults(BaseModel):
    model_config = ConfigDict(extra="forbid")

    defaults: BatchShared


def asked_of_json(data: bytearray) -> tuple[BatchShared, list[BatchItemCreate]]:
    create = parsed(BatchCreate, data)
    items = [BatchItemCreate(document=document) for document in create.documents or ()]
    shared = BatchShared.model_validate(create.model_dump(exclude={"documents", "items"}))
    return shared, [*items, *(create.items or ())]


def asked_of_lines(
    data: bytes | bytearray, *, has_schema: bool = False
) -> tuple[BatchShared, list[BatchItemCreate]]:
    """Raises `InvalidManifest` with all lines that are wrong (a thousand of them at most).
    `has_schema`: there is one for lines that have none."""
    shared, items = BatchShared(), list[BatchItemCreate]()
    problems: list[tuple[int, str]] = []
    line_of: dict[str, int] = {}
    for number, line in _lines(data):
        try:
            value = checked_value(line)
            if not items and not problems and isinstance(value, dict) and "defaults" in value:
                shared = _Defaults.model_validate(value).defaults
                continue
            item = BatchItemCreate.model_validate(value)
            _check_custom_id(item, number, line_of)
            has_any = has_schema or shared.response_schema is not None
            if item.response_schema is None and not has_any:
                raise InvalidInput("it has no response_schema, nor have the defaults")
        except ValidationError as error:
            problems.extend((number, _said(found)) for found in error.errors())
        except InvalidInput as error:
            problems.append((number, error.message.replace("the body", "the line")))
        else:
            items.append(item)
        if len(problems) >= _MOST_PROBLEMS:
            break
    if problems:
        raise InvalidManifest(problems)
    if not items:
        raise InvalidInput("the manifest has no items", param="body")
    return shared, items


def _lines(data: bytes | bytearray) -> Iterator[tuple[int, bytes]]:
    """Lines that are not blank, numbered from 1; a byte order mark is none of the first."""
    for number, line in enumerate(bytes(data).removeprefix(b"\xef\xbb\xbf").split(b"\n"), 1):
        if line.strip():
            yield number, line.strip()


def _check_custom_id(item: BatchItemCreate, number: int, line_of: dict[str, int]) -> None:
    if item.custom_id is None:
        return
    first = line_of.setdefault(item.custom_id, number)
    if first != number:
        raise InvalidInput(f"its custom_id is that of line {first}")


def _said(found: object) -> str:
    assert isinstance(found, dict)
    place = ".".join(str(part) for part in found["loc"])
    message = str(found["msg"]).removeprefix("Value error, ")
    return f"{place}: {message}" if place else message
