"""How do difficult pages of several files look side by side, as they were understood?

python -m evals.contact_sheet SHEET.png FILE:1,5-7 FILE:3 …
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path

import pymupdf

from ingest.layout_image import layout_pages, page_numbers
from ingest.pdf_furniture import LOOKAHEAD
from ingest.pdf_open import open_pdf
from ingest.read import document_of, read_bytes
from schemas.ingest_settings import IngestSettings

_COLUMNS = 4
_WIDTH, _HEIGHT = 450.0, 600.0  # points of one page on the sheet
_DPI = 110
_FAR = "unreadable_page"  # how pages that are not asked for are left out


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sheet", type=Path, help="the PNG to write")
    parser.add_argument("pages", nargs="+", metavar="FILE:PAGES", help="such as a.pdf:1,5-7")
    arguments = parser.parse_args()
    pictures = [found for given in arguments.pages for found in drawn(given)]
    arguments.sheet.write_bytes(sheet_of(pictures))


def drawn(given: str) -> Iterator[tuple[str, bytes]]:
    """Name and PNG of each page that "FILE:PAGES" asks for.

    Only these are read, and those near them that tell what is a running head.
    """
    name, _, pages = given.rpartition(":")
    path, limits = Path(name), IngestSettings()
    data = read_bytes(path, limits)
    with open_pdf(data, name=path.name, limits=limits) as (pdf, _repairs):
        num_pages = len(pdf)
    numbers = page_numbers(pages, num_pages)
    far = {page: _FAR for page in range(1, num_pages + 1) if not _is_near(page, numbers)}
    document = document_of(data, path.name, limits, lost_pages=far)
    for number, png in layout_pages(data, document, numbers, limits=limits, dpi=_DPI):
        yield f"{path.name}, page {number}", png


def _is_near(page: int, numbers: Sequence[int]) -> bool:
    return any(abs(page - number) <= LOOKAHEAD for number in numbers)


def sheet_of(pictures: Sequence[tuple[str, bytes]]) -> bytes:
    rows = -(-len(pictures) // _COLUMNS)
    with pymupdf.open() as pdf:
        page = pdf.new_page(width=_COLUMNS * _WIDTH, height=rows * _HEIGHT)
        for at, (name, png) in enumerate(pictures):
            x, y = (at % _COLUMNS) * _WIDTH, (at // _COLUMNS) * _HEIGHT
            page.insert_text((x + 6, y + 12), name, fontsize=9)
            box = pymupdf.Rect(x + 6, y + 18, x + _WIDTH - 6, y + _HEIGHT - 6)
            page.insert_image(box, stream=png)
        return bytes(page.get_pixmap(dpi=_DPI, alpha=False).tobytes("png"))


if __name__ == "__main__":
    main()
