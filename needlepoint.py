"""How does a Python program read values out of documents?

import needlepoint

extraction = needlepoint.extract("report.pdf", "fields.json")
lease, extraction = needlepoint.extract_as("lease.pdf", Lease)  # a pydantic class
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Literal, TypeVar

from pydantic import BaseModel, ValidationError

from api.file_arguments import readable_files
from api.reading_mode import mode_of
from api.schema_argument import SchemaArgument, question_schema, response_schema_of
from schemas.errors import InvalidInput, ModelUnavailable, ServiceError
from schemas.extraction import Citation, Extraction, FieldResult, FoundPassage
from schemas.preparation import Preparation
from schemas.progress import OnProgress, Progress, ignore_progress
from schemas.settings import Settings, load_settings, with_model

__all__ = [
    "Citation",
    "Extraction",
    "FieldResult",
    "FoundPassage",
    "IncompleteExtraction",
    "InvalidInput",
    "ModelUnavailable",
    "Progress",
    "ServiceError",
    "Settings",
    "ask",
    "extract",
    "extract_as",
    "find",
    "load_settings",
    "prepare",
]

Files = str | os.PathLike[str] | Iterable[str | os.PathLike[str]]
ReadingMode = Literal["auto", "dense", "indexed", "scan"]
Model = TypeVar("Model", bound=BaseModel)


class IncompleteExtraction(ServiceError):
    """What was found does not make the class that was asked for; `extraction` is what was."""

    code = "incomplete_extraction"

    def __init__(self, message: str, extraction: Extraction) -> None:
        super().__init__(message)
        self.extraction = extraction


def extract(
    files: Files,
    schema: SchemaArgument,
    *,
    instructions: str | None = None,
    mode: ReadingMode = "auto",
    model: str | None = None,
    password: str | None = None,
    attachments: bool = False,
    on_progress: OnProgress | None = None,
    settings: Settings | None = None,
) -> Extraction:
    """Fill a schema (a mapping, the path of a JSON file, a pydantic class) from all the files,
    and from what they carry where `attachments` are asked for.

    Raises `InvalidInput` for what the caller can mend. An extraction that could not fill the
    schema is returned, with the status `incomplete` and its errors.
    """
    from jobs.extraction import extract as run_extraction

    return run_extraction(
        _paths(files),
        response_schema_of(schema),
        _settings(settings, model),
        instructions=instructions,
        mode=mode_of(mode),
        password=password,
        attachments=attachments,
        on_progress=on_progress or ignore_progress,
    )


def extract_as(
    files: Files,
    model_class: type[Model],
    *,
    instructions: str | None = None,
    mode: ReadingMode = "auto",
    model: str | None = None,
    password: str | None = None,
    attachments: bool = False,
    on_progress: OnProgress | None = None,
    settings: Settings | None = None,
) -> tuple[Model, Extraction]:
    """An instance of the class, and the extraction that says where each value was read.

    Raises `IncompleteExtraction` where what was found does not validate.
    """
    extraction = extract(
        files,
        model_class,
        instructions=instructions,
        mode=mode,
        model=model,
        password=password,
        attachments=attachments,
        on_progress=on_progress,
        settings=settings,
    )
    return _instance(model_class, extraction), extraction


def ask(
    files: Files,
    question: str,
    *,
    mode: ReadingMode = "auto",
    model: str | None = None,
    password: str | None = None,
    attachments: bool = False,
    on_progress: OnProgress | None = None,
    settings: Settings | None = None,
) -> Extraction:
    """An extraction with one field, `answer`; in mode scan "how many …", "list all …", "the third
    …" and the like are answered by a number, a list, the third."""
    return extract(
        files,
        question_schema(question, mode),
        mode=mode,
        model=model,
        password=password,
        attachments=attachments,
        on_progress=on_progress,
        settings=settings,
    )


def find(
    files: Files,
    query: str,
    *,
    top: int = 10,
    model: str | None = None,
    password: str | None = None,
    on_progress: OnProgress | None = None,
    settings: Settings | None = None,
) -> list[FoundPassage]:
    """The best passages for a query, best first."""
    from jobs.extraction import find as run_find

    return run_find(
        _paths(files),
        query,
        _settings(settings, model),
        top=top,
        password=password,
        on_progress=on_progress or ignore_progress,
    )


def prepare(
    files: Files,
    *,
    model: str | None = None,
    password: str | None = None,
    on_progress: OnProgress | None = None,
    settings: Settings | None = None,
) -> Preparation:
    """Read the files into the index before anyone asks. What was read is kept when `on_progress`
    ends the work."""
    from jobs.extraction import prepare as run_prepare

    return run_prepare(
        _paths(files),
        _settings(settings, model),
        password=password,
        on_progress=on_progress or ignore_progress,
    )


def _paths(files: Files) -> list[Path]:
    if isinstance(files, str | os.PathLike):
        return readable_files([files])
    return readable_files(list(files))


def _settings(settings: Settings | None, model: str | None) -> Settings:
    return with_model(settings or load_settings(), model)


def _instance(model_class: type[Model], extraction: Extraction) -> Model:
    try:
        return model_class.model_validate(extraction.output)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        message = f"{model_class.__name__} cannot be made: {place}: {first['msg']}"
        raise IncompleteExtraction(message, extraction) from error
