"""What decides how a document and its passages come out, and which names stand in them?"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from pathlib import PurePath

from ingest.sniff import MediaType, named_text_type
from schemas.document import Document
from schemas.extraction import Problem
from schemas.ingest_settings import IngestSettings

PARSER_VERSION = 6
"""Raised with every change that makes a document or its passages come out differently."""

_WITHOUT_EFFECT = {
    "max_seconds",
    "ocr_processes",
    "max_attachments",
    "max_attachment_bytes",
    "max_attachment_depth",
}
_TABLES = (MediaType.CSV, MediaType.TSV)


def derivation_of(
    *, sha256: str, name: str, limits: IngestSettings, tokenizer: str, password: str | None
) -> str:
    """The same for files that come out the same, whatever they are called.

    The name counts as far as it says what a text is; a table without sheets is called by it.
    """
    text_type = named_text_type(name)
    parts = {
        "content": sha256,
        "text_type": text_type,
        "sheet": PurePath(name).stem if text_type in _TABLES else "",
        "limits": limits.model_dump(mode="json", exclude=_WITHOUT_EFFECT),
        "parser": PARSER_VERSION,
        "tokenizer": tokenizer,
        "password": None if password is None else _salted(password, sha256),
    }
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def renamed(document: Document, name: str) -> Document:
    """As if read from the file of this name."""
    problems = tuple(renamed_problem(problem, name) for problem in document.warnings)
    return dataclasses.replace(document, name=name, warnings=problems)


def renamed_problem(problem: Problem, name: str) -> Problem:
    """A problem of a document names it, and so may the beginning of its message."""
    if not problem.document:
        return problem
    before, message = f"{problem.document}: ", problem.message
    if message.startswith(before):
        message = f"{name}: {message.removeprefix(before)}"
    return problem.model_copy(update={"document": name, "message": message})


def _salted(password: str, sha256: str) -> str:
    """Slow on purpose: whoever can read the names of the files could try passwords."""
    digest = hashlib.scrypt(password.encode(), salt=sha256.encode(), n=1 << 14, r=8, p=1)
    return digest.hex()
