"""Which pages could not be read in full, or not by their text, and why?"""

from __future__ import annotations

from collections import defaultdict

from schemas.extraction import Problem

_TROUBLES = {
    "unreadable_page": "{pages} could not be read, being damaged, and {were} left out",
    "page_crashed": "{pages} ended the process that read the file and {were} left out; open the "
    "file in another program and save it again",
    "page_slow": "{pages} took more time than a page may and {were} left out; raise "
    "NEEDLEPOINT_INGEST__MAX_PAGE_SECONDS",
    "page_large": "{pages} needed more memory than there may be and {were} left out; raise "
    "NEEDLEPOINT_INGEST__MAX_MEMORY_BYTES",
    "past_max_pages": "{pages} {were} not read: past NEEDLEPOINT_INGEST__MAX_PAGES",
    "past_max_characters": "{pages} {were} not read: with them the text would be past "
    "NEEDLEPOINT_INGEST__MAX_CHARACTERS",
    "past_max_seconds": "{pages} {were} not read: NEEDLEPOINT_INGEST__MAX_SECONDS were over",
    "after_lost_pages": "{pages} {were} not read: more pages before than "
    "NEEDLEPOINT_INGEST__MAX_LOST_PAGES ended the process that read the file",
    "no_text_layer": "no text could be read on {pages}: they are pictures, and OCR is off "
    "(NEEDLEPOINT_INGEST__OCR=auto)",
    "unmapped_text": "the fonts on {pages} do not say which characters they show, and OCR has not "
    "read them; compare with the page",
    "read_by_ocr": "text on {pages} was read by OCR from what the page looks like",
    "ocr_unsure": "OCR was unsure of lines on {pages}; compare with the page",
    "ocr_found_nothing": "OCR found no text on {pages}, where pictures are shown",
    "ocr_reduced": "OCR has looked at {pages} reduced, being so large: small print may have been "
    "overlooked; split into smaller pages",
    "ocr_too_large": "a picture on {pages} has more pixels than may be unpacked "
    "(NEEDLEPOINT_INGEST__MAX_PIXELS) and was not read",
    "ocr_failed": "OCR failed on {pages}: what their text layer does not say was left out",
}


class Troubles:
    """Page numbers by what was wrong with them."""

    def __init__(self) -> None:
        self._pages: dict[str, list[int]] = defaultdict(list)

    def add(self, code: str, page: int) -> None:
        self._pages[code].append(page)

    def problems(self, name: str) -> list[Problem]:
        return [
            Problem(
                code=code,
                message=f"{name}: {_told(message, self._pages[code])}",
                document=name,
            )
            for code, message in _TROUBLES.items()
            if code in self._pages
        ]


def _told(message: str, pages: list[int]) -> str:
    were = "were" if len(set(pages)) > 1 else "was"
    return message.format(pages=page_list(pages), were=were)


def page_list(pages: list[int]) -> str:
    """ "page 3", or "pages 1-4, 9": runs of numbers are written short."""
    runs: list[list[int]] = []
    for page in sorted(set(pages)):
        if runs and page == runs[-1][1] + 1:
            runs[-1][1] = page
        else:
            runs.append([page, page])
    shown = ", ".join(str(a) if a == b else f"{a}-{b}" for a, b in runs)
    return f"page{'s' if len(pages) > 1 else ''} {shown}"
