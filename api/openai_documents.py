"""Which documents does a request of the OpenAI routes read, and what does it ask of them?

A model is asked about documents by an extraction: values are copied and cited. Files that are sent
inline, and texts too long to be a message, become files of a day.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from api.uploads import checked_name
from ingest.sniff import check_start
from jobs.file_intake import NewFile, take_in_file
from jobs.services import Services
from schemas.errors import InvalidInput
from schemas.jobs import ExtractionCreate
from schemas.openai_files import FilePurpose
from schemas.openai_responses import FilePart, Turn

ANSWER = "answer"
"""The field that a question without a schema fills."""

_KEPT_SECONDS = 86_400
_LONG_CHARACTERS = {False: 6_000, True: 60_000}  # by whether the model chats
_MOST_CHARACTERS = 8_000
_START_BYTES = 4096


@dataclass(frozen=True, slots=True)
class DocumentQuestion:
    """`schema` is none where a text is wanted: the answer's is `ANSWER`."""

    documents: tuple[str, ...]
    question: str
    instructions: str
    schema: dict[str, Any] | None

    def extraction(self, *, is_urgent: bool) -> ExtractionCreate:
        """Raises `InvalidInput` where more is said than a field can be asked with."""
        said = [self.instructions]
        if self.schema is not None:
            said.append(self.question)
        instructions = "\n\n".join(text for text in said if text)
        for text in (instructions, self.question):
            if len(text) > _MOST_CHARACTERS:
                raise InvalidInput(
                    f"{len(text)} characters are asked of documents, more than "
                    f"{_MOST_CHARACTERS}: send long texts as a file, or as a part of their own",
                    param="input",
                )
        if self.schema is None and not self.question:
            raise InvalidInput("files, and nothing is asked of them: add a text", param="input")
        return ExtractionCreate(
            documents=list(self.documents),
            response_schema=self.schema or _question_schema(self.question),
            instructions=instructions or None,
            priority="interactive" if is_urgent else "standard",
        )


def question_of(
    services: Services,
    tenant: str,
    turns: Sequence[Turn],
    schema: dict[str, Any] | None,
    instructions: str | None,
) -> DocumentQuestion | None:
    """None where no document is read. All files of a conversation are; the last message of the
    user asks. Raises `NotFound`, and `InvalidInput` for a file that is not read."""
    parts = [part for turn in turns for part in turn.files]
    if not parts:
        return None
    documents = tuple(dict.fromkeys(_document_of(services, tenant, part) for part in parts))
    asking = [turn for turn in turns if turn.role == "user" and any(turn.texts)]
    standing = [
        text for turn in turns if turn.role in ("system", "developer") for text in turn.texts
    ]
    return DocumentQuestion(
        documents,
        "\n".join(asking[-1].texts).strip() if asking else "",
        "\n\n".join(text for text in (instructions, *standing) if text),
        schema,
    )


def with_files(
    services: Services, tenant: str, items: Sequence[dict[str, Any]], *, model_chats: bool
) -> list[dict[str, Any]]:
    """The same items, with files by their ids in the place of what was sent inline."""
    return [
        {**item, "content": [_kept(services, tenant, part, model_chats) for part in content]}
        if isinstance(content := item.get("content"), list) and item.get("role") == "user"
        else item
        for item in items
    ]


def _kept(services: Services, tenant: str, part: dict[str, Any], model_chats: bool) -> Any:
    match part:
        case {"type": "input_file", "file_data": str(data), "filename": str(name)}:
            content = _decoded(data)
        case {"type": "input_text", "text": str(text)} if len(text) > _LONG_CHARACTERS[model_chats]:
            name, content = "message.txt", text.encode()
        case _:
            return part
    return {"type": "input_file", "file_id": _file_of(services, tenant, name, content)}


def _file_of(services: Services, tenant: str, name: str, content: bytes) -> str:
    name = checked_name(name)
    if not content:
        raise InvalidInput(f"{name}: the file is empty", param="input")
    check_start(content[:_START_BYTES], name)
    scratch = services.storage.scratch_file()
    try:
        scratch.write_bytes(content)
        new = NewFile(
            file=scratch,
            sha256=hashlib.sha256(content).hexdigest(),
            num_bytes=len(content),
            name=name,
            purpose=FilePurpose.USER_DATA,
            seconds=_KEPT_SECONDS,
        )
        return take_in_file(services, tenant, new).id
    finally:
        scratch.unlink(missing_ok=True)


def _decoded(data: str) -> bytes:
    """Of base64, or of a data: URL of it."""
    if data.startswith("data:"):
        data = data.partition(",")[2]
    try:
        return base64.b64decode(data, validate=True)
    except (binascii.Error, ValueError) as error:
        raise InvalidInput("file_data is not base64", param="input") from error


def _document_of(services: Services, tenant: str, part: FilePart) -> str:
    assert part.file_id is not None, "what is sent inline was kept"
    if part.file_id.startswith("doc_"):
        return services.documents.get(tenant, part.file_id).id
    file = services.files.get(tenant, part.file_id)
    if file.document is None:
        raise InvalidInput(
            f"{file.id} was uploaded for {file.purpose}, and is not read: upload it for user_data",
            param="input",
        )
    return file.document


def _question_schema(question: str) -> dict[str, Any]:
    answer = {"type": ["string", "null"], "description": question}
    return {"type": "object", "properties": {ANSWER: answer}}
