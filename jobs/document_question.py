"""Which documents does a conversation name, and what does it ask of them?

A model is asked about documents by an extraction: values are copied and cited.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from jobs.services import Services
from schemas.errors import InvalidInput
from schemas.jobs import MAX_DOCUMENTS, ExtractionCreate
from schemas.openai_content import FilePart
from schemas.openai_turns import Turn

ANSWER = "answer"
"""The field that a question without a schema fills."""

_MOST_CHARACTERS = 8_000


@dataclass(frozen=True, slots=True)
class DocumentQuestion:
    """`schema` is none where a text is wanted: the answer's is `ANSWER`. Raises `InvalidInput` for
    more documents than one extraction reads."""

    documents: tuple[str, ...]
    question: str
    instructions: str
    schema: dict[str, Any] | None

    def __post_init__(self) -> None:
        if len(self.documents) > MAX_DOCUMENTS:
            raise InvalidInput(
                f"{len(self.documents)} files are read for one answer, at most {MAX_DOCUMENTS}: "
                "ask of them in parts",
                param="input",
            )

    def extraction(self, *, is_urgent: bool, keep_seconds: int | None = None) -> ExtractionCreate:
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
            expires_after_seconds=keep_seconds,
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
    standing = [text for turn in turns if turn.is_standing for text in turn.texts]
    return DocumentQuestion(
        documents,
        "\n".join(asking[-1].texts).strip() if asking else "",
        "\n\n".join(text for text in (instructions, *standing) if text),
        schema,
    )


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
