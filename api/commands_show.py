"""Which command shows a result beside the documents it was read from?"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.options import PasswordOption, settings_with
from schemas.errors import InvalidInput

if TYPE_CHECKING:
    from schemas.document import Document
    from schemas.extraction import Extraction


def show(
    result: Annotated[
        Path, typer.Argument(metavar="RESULT", help="What `needlepoint extract` wrote.")
    ],
    page_images: Annotated[
        Path | None,
        typer.Option("--page-images", metavar="DIR", help="Write PNGs of the cited pages here."),
    ] = None,
    documents: Annotated[
        list[Path] | None,
        typer.Option(
            "--document",
            metavar="FILE",
            help="A document of the result; else looked up beside it and in this folder.",
        ),
    ] = None,
    password: PasswordOption = None,
) -> None:
    """Show each value with its place, quote and confidence; draw the cited boxes on the pages.

    Where a cited document is at hand, its quotes are looked up in it again.
    """
    from api.answer_table import answer_table
    from api.evidence import cited_files
    from api.file_arguments import readable_file, readable_files
    from api.standard_output import styled_output

    extraction = _extraction_of(readable_file(result))
    given = readable_files(documents) if documents else []
    files = cited_files(extraction, given, [result.parent, Path()])
    if page_images is not None:
        _refuse_missing(extraction, files, page_images)
    with styled_output() as console:
        console.print(answer_table(extraction))
        console.print(_summary(extraction))
    for name, file in files.items():
        _show_document(extraction, document_of(file, password))
        if page_images is not None:
            _write_images(extraction, name, file, page_images, password)


def _extraction_of(path: Path) -> Extraction:
    from pydantic import ValidationError

    from schemas.extraction import Extraction

    try:
        return Extraction.model_validate_json(path.read_bytes())
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        fault = f"{place}: {first['msg']}" if place else first["msg"]
        raise InvalidInput(f"{path} is not the result of an extraction: {fault}") from error


def _summary(extraction: Extraction) -> str:
    read = extraction.coverage.share_read
    return f"{extraction.status} · {extraction.model} · {extraction.mode} · {read:.0%} read"


def _refuse_missing(extraction: Extraction, files: dict[str, Path], folder: Path) -> None:
    """Before anything is read or written."""
    from api.evidence import boxes_by_page, citations_of

    for citation in citations_of(extraction):
        if boxes_by_page([citation]) and citation.document not in files:
            raise InvalidInput(
                f"{citation.document} is neither beside the result nor in this folder: "
                "pass it with --document"
            )
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InvalidInput(f"{folder} cannot be made a folder: {error.strerror}") from error


def document_of(file: Path, password: str | None) -> Document:
    """From the cache, where an extraction left it; no model is unpacked only to show a result."""
    from api.progress_bar import progress_shown
    from engine.packaged_models import PACKAGED
    from ingest.read import sha256_of
    from jobs.library import cache_of, library_of
    from jobs.parsing import parsed_document

    settings = settings_with(None)
    with progress_shown() as on_progress:
        model = PACKAGED.get(settings.engine.model)
        if model is None or model.is_converted(settings.cache.directory / "models"):
            library = library_of(settings, cache_of(settings))
            return library.open(file, password=password, on_progress=on_progress).document
        limits = settings.ingest
        sha256 = sha256_of(file, limits)
        return parsed_document(file, sha256, limits, password=password, on_progress=on_progress)


def _show_document(extraction: Extraction, document: Document) -> None:
    from api.evidence import citations_of, cited_cells, missing_quotes
    from api.standard_output import say

    citations = citations_of(extraction, document.name)
    for sentence in missing_quotes(citations, document):
        say(f"warning: {sentence}")
    _print_lines(list(cited_cells(citations, document)))


def _write_images(
    extraction: Extraction, name: str, file: Path, folder: Path, password: str | None
) -> None:
    from api.evidence import boxes_by_page, citations_of, write_page_images
    from api.standard_output import say
    from jobs.page_drawing import drawn_pages

    boxes = boxes_by_page(citations_of(extraction, name))
    if not boxes:
        say(f"{name} has no pages to draw: it is cited by cells or lines")
        return
    limits = settings_with(None).ingest
    with drawn_pages(file, boxes, limits, name=name, password=password) as images:
        paths = list(write_page_images(name, images, folder))
    _print_lines([str(path) for path in paths])


def _print_lines(lines: Sequence[str]) -> None:
    from api.standard_output import styled_output

    with styled_output() as console:
        for line in lines:
            console.print(line, soft_wrap=True)
