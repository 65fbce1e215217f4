"""Does an answer keep to OpenAI's own description of its API?

The description is `bench/openapi/openapi.yaml` of the shared data. Where that is not here nothing
is checked, and `test_openai_contract.py` is skipped and says so.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

import jsonschema_rs
import yaml

from tests.shared_folder import shared_folder

ADDED = {
    "OpenAIFile": {"document"},
    "Response": {"needlepoint", "store"},  # the examples of the description have `store`
    "CreateChatCompletionResponse": {"needlepoint"},
    "CreateChatCompletionStreamResponse": {"needlepoint"},
    "TokenCountsResource": {"needlepoint"},
    "FineTuningJob": {"needlepoint"},
    "FileCitationBody": {
        *("path", "confidence", "document", "quote", "start", "stop"),
        *("regions", "match", "ocr_confidence"),
    },
}
"""What our answers have beside theirs, by the schema that it is added to. Nothing else may be."""

_HERE = "urn:openai"
_SCHEMA = f"{_HERE}#/components/schemas/"
_EVENTS = {
    "/chat/completions": "CreateChatCompletionStreamResponse",
    "/responses": "ResponseStreamEvent",
    "/responses/{response_id}": "ResponseStreamEvent",
}
_SUMS = ("allOf", "anyOf", "oneOf")

Schema = dict[str, Any]


class BreaksContract(AssertionError):
    pass


@cache
def contract() -> Contract | None:
    folder = shared_folder()
    path = None if folder is None else folder / "bench" / "openapi" / "openapi.yaml"
    if path is None or not path.is_file():
        return None
    with path.open("rb") as file:
        return Contract(yaml.load(file, Loader=yaml.CSafeLoader))


@dataclass(frozen=True, slots=True)
class Answered:
    """`path` is without the version."""

    method: str
    path: str
    status: int
    media_type: str
    body: bytes


class Contract:
    def __init__(self, described: Any) -> None:
        described = _as_json_schema(described)
        self._paths: dict[str, Any] = described["paths"]
        self._schemas: dict[str, Schema] = described["components"]["schemas"]
        whole = {"components": {"schemas": self._schemas}}
        self._registry = jsonschema_rs.Registry([(_HERE, whole)])
        self._validators: dict[int, jsonschema_rs.Draft202012Validator] = {}
        self._events = {
            one["properties"]["type"]["enum"][0]: branch
            for branch in self._schemas["ResponseStreamEvent"]["anyOf"]
            if (one := self._resolved(branch))
        }

    def path_of(self, path: str) -> str | None:
        """As it is described, such as /files/{file_id}."""
        if path in self._paths:
            return path
        return next((one for one in self._paths if re.fullmatch(_pattern(one), path)), None)

    def has(self, method: str, path: str) -> bool:
        return method.lower() in self._paths.get(self.path_of(path) or "", {})

    def check(self, answered: Answered) -> int:
        """How many objects of the answer are described, and so were checked."""
        path = self.path_of(answered.path)
        if path is None:
            return 0
        if answered.status >= 400:
            self._check(json.loads(answered.body), _named("ErrorResponse"), answered)
            return 1
        if answered.media_type == "text/event-stream":
            return sum(self._check_event(event, path, answered) for event in _events_of(answered))
        operation = self._paths[path].get(answered.method.lower(), {})
        content = operation.get("responses", {}).get("200", {}).get("content", {})
        schema = content.get(answered.media_type, {}).get("schema")
        if schema is None:
            return 0
        self._check(json.loads(answered.body), schema, answered)
        return 1

    def _check_event(self, event: Any, path: str, answered: Answered) -> int:
        schema = _named(_EVENTS[path])
        if schema == _named("ResponseStreamEvent"):
            schema = self._events[event["type"]]
        self._check(event, _named("ErrorResponse") if "error" in event else schema, answered)
        return 1

    def _check(self, value: Any, schema: Schema, answered: Answered) -> None:
        value = _without_file_citations(value)
        asked = f"{answered.method} {answered.path} ({answered.status})"
        try:
            self._validator(schema).validate(value)
        except jsonschema_rs.ValidationError as error:
            raise BreaksContract(f"{asked} answers {value}: {error}") from None
        strange = sorted(set(self._strange(value, [schema], "")))
        if strange:
            raise BreaksContract(f"{asked} answers what is not described: {strange}")

    def _strange(self, value: Any, schemas: list[Schema], place: str) -> Iterator[str]:
        """The places of fields that are neither described nor in `ADDED`."""
        if isinstance(value, list):
            inner = [one["items"] for one in self._flat(schemas, value) if "items" in one]
            for item in value if inner else ():
                yield from self._strange(item, inner, f"{place}[]")
        if isinstance(value, dict):
            yield from self._strange_fields(value, schemas, place)

    def _strange_fields(self, value: Schema, schemas: list[Schema], place: str) -> Iterator[str]:
        flat = list(self._flat(schemas, value))
        if not any("properties" in one for one in flat):
            return  # free to hold anything, such as metadata
        added = {name for one in flat for name in ADDED.get(one.get("$ref", ""), ())}
        for name, inner in value.items():
            known = [one["properties"][name] for one in flat if name in one.get("properties", {})]
            if known:
                yield from self._strange(inner, known, f"{place}.{name}")
            elif name not in added:
                yield f"{place}.{name}"

    def _flat(self, schemas: list[Schema], value: Any) -> Iterator[Schema]:
        """The schemas that describe the value, each with its name as `$ref` where it has one."""
        for schema in schemas:
            target = schema.get("$ref", "").removeprefix(_SCHEMA)
            found = self._schemas[target] if target else schema
            yield {**found, "$ref": target}
            for kind in _SUMS:
                fitting = [
                    one
                    for one in found.get(kind, ())
                    if kind == "allOf" or self._validator(one).is_valid(value)
                ]
                yield from self._flat(fitting, value)

    def _resolved(self, schema: Schema) -> Schema:
        return self._schemas[schema["$ref"].removeprefix(_SCHEMA)]

    def _validator(self, schema: Schema) -> jsonschema_rs.Draft202012Validator:
        """The schemas live as long as this does, so that their addresses name them."""
        if id(schema) not in self._validators:
            made = jsonschema_rs.Draft202012Validator(schema, registry=self._registry)
            self._validators[id(schema)] = made
        return self._validators[id(schema)]


@cache
def _named(name: str) -> Schema:
    return {"$ref": f"{_SCHEMA}{name}"}


@cache
def _pattern(path: str) -> str:
    return re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(path))


def _events_of(answered: Answered) -> Iterator[Any]:
    """Whole ones; a stream may have been left in the middle of one."""
    for line in answered.body.decode(errors="ignore").split("\n\n")[:-1]:
        data = line.rpartition("data: ")[2]
        if not line.startswith(":") and data != "[DONE]":
            yield json.loads(data)


def _as_json_schema(described: Any) -> Any:
    """`nullable` is of OpenAPI 3.0, and still here and there in this description of 3.1. A date
    among its examples is a text."""
    if isinstance(described, list):
        return [_as_json_schema(one) for one in described]
    if isinstance(described, date):
        return described.isoformat()
    if not isinstance(described, dict):
        return described
    made = {name: _as_json_schema(one) for name, one in described.items()}
    if str(made.get("$ref", "")).startswith("#/"):
        made["$ref"] = _HERE + made["$ref"]
    for edge, exclusive in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
        if made.get(exclusive) is True:  # as in the same, older version
            made[exclusive] = made.pop(edge)
    if made.pop("nullable", None) is True:
        return {"anyOf": [made, {"type": "null"}]}
    return made


def _without_file_citations(answer: Any) -> Any:
    """Messages of chats have annotations of a type of ours, beside the one that theirs have."""
    for choice in answer.get("choices", ()):
        for said in (choice.get("message"), choice.get("delta")):
            if said and (annotations := said.pop("annotations", None)) is not None:
                theirs = [one for one in annotations if one["type"] != "file_citation"]
                said |= {"annotations": theirs} if theirs else {}
    return answer
