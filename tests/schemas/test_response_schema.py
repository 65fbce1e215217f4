from __future__ import annotations

import json
import tarfile
from datetime import date
from enum import Enum
from pathlib import Path
from typing import Any, Literal

import pytest
from pydantic import BaseModel

from schemas.errors import InvalidInput, InvalidSchema
from schemas.response_schema import Kind, Node, parse


class Colour(Enum):
    RED = "red"
    BLUE = "blue"


class Person(BaseModel):
    name: str
    born: date | None = None


class Deal(BaseModel):
    lead: Person
    guarantor: Person | None
    currency: Literal["EUR", "USD"]
    version: Literal[2]
    colour: Colour
    trim: Colour | None = None
    signed: date
    lenders: list[Person]
    aliases: list[str]
    years: list[int] | None


def field(schema: Any, **more: Any) -> Node:
    """The one property of an object."""
    return parse({"type": "object", "properties": {"a": schema}, **more}).children[0]


def items(schema: Any) -> dict[str, Any]:
    return {"type": "array", "items": schema}


def object_of(**properties: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


TEXT = {"type": "string"}


@pytest.mark.parametrize(
    ("schema", "kind"),
    [
        (TEXT, Kind.STRING),
        ({"type": "string", "format": "date"}, Kind.DATE),
        ({"type": "number", "minimum": 0}, Kind.NUMBER),
        ({"type": "integer"}, Kind.INTEGER),
        ({"type": "boolean"}, Kind.BOOLEAN),
        ({"enum": ["x", "y"]}, Kind.ENUM),
        ({"const": "x"}, Kind.ENUM),
        (items(TEXT), Kind.LIST),
        (items(object_of(x=TEXT)), Kind.ROWS),
        (object_of(x=TEXT), Kind.OBJECT),
        ({"properties": {"x": TEXT}}, Kind.OBJECT),
        ({"allOf": [TEXT]}, Kind.STRING),
    ],
)
def test_a_schema_asks_for_a_kind(schema: dict[str, Any], kind: Kind) -> None:
    assert (field(schema).kind, field(schema).is_nullable) == (kind, False)


@pytest.mark.parametrize(
    "schema",
    [
        {"type": ["string", "null"]},
        {"anyOf": [TEXT, {"type": "null"}]},
        {"anyOf": [{"type": "null"}, {"$ref": "#/$defs/text"}]},
        {"$ref": "#/$defs/nullable"},
        {"allOf": [{"$ref": "#/$defs/nullable"}]},
    ],
)
def test_a_union_with_null_is_nullable(schema: dict[str, Any]) -> None:
    found = field(schema, **{"$defs": {"text": TEXT, "nullable": {"type": ["null", "string"]}}})
    assert (found.kind, found.is_nullable) == (Kind.STRING, True)


def test_null_among_the_choices_is_no_choice() -> None:
    found = field({"type": ["string", "null"], "enum": ["x", None]})
    assert (found.choices, found.is_nullable) == (("x",), True)


def test_words_beside_a_reference_go_before_its_own() -> None:
    shared = {"$defs": {"p": {**object_of(x=TEXT), "description": "anyone"}}}
    assert field({"$ref": "#/$defs/p", "description": "the lender"}, **shared).description == (
        "the lender"
    )
    assert field({"$ref": "#/$defs/p"}, **shared).description == "anyone"


def test_paths_are_json_pointers() -> None:
    root = parse(object_of(**{"a/b": object_of(**{"c~d": TEXT}), "e": items(object_of(f=TEXT))}))
    assert root.children[0].children[0].path == "/a~1b/c~0d"
    assert root.children[1].children[0].children[0].path == "/e/-/f"


def test_objects_are_asked_by_their_fields_and_arrays_whole() -> None:
    root = parse(object_of(p=object_of(x=TEXT, y=TEXT), q=items(TEXT), r=items(object_of(z=TEXT))))
    asked = [(node.path, [parent.name for parent in above]) for above, node in root.questions()]
    assert asked == [("/p/x", ["", "p"]), ("/p/y", ["", "p"]), ("/q", [""]), ("/r", [""])]


LOOP = {"$defs": {"n": {"type": "object", "properties": {"next": {"$ref": "#/$defs/n"}}}}}


@pytest.mark.parametrize(
    ("schema", "problem"),
    [
        ({"type": "string", "oneOf": [TEXT]}, "/a uses oneOf"),
        ({"type": "string", "nullable": True}, "/a uses nullable"),
        ({"type": ["string", "number"]}, "/a is a union of more than one type"),
        ({"anyOf": [TEXT, {"type": "number"}]}, "/a is a union of more than one type"),
        ({"allOf": [TEXT, {"minLength": 1}]}, "/a combines schemas"),
        ({"type": "null"}, "/a has the type 'null'"),
        ({}, "/a says nothing about its type"),
        (True, "/a says nothing about its type"),
        ({"description": "anything"}, "/a has the type None"),
        ({"anyOf": [True, {"type": "null"}]}, "/a says nothing about its type"),
        ({"allOf": [True]}, "/a says nothing about its type"),
        (
            {"type": "string", "format": "regex"},
            "/a has the format 'regex': supported are date, email",
        ),
        ({"type": "object"}, "/a is an object without properties"),
        ({**object_of(x=TEXT), "additionalProperties": True}, "/a allows additionalProperties"),
        ({**object_of(x=TEXT), "additionalProperties": TEXT}, "/a allows additionalProperties"),
        ({**object_of(x=TEXT), "required": ["y"]}, "/a requires y"),
        ({**object_of(x=TEXT), "patternProperties": {"y": TEXT}}, "/a uses patternProperties"),
        ({"type": "array"}, "/a/- says nothing about its type"),
        (items(items(TEXT)), "/a is an array of arrays"),
        (items(items(object_of(x=TEXT))), "/a is an array of arrays"),
        (items(object_of(x=items(TEXT))), "/a has items whose properties are not scalars"),
        (items(object_of(x=object_of(y=TEXT))), "/a has items whose properties are not scalars"),
        ({"enum": []}, "/a has an enum without choices"),
        ({"enum": [["x"]]}, "/a has an enum of arrays"),
        ({"$ref": "#/$defs/gone"}, "/a refers to '#/\\$defs/gone', which is not in the schema"),
        ({"$ref": "other.json#/x"}, "/a refers to 'other.json#/x'"),
        ({"$ref": "#/type"}, "/a says nothing about its type"),
        ({"$ref": "#/properties/a"}, "/a combines schemas"),
        ({"$ref": "#/$defs/n"}, "/a/next/next.* refers to itself"),
        ({"type": "text"}, "not a JSON Schema at /properties/a/type"),
        ({"type": "string", "pattern": "("}, "not a JSON Schema at /properties/a/pattern"),
        ({"type": "string", "pattern": "a" * 1_001}, "/a has a pattern of more than 1,000"),
        ({"enum": [[]] * 20_000}, "the schema has more than 20,000 objects and arrays"),
    ],
)
def test_what_can_not_be_filled_is_refused_with_its_path(schema: Any, problem: str) -> None:
    with pytest.raises(InvalidSchema, match=f"^{problem}"):
        field(schema, **LOOP)


def test_the_fault_of_a_nested_field_is_told_by_its_path() -> None:
    with pytest.raises(InvalidSchema, match=r"^/p/q/r has the format") as refused:
        parse(object_of(p=object_of(q=object_of(r={"type": "string", "format": "time"}))))
    assert refused.value.param == "/p/q/r"


@pytest.mark.parametrize(
    ("schema", "problem"),
    [
        (TEXT, "top level must be an object"),
        (items(object_of(x=TEXT)), "top level must be an object"),
        ({"$ref": "#"}, "the top level combines schemas"),
        (True, "the top level says nothing"),
        ([], "not a JSON Schema at /"),
    ],
)
def test_the_top_level_is_an_object(schema: Any, problem: str) -> None:
    with pytest.raises(InvalidSchema, match=problem):
        parse(schema)


def test_a_thousand_fields_are_too_many() -> None:
    with pytest.raises(InvalidSchema, match="past the limit of 1000 fields"):
        parse(object_of(**{f"x{number}": TEXT for number in range(1000)}))


def test_a_schema_without_bottom_is_refused() -> None:
    schema: dict[str, Any] = TEXT
    for _ in range(3000):
        schema = object_of(x=schema)
    with pytest.raises(InvalidSchema, match="nested too deeply"):
        parse(schema)


def test_a_pydantic_class_is_a_schema() -> None:
    nodes = {node.name: node for node in parse(Deal.model_json_schema()).children}
    assert {name: (node.kind.value, node.is_nullable) for name, node in nodes.items()} == {
        "lead": ("object", False),
        "guarantor": ("object", True),
        "currency": ("enum", False),
        "version": ("enum", False),
        "colour": ("enum", False),
        "trim": ("enum", True),
        "signed": ("date", False),
        "lenders": ("rows", False),
        "aliases": ("list", False),
        "years": ("list", True),
    }
    assert (nodes["version"].choices, nodes["trim"].choices) == ((2,), ("red", "blue"))
    born = nodes["lead"].children[1]
    assert (born.path, born.kind, born.is_nullable) == ("/lead/born", Kind.DATE, True)


@pytest.mark.slow
def test_schemas_of_the_wild_are_read_or_refused(shared_data: Path) -> None:
    archive = shared_data / "bench" / "jsonschema" / "jsonschemabench-easy-glaive.tar.gz"
    if not archive.is_file():
        pytest.skip("jsonschemabench is not in the shared data")
    num_read = num_refused = 0
    with tarfile.open(archive) as files:
        for member in files:
            content = files.extractfile(member)
            if content is None or not member.name.endswith(".json"):
                continue
            try:
                parse(json.load(content))
                num_read += 1
            except InvalidSchema:
                num_refused += 1
    assert num_read > 0
    assert num_refused > 0


@pytest.mark.parametrize("choices", [[1, "1"], ["null", "a"]])
def test_choices_that_an_answer_could_not_tell_apart_are_refused(choices: list[Any]) -> None:
    with pytest.raises(InvalidSchema, match=r"^/c has enum choices that read the same"):
        parse(object_of(c={"enum": choices}))


def test_half_a_surrogate_pair_in_a_description_is_refused() -> None:
    with pytest.raises(InvalidInput, match="that is not UTF-8"):
        parse(object_of(c={"type": "string", "description": "\ud800"}))
