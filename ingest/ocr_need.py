"""Which pages of a PDF, and which parts of them, must be read from their picture?

A text layer over a scan, also an invisible one that another program's OCR has left, is read as
any text layer, unless it says nothing that can be used.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any, Literal

import pymupdf

from ingest.pdf_words import PageWords, all_words

OcrMode = Literal["auto", "off", "force"]

_UNMAPPED_SHARE = 0.1  # of a page's characters
_UNMAPPED = re.compile("[\ufffd\ue000-\uf8ff\x00-\x08\x0e-\x1f\x7f-\x9f]")
_UNREAD_SCRIPTS = re.compile("[\u0370-\u10ff\u1200-\u1cff\ua800-\uabff\uac00-\ud7ff\ufb1d-\ufeff]")
_MANY_PATHS = 40  # drawn on a page without text, they may be text drawn as shapes
_MIN_PICTURE = (40.0, 12.0)  # points
_MIN_SHARE = 0.025  # of a page, for a picture beside a text layer
_LOGO_SHARE = 0.25  # a smaller one is read where it is shown first, and not on every page
_POINTS_A_CHARACTER = 1_500.0  # squared; a page of prose has one on 160
_VOWELS = frozenset("aeiouyäöüàáâãåæèéêëìíîïòóôõøùúûœąęěıőűůý")
_FEW_LETTERS = 200
_VOWEL_SHARES = (0.2, 0.62)


class Need(Enum):
    NONE = auto()
    PICTURES = auto()  # beside the text layer
    PAGE = auto()  # there is no text layer
    INSTEAD = auto()  # the text layer has characters that its fonts do not name
    COMPARE = auto()  # it may be nonsense: what is read decides


@dataclass(frozen=True, slots=True)
class Wanted:
    """`areas` are the pictures to be read, in points of the page as displayed."""

    need: Need
    areas: tuple[pymupdf.Rect, ...] = ()


_NOTHING = Wanted(Need.NONE)


class Wants:
    """What OCR would add to the words of the text layer, page after page."""

    def __init__(self, mode: OcrMode) -> None:
        self._mode = mode
        self._logos: set[tuple[int, int, int]] = set()

    def of(self, page: pymupdf.Page, words: PageWords) -> Wanted:
        text = "".join(word.text for word in all_words(words))
        if self._mode == "force":
            return Wanted(Need.PAGE) if text or shows_something(page) else _NOTHING
        if not text:
            return Wanted(Need.PAGE) if shows_something(page) else _NOTHING
        if is_unmapped(text):
            return Wanted(Need.INSTEAD)
        if _is_doubtful(page, text):
            return Wanted(Need.COMPARE)
        areas = self._unread_pictures(page, words)
        return Wanted(Need.PICTURES, tuple(areas)) if areas else _NOTHING

    def _unread_pictures(self, page: pymupdf.Page, words: PageWords) -> list[pymupdf.Rect]:
        """Pictures of some size over which the text layer says little or nothing."""
        if not page.get_images():
            return []
        whole = page.rect.width * page.rect.height
        areas = []
        for about in page.get_image_info():
            area = pymupdf.Rect(about["bbox"]) * page.rotation_matrix & page.rect
            size = area.width * area.height
            if area.width < _MIN_PICTURE[0] or area.height < _MIN_PICTURE[1]:
                continue
            if size < _MIN_SHARE * whole or self._is_known(about, size / whole):
                continue
            if _num_characters(words, area) * _POINTS_A_CHARACTER <= size:
                areas.append(area)
        return [] if areas and _has_hidden_text(page) else areas

    def _is_known(self, about: dict[str, Any], share: float) -> bool:
        key = about["width"], about["height"], about["size"]
        is_known = share < _LOGO_SHARE and key in self._logos
        self._logos.add(key)
        return is_known


def is_unmapped(text: str) -> bool:
    """Whether fonts do not say which characters they show."""
    return len(_UNMAPPED.findall(text)) > _UNMAPPED_SHARE * len(text)


def is_readable(text: str) -> bool:
    """Whether most letters are of scripts that OCR knows: no Greek, Cyrillic, Arabic, Hebrew,
    Indic or Korean."""
    return 5 * len(_UNREAD_SCRIPTS.findall(text)) <= sum(map(str.isalpha, text))


def shows_something(page: pymupdf.Page) -> bool:
    kinds = Counter(kind for kind, _ in page.get_bboxlog())
    has_picture = any(kind.startswith("fill-im") or kind == "fill-shade" for kind in kinds)
    return has_picture or kinds["fill-path"] + kinds["stroke-path"] >= _MANY_PATHS


def _is_doubtful(page: pymupdf.Page, text: str) -> bool:
    """Whether the text has no more vowels than chance would give it, or every font of the page
    leaves open which characters its codes stand for."""
    letters = [letter for letter in text.lower() if letter.isalpha() and letter < "\u0250"]
    if len(letters) >= _FEW_LETTERS:
        low, high = _VOWEL_SHARES
        if not low <= sum(letter in _VOWELS for letter in letters) / len(letters) <= high:
            return True
    fonts = page.get_fonts()
    return bool(fonts) and all(_leaves_open(page.parent, font) for font in fonts)


def _leaves_open(pdf: pymupdf.Document, font: tuple[int, str, str, str, str, str]) -> bool:
    xref, _, kind, name, _, encoding = font
    if kind not in ("TrueType", "Type0", "Type3") or xref <= 0:
        return False
    if pdf.xref_get_key(xref, "ToUnicode")[0] != "null":
        return False
    if kind == "TrueType":
        return not encoding and "+" in name
    return kind == "Type3" or encoding.startswith("Identity")


def _num_characters(words: PageWords, area: pymupdf.Rect) -> int:
    """Those of the text layer that stand within."""
    here = area * ~words.to_display
    return sum(
        len(word.text)
        for word in all_words(words)
        if here.x0 < (word.x0 + word.x1) / 2 < here.x1
        and here.y0 < (word.y0 + word.y1) / 2 < here.y1
    )


def _has_hidden_text(page: pymupdf.Page) -> bool:
    """Whether somebody's OCR has left what it read as text that is not drawn."""
    kinds = Counter(kind for kind, _ in page.get_bboxlog())
    return kinds["ignore-text"] > 0
