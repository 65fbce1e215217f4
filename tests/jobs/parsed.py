"""How do tests come by the parsed file of a document?"""

from __future__ import annotations

from pathlib import Path

from engine import array_file
from ingest.document_arrays import arrays_of
from ingest.passages import passages_of
from jobs.parsed_document import ParsedDocument
from schemas.document import Document


def file_of(document: Document, folder: Path) -> Path:
    passages = passages_of(document, lambda texts: [len(text.split()) for text in texts], 40)
    path = folder / "parsed.arrays"
    array_file.write(path, array_file.runs_of(arrays_of(document, passages), {}))
    return path


def parsed(document: Document, folder: Path) -> ParsedDocument:
    return ParsedDocument.open(file_of(document, folder))
