"""Which real texts fill the haystacks?

All from the shared data: encyclopaedia articles (SQuAD), non-disclosure agreements (Kleister),
manuals and reports as our ingest reads their PDFs. `mixed` is articles, agreements and the manual
in this order, some two million tokens, so that the common lengths need no PDF.
"""

from __future__ import annotations

import lzma
from collections.abc import Iterable, Iterator
from enum import StrEnum
from pathlib import Path

from evals import squad_data
from evals.shared_data import shared_data
from ingest.normalise import normalise
from ingest.read import read_document
from schemas.document import SegmentKind
from schemas.settings import Settings

_TEXT_COLUMN = 5
_MIN_WORDS = 8  # in a row; shorter ones are labels, page numbers, lines of a table
_ENOUGH_WORDS, _MOST_WORDS = 40, 160  # of a paragraph of an agreement, whose text has no breaks


class Source(StrEnum):
    MIXED = "mixed"
    ARTICLES = "articles"
    AGREEMENTS = "agreements"
    MANUAL = "manual"
    REPORT = "report"


_PDFS = {Source.MANUAL: "r-fullrefman.pdf", Source.REPORT: "PEPSICO_2022_10K.pdf"}


def paragraphs_of(source: Source, settings: Settings) -> Iterator[str]:
    """One line each, in the order of the texts. Lazily: a PDF takes a minute."""
    if source is Source.MIXED:
        for part in (Source.ARTICLES, Source.AGREEMENTS, Source.MANUAL):
            yield from paragraphs_of(part, settings)
    elif source is Source.ARTICLES:
        yield from _articles()
    elif source is Source.AGREEMENTS:
        yield from _agreements(shared_data())
    else:
        yield from _pdf(shared_data() / "pdf" / _PDFS[source], settings)


def _articles() -> Iterator[str]:
    for paragraph in squad_data.paragraphs(shared_data(), slice(None)):
        yield _line(paragraph.text)


def _agreements(folder: Path) -> Iterator[str]:
    file = folder / "train" / "kleister-nda-train.in.tsv.xz"
    with lzma.open(file, "rt", encoding="utf-8") as lines:
        for line in lines:
            text = line.rstrip("\n").split("\t")[_TEXT_COLUMN].replace("\\n", "\n")
            yield from _prose(_gathered(text.split("\n")))


def _pdf(file: Path, settings: Settings) -> Iterator[str]:
    document = read_document(file, settings.ingest)
    yield from _prose(
        document.text[segment.start : segment.stop]
        for segment in document.segments
        if segment.kind is SegmentKind.PARAGRAPH
    )


def _gathered(lines: Iterable[str]) -> Iterator[str]:
    """Lines as they wrapped on paper, joined to paragraphs that end where a line ends one."""
    gathered: list[str] = []
    num_words = 0
    for line in lines:
        gathered.append(line)
        num_words += len(line.split())
        is_end = line.rstrip().endswith((".", ";", ":")) and num_words >= _ENOUGH_WORDS
        if is_end or num_words >= _MOST_WORDS:
            yield " ".join(gathered)
            gathered, num_words = [], 0
    yield " ".join(gathered)


def _prose(texts: Iterable[str]) -> Iterator[str]:
    for text in texts:
        line = _line(text)
        if line.count(" ") + 1 >= _MIN_WORDS:
            yield line


def _line(text: str) -> str:
    """As our ingest will write it, so that a citation's range is that of the haystack."""
    return " ".join(normalise(text).split())
