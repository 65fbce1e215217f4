"""How does a page become a picture for OCR, and what is read there the words of the page?"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

import numpy as np
import numpy.typing as npt
import pymupdf

from ingest.ocr_pool import Picture
from ingest.ocr_text import PictureLine, PictureText
from ingest.pdf_ruled import Lines
from ingest.pdf_table import Rule
from ingest.pdf_words import Fragment, PageWords, Word, all_words, split_at_gaps
from schemas.ingest_settings import IngestSettings

_MOST_PIXELS = 25_000_000  # of one page
_PLENTY = 8_000_000  # more only where the page's own pictures have more
_BLANK = 2.5  # standard deviation of grey
_WHITE = 255
_MARGIN = 1.0  # points around a word of the text layer
_SAME_SIZE = 0.15
_UNSURE = 0.85  # the mean over a line's characters
_REDUCED_DPI = 70.0
_SAME_SHARE = 0.5
_CHINESE_ONE = "一"
_CJK = re.compile("[\u3040-\u30ff\u3400-\u4dff\u4e01-\u9fff]")


class PictureTooLarge(Exception):
    """A picture on the page has more pixels than may be unpacked; it says how many."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A page or a part of it as grey pixels. `to_page` takes pixels to points of the page as
    displayed, which has that size."""

    picture: Picture
    to_page: pymupdf.Matrix
    width: float
    height: float

    @property
    def is_blank(self) -> bool:
        return float(self.picture.pixels[::2, ::2].std()) < _BLANK


@dataclass(frozen=True, slots=True)
class PageRead:
    """`num_unsure` lines were read with little confidence, `num_unread` not at all; `is_reduced`
    where the page is so large that small print may have been overlooked."""

    words: PageWords
    lines: Lines
    num_unsure: int
    num_unread: int
    is_reduced: bool


def drawn(
    page: pymupdf.Page,
    limits: IngestSettings,
    words: PageWords,
    areas: Sequence[pymupdf.Rect] = (),
) -> Drawn:
    """The page as displayed; with areas, these alone, and what the text layer says taken out."""
    num_pixels = _check_pictures(page, limits)
    clip = page.rect
    for index, area in enumerate(areas):
        clip = area if index == 0 else clip | area
    scale = limits.ocr_dpi / 72
    most = min(max(_PLENTY, num_pixels), _MOST_PIXELS)
    scale *= min(1.0, (most / max(1.0, clip.width * clip.height * scale**2)) ** 0.5)
    pixmap = page.get_pixmap(
        matrix=pymupdf.Matrix(scale, scale), colorspace=pymupdf.csGRAY, clip=clip, alpha=False
    )
    rows = np.frombuffer(pixmap.samples, dtype=np.uint8).reshape(pixmap.height, pixmap.stride)
    pixels = rows[:, : pixmap.width].copy()
    to_page = pymupdf.Matrix(1 / scale, 0, 0, 1 / scale, pixmap.x / scale, pixmap.y / scale)
    if areas:
        _take_out(pixels, ~to_page, areas, words)
    return Drawn(Picture(pixels, scale), to_page, page.rect.width, page.rect.height)


def page_read(text: PictureText, drawn: Drawn) -> PageRead:
    """The words in a layout frame of their own: the page turned and made level."""
    scale = drawn.picture.pixels_a_point
    to_display = pymupdf.Matrix(scale, scale) * pymupdf.Matrix(*text.to_picture) * drawn.to_page
    size = median(line.size for line in text.lines) / scale if text.lines else 0.0
    is_latin = not any(_CJK.search(w.text) for line in text.lines for w in line.words)
    fragments: list[Fragment] = []
    sideways: list[Fragment] = []
    for line in text.lines:
        of_line = _words_of(line, scale, size, is_latin)
        if line.is_sideways:
            sideways.append(Fragment(of_line))
        else:
            fragments.extend(split_at_gaps(of_line))
    words = PageWords(
        width=text.width / scale,
        height=text.height / scale,
        fragments=fragments,
        sideways=sideways,
        to_layout=~to_display,
        to_display=to_display,
    )
    flat = [Rule(x0 / scale, x1 / scale, (y0 + y1) / 2 / scale) for x0, y0, x1, y1 in text.flat]
    upright = [
        Rule(y0 / scale, y1 / scale, (x0 + x1) / 2 / scale) for x0, y0, x1, y1 in text.upright
    ]
    return PageRead(
        words=words,
        lines=Lines(flat, upright),
        num_unsure=sum(line.confidence < _UNSURE for line in text.lines),
        num_unread=text.num_unread,
        is_reduced=text.reduced * scale * 72 < _REDUCED_DPI,
    )


def is_same_text(words: PageWords, read: PageWords) -> bool:
    """Whether the text layer says what was read, so that it can be trusted."""
    said = {_plain(word.text) for word in all_words(words)}
    seen = [plain for word in all_words(read) if (plain := _plain(word.text))]
    return not seen or sum(plain in said for plain in seen) >= _SAME_SHARE * len(seen)


def _plain(text: str) -> str:
    return "".join(filter(str.isalnum, text)).casefold()


def _check_pictures(page: pymupdf.Page, limits: IngestSettings) -> int:
    """The pixels of the page's largest picture. All are unpacked whole to draw the page."""
    sizes = [about[2] * about[3] for about in page.get_images()]
    largest = max(sizes, default=0)
    if largest > limits.max_pixels:
        raise PictureTooLarge(f"{largest:,} pixels")
    return largest


def _take_out(
    pixels: npt.NDArray[np.uint8],
    to_pixels: pymupdf.Matrix,
    areas: Sequence[pymupdf.Rect],
    words: PageWords,
) -> None:
    outside = np.ones(pixels.shape, dtype=bool)
    for area in areas:
        outside[_slices(area * to_pixels)] = False
    pixels[outside] = _WHITE
    for word in all_words(words):
        box = pymupdf.Rect(word.x0, word.y0, word.x1, word.y1) * words.to_display
        around = pymupdf.Rect(box.x0 - _MARGIN, box.y0, box.x1 + _MARGIN, box.y1)
        pixels[_slices(around * to_pixels)] = _WHITE


def _slices(box: pymupdf.Rect) -> tuple[slice, slice]:
    x0, y0, x1, y1 = (max(0, round(edge)) for edge in box)
    return slice(y0, y1), slice(x0, x1)


def _words_of(line: PictureLine, scale: float, usual: float, is_latin: bool) -> list[Word]:
    """A line's type is as large as most of the page's, unless it is clearly another. A dash that
    stands alone looks like the Chinese one."""
    size = line.size / scale
    if abs(size - usual) <= _SAME_SIZE * usual:
        size = usual
    words = []
    for word in line.words:
        x0, y0, x1, y1 = (edge / scale for edge in word.box)
        rounded = round(size * 2) / 2
        said = "—" if is_latin and word.text == _CHINESE_ONE else word.text
        words.append(Word(x0, y0, x1, y1, said, rounded, False, False, word.confidence))
    return words
