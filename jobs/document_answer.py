"""What do documents answer, in the words of the OpenAI routes?"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from jobs.document_question import ANSWER
from jobs.services import Services
from schemas.errors import ServiceError
from schemas.extraction import Citation, Extraction, FieldResult, FieldStatus, Status
from schemas.openai_turns import Turn

_PICTURE = "image/"


@dataclass(frozen=True, slots=True)
class NamedFiles:
    """By document: the id that the caller gave the file, and its name. `pictures` are ids of those
    that OCR read."""

    names: Mapping[str, tuple[str, str]]
    pictures: tuple[str, ...] = ()

    def of(self, document: str) -> dict[str, Any]:
        """With its place among the files."""
        file_id, filename = self.names.get(document, (document, document))
        index = list(self.names).index(document) if document in self.names else 0
        return {"file_id": file_id, "filename": filename, "index": index}


@dataclass(frozen=True, slots=True)
class DocumentAnswer:
    """A text with its citations; or a refusal, where what was found does not fit the schema: a
    text that is no instance of it would break its reader."""

    text: str = ""
    annotations: list[dict[str, Any]] = field(default_factory=list)
    refusal: str | None = None


def files_of(services: Services, tenant: str, turns: Iterable[Turn]) -> NamedFiles:
    """Of a conversation. A file whose day is over is left out: its document is named by its id."""
    names = dict[str, tuple[str, str]]()
    pictures: list[str] = []
    for part in (part for turn in turns for part in turn.files):
        assert part.file_id is not None, "what is sent inline was kept"
        try:
            if part.file_id.startswith("doc_"):
                document_id, name = part.file_id, None
            else:
                file = services.files.get(tenant, part.file_id)
                document_id, name = file.document or "", file.filename
            document = services.documents.get(tenant, document_id)
        except ServiceError:
            continue
        names[document_id] = (part.file_id, name or document.name)
        if (document.media_type or "").startswith(_PICTURE):
            pictures.append(part.file_id)
    return NamedFiles(names, tuple(pictures))


def answer_of(result: Extraction, files: NamedFiles, *, has_schema: bool) -> DocumentAnswer:
    annotations = [
        _annotation(found, citation, files)
        for found in result.fields
        for citation in found.citations
    ]
    if not has_schema:
        answer = (result.output or {}).get(ANSWER)
        said = "Not found in the documents." if answer is None else str(answer)
        return DocumentAnswer(said, annotations)
    if result.status is Status.INCOMPLETE:
        missing = [f.path for f in result.fields if f.status is not FieldStatus.FOUND]
        return DocumentAnswer(refusal=f"Not found in the documents: {', '.join(missing)}")
    return DocumentAnswer(json.dumps(result.output, ensure_ascii=False), annotations)


def reading_of(job_id: str, result: Extraction, files: NamedFiles) -> dict[str, Any]:
    """How the documents were read: what the field `needlepoint` of an answer says."""
    return {
        "extraction": job_id,
        "mode": result.mode,
        "coverage": result.coverage.model_dump(mode="json"),
        "read_by_ocr": list(files.pictures),
        "fields": [found.model_dump(mode="json") for found in result.fields],
        "warnings": [warning.model_dump(mode="json") for warning in result.warnings],
    }


def _annotation(found: FieldResult, citation: Citation, files: NamedFiles) -> dict[str, Any]:
    """Theirs, with what it has no place for: the field, the quote, and the page and its boxes, or
    the sheet and the cell."""
    return {
        "type": "file_citation",
        "path": found.path,
        "confidence": found.confidence,
        **files.of(citation.document),
        **citation.model_dump(mode="json"),
    }
