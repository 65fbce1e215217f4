"""Which values does a response schema ask for?

The strict subset: objects with `additionalProperties: false` and all properties required,
arrays, strings, numbers, integers, booleans, enums, `const`, nullable unions, `$defs`, the
formats of `FORMATS` and `date`, and `x-needlepoint` (see `schemas.reductions`). Anything else is
refused with its path, never ignored.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError

from schemas.errors import InvalidSchema
from schemas.plain_text import check_text
from schemas.reductions import KEYWORD, Reduction, reduction_of
from schemas.schema_limits import check_size, problem_of_pattern

_MAX_DEPTH = 10
_MAX_FIELDS = 1000
_ANNOTATIONS = {"title", "description", "default", "examples", "deprecated", "$comment", "$schema"}
_CHECKED_AFTER = {
    "pattern",
    "minLength",
    "maxLength",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "minItems",
    "maxItems",
    "uniqueItems",
}
"""Not used in reading; the output is validated against them."""

FORMATS = ("email", "uri", "uuid", "ipv4", "ipv6")
"""Strings of these formats are found by their form."""

_READ = {
    "type",
    "properties",
    "required",
    "additionalProperties",
    "items",
    "enum",
    "const",
    "anyOf",
    "allOf",
    "$ref",
    "$defs",
    "definitions",
    "format",
    "$id",
    KEYWORD,
}


class Kind(StrEnum):
    STRING = "string"
    DATE = "date"
    NUMBER = "number"
    INTEGER = "integer"
    BOOLEAN = "boolean"
    ENUM = "enum"
    LIST = "list"  # an array of scalars
    ROWS = "rows"  # an array of objects
    OBJECT = "object"


@dataclass(frozen=True, slots=True)
class Node:
    """One place of the output. `path` is its JSON pointer; items of arrays have "-"."""

    path: str
    name: str
    kind: Kind
    description: str
    is_nullable: bool
    choices: tuple[Any, ...] = ()
    children: tuple[Node, ...] = ()  # properties of an object; the one item of an array
    format: str = ""  # of `FORMATS`
    reduction: Reduction | None = None

    def questions(self) -> Iterator[tuple[tuple[Node, ...], Node]]:
        """What is asked on its own, each with the nodes above it: scalars, lists, rows."""
        if self.kind is not Kind.OBJECT:
            yield (), self
            return
        for child in self.children:
            for above, node in child.questions():
                yield (self, *above), node


def parse(response_schema: Mapping[str, Any]) -> Node:
    """The tree of what is asked; raises `InvalidSchema` naming the path that is at fault."""
    check_size(response_schema)
    try:
        Draft202012Validator.check_schema(response_schema)
    except SchemaError as error:
        where = "/" + "/".join(str(part) for part in error.absolute_path)
        raise InvalidSchema(f"not a JSON Schema at {where}: {error.message}") from error
    except RecursionError as error:
        raise InvalidSchema("the schema is nested too deeply to be read") from error
    check_text(json.dumps(response_schema, ensure_ascii=False), "the schema")
    node = _Parser(response_schema).node(response_schema, "", "", 0)
    if node.kind is not Kind.OBJECT:
        raise InvalidSchema("the schema's top level must be an object with properties")
    return node


class _Parser:
    def __init__(self, root: Mapping[str, Any]) -> None:
        self._root = root
        self._num_nodes = 0

    def node(self, schema: Any, path: str, name: str, depth: int) -> Node:
        self._num_nodes += 1
        if depth > _MAX_DEPTH:
            raise _refused(path, f"is nested more than {_MAX_DEPTH} deep (or refers to itself)")
        if self._num_nodes > _MAX_FIELDS:
            raise _refused(path, f"is past the limit of {_MAX_FIELDS} fields")
        schema, is_nullable = self._resolved(schema, path)
        unknown = set(schema) - _READ - _ANNOTATIONS - _CHECKED_AFTER
        if unknown:
            raise _refused(path, f"uses {', '.join(sorted(unknown))}, which is not supported")
        problem = problem_of_pattern(schema.get("pattern"))
        if problem is not None:
            raise _refused(path, problem)
        description = str(schema.get("description") or "")
        if "enum" in schema or "const" in schema:
            return self._enum(schema, path, name, description, is_nullable)
        kind = _kind_of(schema, path)
        reduction = _reduction_of(schema, kind, path)
        children = self._children(schema, kind, path, name, depth)
        if kind is Kind.LIST and children[0].kind is Kind.OBJECT:
            kind = Kind.ROWS
        form = str(schema.get("format") or "") if kind is Kind.STRING else ""
        return Node(path, name, kind, description, is_nullable, (), children, form, reduction)

    def _children(
        self, schema: Mapping[str, Any], kind: Kind, path: str, name: str, depth: int
    ) -> tuple[Node, ...]:
        if kind is Kind.OBJECT:
            return tuple(
                self.node(child, f"{path}/{escaped(key)}", key, depth + 1)
                for key, child in _properties(schema, path).items()
            )
        if kind is Kind.LIST:
            item = self.node(schema.get("items", {}), f"{path}/-", name, depth + 1)
            if item.reduction or any(child.reduction for child in item.children):
                raise _refused(path, f"has {KEYWORD} in its items: it belongs to the array")
            if item.kind in (Kind.LIST, Kind.ROWS):
                raise _refused(path, "is an array of arrays, which is not supported")
            if item.kind is Kind.OBJECT and any(
                child.kind in (Kind.LIST, Kind.ROWS, Kind.OBJECT) for child in item.children
            ):
                raise _refused(path, "has items whose properties are not scalars")
            return (item,)
        return ()

    def _enum(
        self,
        schema: Mapping[str, Any],
        path: str,
        name: str,
        description: str,
        is_nullable: bool,
    ) -> Node:
        choices = schema["enum"] if "enum" in schema else [schema["const"]]
        if not choices:
            raise _refused(path, "has an enum without choices")
        kept = tuple(choice for choice in choices if choice is not None)
        if any(isinstance(choice, (list, dict)) for choice in kept):
            raise _refused(path, "has an enum of arrays or objects, which is not supported")
        is_nullable = is_nullable or len(kept) < len(choices)
        spelled = [str(choice) for choice in kept]
        if "null" in spelled or len(set(spelled)) < len(spelled):
            raise _refused(path, "has enum choices that read the same, or like null")
        reduction = _reduction_of(schema, Kind.ENUM, path)
        return Node(path, name, Kind.ENUM, description, is_nullable, kept, reduction=reduction)

    def _resolved(self, schema: Any, path: str) -> tuple[dict[str, Any], bool]:
        """The schema with references followed and a union with null taken apart."""
        merged = _stated(schema, path)
        is_nullable = False
        for _ in range(_MAX_DEPTH):
            if "$ref" in merged:
                target = self._target(merged.pop("$ref"), path)
                merged = {**target, **merged}
            elif len(merged.get("allOf") or ()) == 1:
                merged = {**_stated(merged.pop("allOf")[0], path), **merged}
            elif "anyOf" in merged:
                options = [_stated(option, path) for option in merged.pop("anyOf")]
                rest = [option for option in options if option.get("type") != "null"]
                if len(rest) != 1:
                    raise _refused(path, "is a union of more than one type besides null")
                is_nullable = is_nullable or len(rest) < len(options)
                merged = {**rest[0], **merged}
            else:
                break
        if "$ref" in merged or "allOf" in merged or "anyOf" in merged:
            raise _refused(path, "combines schemas in a way that is not supported")
        types = merged.get("type")
        if isinstance(types, list):
            rest = [name for name in types if name != "null"]
            if len(rest) != 1:
                raise _refused(path, "is a union of more than one type besides null")
            is_nullable = is_nullable or len(rest) < len(types)
            merged["type"] = rest[0]
        return merged, is_nullable

    def _target(self, reference: str, path: str) -> dict[str, Any]:
        if not reference.startswith("#"):
            raise _refused(path, f"refers to {reference!r}, which is not in the schema")
        target: Any = self._root
        for part in filter(None, reference[1:].split("/")):
            key = part.replace("~1", "/").replace("~0", "~")
            if not isinstance(target, Mapping) or key not in target:
                raise _refused(path, f"refers to {reference!r}, which is not in the schema")
            target = target[key]
        return _stated(target, path)


def _stated(schema: Any, path: str) -> dict[str, Any]:
    if not isinstance(schema, Mapping) or not schema:
        raise _refused(path, "says nothing about its type")
    return dict(schema)


def _kind_of(schema: Mapping[str, Any], path: str) -> Kind:
    name = schema.get("type")
    if name is None and "properties" in schema:
        name = "object"
    if name == "string":
        if schema.get("format") not in (None, "date", *FORMATS):
            known = ", ".join(("date", *FORMATS))
            raise _refused(path, f"has the format {schema['format']!r}: supported are {known}")
        return Kind.DATE if schema.get("format") == "date" else Kind.STRING
    kinds = {
        "number": Kind.NUMBER,
        "integer": Kind.INTEGER,
        "boolean": Kind.BOOLEAN,
        "array": Kind.LIST,
        "object": Kind.OBJECT,
    }
    if name not in kinds:
        raise _refused(path, f"has the type {name!r}, which can not be filled")
    return kinds[name]


def _reduction_of(schema: Mapping[str, Any], kind: Kind, path: str) -> Reduction | None:
    if KEYWORD not in schema:
        return None
    return reduction_of(schema[KEYWORD], "array" if kind is Kind.LIST else str(kind), path)


def _properties(schema: Mapping[str, Any], path: str) -> dict[str, Any]:
    properties = dict(schema.get("properties") or {})
    if not properties:
        raise _refused(path, "is an object without properties")
    if schema.get("additionalProperties") not in (False, None):
        raise _refused(path, "allows additionalProperties, which can not be filled")
    missing = [name for name in schema.get("required") or () if name not in properties]
    if missing:
        raise _refused(path, f"requires {', '.join(missing)}, which it does not define")
    return properties


def escaped(key: str) -> str:
    """A key as a part of a JSON pointer."""
    return key.replace("~", "~0").replace("/", "~1")


def _refused(path: str, problem: str) -> InvalidSchema:
    return InvalidSchema(f"{path or 'the top level'} {problem}", param=path or "/")
