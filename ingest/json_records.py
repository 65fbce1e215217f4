"""What does a JSON or JSON Lines file say?

An array of like objects is a table whose heads are the keys; any other object is a run of lines
"key: value", with headings for the objects in it. Each value stands where its pointer says.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from ingest.json_tree import (
    MAX_DEPTH,
    JsonObject,
    Value,
    flattened,
    is_leaf,
    parsed,
    shown,
    unreadable,
)
from ingest.json_writer import JsonWriter, Path
from ingest.text_encoding import decoded, encoding_warnings
from schemas.document import Document
from schemas.errors import TooLarge, UnreadableDocument
from schemas.extraction import Problem
from schemas.ingest_settings import IngestSettings

_MAX_COLUMNS = 500
_MIN_FILL = 0.3
_MAX_CELL = 400


def read_json(
    data: bytes, *, document_id: str, name: str, media_type: str, limits: IngestSettings
) -> Document:
    found = decoded(data)
    if found is None:
        raise UnreadableDocument(f"{name}: the file is no text", param=name)
    text, encoding = found
    writer = JsonWriter(name, limits)
    reader = _Json(writer, name)
    values, lines = _values(text, name)
    if lines is None:
        reader.write(values[0], Path(), 1)
    else:
        reader.write_array(values, Path(), 1, lines)
    return writer.document(
        document_id,
        media_type,
        warnings=(*encoding_warnings(encoding, name), *reader.warnings()),
        metadata={"encoding": encoding},
    )


def _values(text: str, name: str) -> tuple[list[Value], list[int] | None]:
    """The one value of a JSON file, or those of JSON Lines with their lines. What each kind is
    called does not matter: lines of JSON are often named .json."""
    try:
        return [parsed(text.lstrip("\ufeff"), name)], None
    except json.JSONDecodeError as error:
        whole = error
    values, lines = [], []
    for number, line in enumerate(text.lstrip("\ufeff").split("\n"), start=1):
        if not line.strip():
            continue
        try:
            values.append(parsed(line, name))
            lines.append(number)
        except json.JSONDecodeError as error:
            if len(values) < 2:  # one value, which is broken in the middle
                raise unreadable(whole, name, whole.lineno) from error
            raise unreadable(error, name, number) from error
    return values, lines


class _Json:
    def __init__(self, writer: JsonWriter, name: str) -> None:
        self._writer, self._name = writer, name
        self._num_repeated = 0

    def warnings(self) -> Iterator[Problem]:
        if self._num_repeated:
            message = (
                f"{self._num_repeated:,} keys stand twice in the same object; all their values "
                "were read, and the pointer does not say which"
            )
            yield Problem(code="repeated_keys", message=message, document=self._name)

    def write(self, value: Value, path: Path, level: int) -> None:
        """What is single comes first, so that it does not stand under a heading that is not its
        own."""
        if level > MAX_DEPTH:
            raise TooLarge(
                f"{self._name}: its JSON is nested more than {MAX_DEPTH} values deep; flatten it",
                param=self._name,
            )
        if isinstance(value, JsonObject):
            self._write_object(value, path, level)
        elif isinstance(value, list) and not is_leaf(value):
            self.write_array(value, path, level)
        else:
            self._writer.lines([("", path, value)])

    def write_array(
        self, values: Sequence[Value], path: Path, level: int, lines: Sequence[int] = ()
    ) -> None:
        """`lines` are those of JSON Lines, one for each value."""
        paths = [Path(line=lines[at]) if lines else path.item(at) for at in range(len(values))]
        records = self._records(values)
        if records is not None:
            self._writer.table(records, paths)
            return
        for at, (value, inner) in enumerate(zip(values, paths, strict=True)):
            name = f"line {lines[at]}" if lines else f"{path.last_key or 'item'} {at}"
            self._writer.heading(name, level, inner)
            self.write(value, inner, level + 1)

    def _write_object(self, value: JsonObject, path: Path, level: int) -> None:
        self._num_repeated += len(value.members) - len({key for key, _ in value.members})
        self._writer.lines(
            [(key, path.key(key), inner) for key, inner in value.members if is_leaf(inner)]
        )
        for key, inner in value.members:
            if not is_leaf(inner):
                self._writer.heading(key, level, path.key(key))
                self.write(inner, path.key(key), level + 1)

    def _records(self, values: Sequence[Value]) -> list[dict[tuple[str, ...], Value]] | None:
        """The rows of a table, if the values are one: objects, at least two, with mostly the same
        keys, and nothing in them that would not fit in a cell."""
        records: list[dict[tuple[str, ...], Value]] = []
        columns: dict[tuple[str, ...], tuple[str, ...]] = {}  # each kept once for all records
        num_cells = 0
        for value in values:
            if not isinstance(value, JsonObject):
                return None
            leaves = list(flattened(value, self._name))
            record = {columns.setdefault(keys, keys): leaf for keys, leaf in leaves}
            if len(record) != len(leaves) or not all(map(_fits, record.values())):
                return None
            records.append(record)
            num_cells += len(record)
            if len(columns) > _MAX_COLUMNS:
                return None
        is_full = num_cells >= _MIN_FILL * len(columns) * len(records)
        return records if len(records) > 1 and columns and is_full else None


def _fits(value: Value) -> bool:
    if isinstance(value, list):
        return is_leaf(value) and sum(len(shown(item)) for item in value) <= _MAX_CELL
    return not isinstance(value, JsonObject) and len(shown(value)) <= _MAX_CELL
