"""Which JSON Schema does the caller mean: a mapping, a JSON file, a class, or `module:Model`?"""

from __future__ import annotations

import importlib
import json
import os
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NoReturn

from pydantic import BaseModel
from pydantic.errors import PydanticInvalidForJsonSchema, PydanticUndefinedAnnotation

from api.file_arguments import names_a_file, readable_file
from schemas.errors import InvalidInput, InvalidSchema

SchemaArgument = Mapping[str, Any] | str | os.PathLike[str] | type[BaseModel]

_MODULE_AND_NAME = re.compile(r"[^\W\d][\w.]*:[^\W\d][\w.]*")


def response_schema_of(schema: SchemaArgument) -> dict[str, Any]:
    """Raises `InvalidSchema` with the place of the fault; whether every keyword can be filled
    is for the reader to say."""
    if isinstance(schema, type):
        return _schema_of_class(schema)
    if isinstance(schema, Mapping):
        return dict(schema)
    name = os.fspath(schema)
    if not names_a_file(name) and _MODULE_AND_NAME.fullmatch(name):
        return _schema_of_class(_imported(name))
    return _schema_of_file(readable_file(name))


def question_schema(question: str, mode: str = "auto") -> dict[str, Any]:
    """One field, `answer`, that the question describes; in mode scan of the type that its wording
    asks for."""
    if not question.strip():
        raise InvalidInput("the question is empty", param="question")
    answer: dict[str, Any] = {"type": ["string", "null"], "description": question.strip()}
    if mode == "scan":
        from engine.scan_wording import answer_schema

        answer = answer_schema(question)
    return {
        "type": "object",
        "properties": {"answer": answer},
        "required": ["answer"],
        "additionalProperties": False,
    }


def _schema_of_class(model: Any) -> dict[str, Any]:
    if not (isinstance(model, type) and issubclass(model, BaseModel)):
        name = getattr(model, "__name__", repr(model))
        raise InvalidSchema(f"{name} is not a pydantic model class", param="schema")
    try:
        return model.model_json_schema()
    except (PydanticInvalidForJsonSchema, PydanticUndefinedAnnotation) as error:
        reason = error.message or type(error).__name__
        raise InvalidSchema(f"{model.__name__} has no JSON Schema: {reason}") from error


def _imported(name: str) -> Any:
    """The object of `module:Model`, looked up from the current directory as `python -m` does."""
    module_name, _, attributes = name.partition(":")
    if os.getcwd() not in sys.path and "" not in sys.path:
        sys.path.insert(0, os.getcwd())
    try:
        found: Any = importlib.import_module(module_name)
        for attribute in attributes.split("."):
            found = getattr(found, attribute)
    except (Exception, SystemExit) as error:
        fault = f"{type(error).__name__}: {error}"
        raise InvalidSchema(f"{name} cannot be imported: {fault}", param="schema") from error
    return found


def _schema_of_file(path: Path) -> dict[str, Any]:
    try:
        schema = json.loads(
            path.read_text(encoding="utf-8-sig"),
            object_pairs_hook=_without_duplicates,
            parse_constant=_refuse_constant,
        )
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise InvalidSchema(f"{path}: {place}: {error.msg}", param="schema") from error
    except UnicodeDecodeError as error:
        raise InvalidSchema(f"{path} is not UTF-8 text: byte {error.start}") from error
    except (ValueError, RecursionError) as error:
        raise InvalidSchema(f"{path}: {error}", param="schema") from error
    if not isinstance(schema, dict):
        kind = type(schema).__name__
        raise InvalidSchema(f"{path} holds a {kind}, not a JSON Schema object", param="schema")
    return schema


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """json keeps the last of two equal names in silence."""
    members: dict[str, Any] = {}
    for name, value in pairs:
        if name in members:
            raise ValueError(f'"{name}" is given twice in one object')
        members[name] = value
    return members


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")
