"""What did readers of a page write on it: notes, text boxes, comments on what they marked?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pymupdf

from ingest.pdf_fields import placed, without, words_in
from ingest.pdf_lines import Row, rows_of
from ingest.pdf_words import Fragment, PageWords, Word

_SILENT = {
    pymupdf.PDF_ANNOT_LINK,
    pymupdf.PDF_ANNOT_POPUP,
    pymupdf.PDF_ANNOT_WIDGET,
    pymupdf.PDF_ANNOT_FILE_ATTACHMENT,
}
_IS_HIDDEN = 1 << 1 | 1 << 5
_SIZE = 10.0


@dataclass(frozen=True, slots=True)
class Annotation:
    rows: list[Row]


def with_annotations(
    page: pymupdf.Page, words: PageWords
) -> tuple[PageWords, list[Annotation], set[int]]:
    """The words less those of annotations, the annotations, and the ids of words that were
    typed into the page's text as on a typewriter: they stay there."""
    found: list[Annotation] = []
    typed: set[int] = set()
    if all(kind in _SILENT for _, kind, _ in page.annot_xrefs()):
        return words, found, typed
    for annotation in page.annots():
        if annotation.type[0] in _SILENT or annotation.flags & _IS_HIDDEN:
            continue
        rect = (annotation.rect * words.to_layout).normalize()
        if annotation.type[0] != pymupdf.PDF_ANNOT_FREE_TEXT:
            found += _comment(page, annotation, rect)
            continue
        held = words_in(words, rect)
        if _is_typed(page, annotation):
            new = _lines(annotation, rect) if not held else []
            words = PageWords(
                words.width,
                words.height,
                [*words.fragments, *new],
                words.sideways,
                words.to_layout,
                words.to_display,
            )
            typed.update(map(id, held or [word for f in new for word in f.words]))
        else:
            words = without(words, {id(word) for word in held})
            rows = rows_of([Fragment([w]) for w in held]) or [[f] for f in _lines(annotation, rect)]
            found += [Annotation(rows)] if rows else []
    return words, sorted(found, key=lambda a: (a.rows[0][0].y0, a.rows[0][0].x0)), typed


def _is_typed(page: pymupdf.Page, annotation: Any) -> bool:
    kind, intent = page.parent.xref_get_key(annotation.xref, "IT")
    return bool(kind == "name" and intent == "/FreeTextTypewriter")


def _comment(page: pymupdf.Page, annotation: Any, rect: pymupdf.Rect) -> list[Annotation]:
    """What was written beside a mark, after its author; nothing of marks without a word."""
    if page.parent.xref_get_key(annotation.xref, "StateModel")[0] != "null":
        return []  # "accepted", "marked": said of another annotation
    said = annotation.info.get("content") or ""
    author = annotation.info.get("title") or ""
    lines = [line for line in said.splitlines() if line.strip()]
    if not lines:
        return []
    if author.strip():
        lines[0] = f"{author.strip()}: {lines[0]}"
    return [Annotation([[_spread(line, rect)] for line in lines])]


def _lines(annotation: Any, rect: pymupdf.Rect) -> list[Fragment]:
    said = annotation.info.get("content") or ""
    lines = [line for line in said.splitlines() if line.strip()]
    step = rect.height / max(1, len(lines))
    return [
        placed(
            line,
            pymupdf.Rect(rect.x0, rect.y0 + n * step, rect.x1, rect.y0 + (n + 1) * step),
            _SIZE,
        )
        for n, line in enumerate(lines)
    ]


def _spread(line: str, rect: pymupdf.Rect) -> Fragment:
    """Words that stand nowhere on the page: the mark's rectangle is the place of each."""
    box = (rect.x0, rect.y0, rect.x1, rect.y1)
    return Fragment([Word(*box, text, _SIZE, False, False) for text in line.split()])
