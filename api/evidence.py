"""Where in the files do the citations of a result stand, and do they still stand there?"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from api.places import place_of, shortened, visible
from schemas.document import Document
from schemas.errors import InvalidInput
from schemas.extraction import Box, Citation, Extraction, PageRegion, SheetRegion

BoxesByPage = dict[int, list[Box]]


def cited_files(
    extraction: Extraction, given: Sequence[Path], folders: Sequence[Path]
) -> dict[str, Path]:
    """The file of each cited document that is at hand: of those given, else in the folders.

    A result holds only file names, so a given file that no citation names is a mistake.
    """
    names = dict.fromkeys(citation.document for citation in citations_of(extraction))
    _refuse_strangers(given, list(names))
    by_name = {path.name: path for path in given}
    found = {name: by_name.get(name) or _found_in(folders, name) for name in names}
    return {name: path for name, path in found.items() if path is not None}


def boxes_by_page(citations: Sequence[Citation]) -> BoxesByPage:
    """Boxes to draw on each cited page, in the order of the citations."""
    boxes: BoxesByPage = {}
    for citation in citations:
        for region in citation.regions:
            if isinstance(region, PageRegion):
                boxes.setdefault(region.page, []).extend(region.bboxes)
    return boxes


def missing_quotes(citations: Sequence[Citation], document: Document) -> Iterator[str]:
    """One sentence for each citation whose quote does not stand where it says it does."""
    for citation in citations:
        if document.text[citation.start : citation.stop] != citation.quote:
            quote = shortened(visible(citation.quote), 60)
            yield (
                f"{visible(document.name)}, {place_of(citation.regions)}: “{quote}” does not "
                "stand there: the file is not the one that was read, or another version reads it"
            )


def cited_cells(citations: Sequence[Citation], document: Document) -> Iterator[str]:
    """Each cited cell with what stands in it, and its formula where it has one."""
    formulas = {sheet.name: sheet.formulas for sheet in document.sheets}
    for citation in citations:
        for region in citation.regions:
            if isinstance(region, SheetRegion):
                formula = formulas.get(region.sheet, {}).get(region.range)
                computed = f"  {visible(formula)}" if formula else ""
                yield f"{place_of([region])}  {visible(citation.quote)}{computed}"


def write_page_images(name: str, images: Mapping[int, Path], folder: Path) -> Iterator[Path]:
    """A copy of each page's PNG, named after the document; an older one of the name is replaced."""
    for page, image in images.items():
        path = folder / f"{name}-p{page:04d}.png"
        try:
            shutil.copyfile(image, path)
        except OSError as error:
            raise InvalidInput(f"{path} can not be written: {error.strerror}") from error
        yield path


def citations_of(extraction: Extraction, document: str | None = None) -> list[Citation]:
    """All citations, or those of one document."""
    citations = [citation for field in extraction.fields for citation in field.citations]
    return [item for item in citations if document in (None, item.document)]


def _refuse_strangers(given: Sequence[Path], names: Sequence[str]) -> None:
    for path in given:
        if path.name not in names:
            cited = ", ".join(names) or "no document"
            raise InvalidInput(f"{path.name} is not cited: the result cites {cited}")


def _found_in(folders: Sequence[Path], name: str) -> Path | None:
    """A name that holds a folder is not followed: a result may come from anywhere."""
    if Path(name).name != name:
        return None
    return next((folder / name for folder in folders if (folder / name).is_file()), None)
