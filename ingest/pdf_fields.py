"""What was filled in on a page's form, and where?

A value that the page draws stays where it is drawn; one that it does not draw yet stands in
the rectangle of its field. Boxes to tick are signs, whatever font they are drawn in.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from statistics import median
from typing import Any

import pymupdf

from ingest.normalise import normalise
from ingest.pdf_words import Fragment, PageWords, Word

TICKED, UNTICKED = "☒", "☐"
_BOXES = (pymupdf.PDF_WIDGET_TYPE_CHECKBOX, pymupdf.PDF_WIDGET_TYPE_RADIOBUTTON)
_TEXTS = (
    pymupdf.PDF_WIDGET_TYPE_TEXT,
    pymupdf.PDF_WIDGET_TYPE_COMBOBOX,
    pymupdf.PDF_WIDGET_TYPE_LISTBOX,
)
_IS_PASSWORD, _IS_COMB = 1 << 13, 1 << 24
_IS_HIDDEN = 1 << 1 | 1 << 5
_DEFAULT_SIZE = 10.0
_LEADING = 1.2


@dataclass(frozen=True, slots=True)
class _Field:
    """`rect` is in the layout frame. Whether what is drawn there stays: where it is the value,
    and where it is something else."""

    rect: pymupdf.Rect
    lines: list[str]
    stays: bool = False
    stays_if_other: bool = False


def with_fields(page: pymupdf.Page, words: PageWords) -> tuple[PageWords, set[int]]:
    """The words with the values of the page's fields among them, and the ids of those that
    stand in fields: they are no sign that the page itself has a text."""
    fields = list(_fields(page, words))
    if not fields:
        return words, set()
    size = _text_size(words, fields)
    filled: set[int] = set()
    for field in fields:
        held = _held(words, field)
        for word in held:
            word.size, word.bold = size, False  # a value is no heading
        is_value = _said(held) == _squeezed("".join(field.lines))
        if held and (field.stays if is_value else field.stays_if_other):
            filled.update(map(id, held))
            continue
        values = _values(field, size)
        words = without(words, {id(word) for word in held})
        words = replace(words, fragments=[*words.fragments, *values])
        filled.update(id(word) for fragment in values for word in fragment.words)
    return words, filled


def _held(words: PageWords, field: _Field) -> list[Word]:
    """What is drawn in a field; a value may be drawn a little off its rectangle."""
    held = words_in(words, field.rect)
    if held or not field.lines:
        return held
    margin = 0.75 * field.rect.height
    x0, y0, x1, y1 = field.rect
    near = words_in(words, pymupdf.Rect(x0 - 1, y0 - margin, x1 + 1, y1 + margin))
    return near if _said(near) == _squeezed("".join(field.lines)) else []


def _said(words: list[Word]) -> str:
    return _squeezed("".join(word.text for word in words))


def words_in(words: PageWords, rect: pymupdf.Rect) -> list[Word]:
    """The words whose middle stands in a rectangle of the layout frame."""
    return [
        word
        for fragment in (*words.fragments, *words.sideways)
        for word in fragment.words
        if rect.x0 <= (word.x0 + word.x1) / 2 <= rect.x1
        and rect.y0 <= (word.y0 + word.y1) / 2 <= rect.y1
    ]


def without(words: PageWords, taken: set[int]) -> PageWords:
    """The words of a page less some of them, given by id."""
    if not taken:
        return words
    return replace(
        words, fragments=_left(words.fragments, taken), sideways=_left(words.sideways, taken)
    )


def _left(fragments: list[Fragment], taken: set[int]) -> list[Fragment]:
    kept = [[word for word in f.words if id(word) not in taken] for f in fragments]
    return [
        fragment if len(fragment.words) == len(words) else Fragment(words)
        for fragment, words in zip(fragments, kept, strict=True)
        if words
    ]


def _fields(page: pymupdf.Page, words: PageWords) -> Iterator[_Field]:
    if page.first_widget is None:
        return
    pdf = page.parent
    draws_anew = pdf.xref_get_key(pdf.pdf_catalog(), "AcroForm/NeedAppearances")[1] == "true"
    for widget in page.widgets():
        if _flags(pdf, widget.xref) & _IS_HIDDEN:
            continue
        rect = (widget.rect * words.to_layout).normalize()
        if widget.field_type in _BOXES:
            yield _Field(rect, [TICKED if _is_ticked(pdf, widget) else UNTICKED])
        elif widget.field_type in _TEXTS and _is_password(widget):
            yield _Field(rect, [])
        elif widget.field_type in _TEXTS and (value := _value(widget)):
            is_comb = bool((widget.field_flags or 0) & _IS_COMB)
            yield _Field(rect, value.splitlines(), not is_comb, not draws_anew)


def _flags(pdf: pymupdf.Document, xref: int) -> int:
    kind, flags = pdf.xref_get_key(xref, "F")
    return int(flags) if kind == "int" else 0


def _is_ticked(pdf: pymupdf.Document, widget: Any) -> bool:
    """By the state that is drawn, which is the field's own where it has none."""
    kind, state = pdf.xref_get_key(widget.xref, "AS")
    if kind == "name":
        return str(state) != "/Off"
    return widget.field_value not in (None, False, "", "Off")


def _is_password(widget: Any) -> bool:
    is_text = widget.field_type == pymupdf.PDF_WIDGET_TYPE_TEXT
    return bool(is_text and (widget.field_flags or 0) & _IS_PASSWORD)


def _value(widget: Any) -> str:
    """What was typed or chosen, as its reader sees it."""
    value = widget.field_value or ""
    values = [value] if isinstance(value, str) else [str(one) for one in value]
    shown = {
        str(choice[0]): str(choice[1])
        for choice in widget.choice_values or []
        if isinstance(choice, (list, tuple)) and len(choice) > 1
    }
    return "\n".join(shown.get(one, one) for one in values if one.strip())


def _squeezed(text: str) -> str:
    return normalise(text).replace(" ", "")


def _text_size(words: PageWords, fields: list[_Field]) -> float:
    """The type size of the page around its fields."""
    inside = {id(word) for field in fields for word in words_in(words, field.rect)}
    sizes = [w.size for f in words.fragments for w in f.words if id(w) not in inside]
    return median(sizes) if sizes else _DEFAULT_SIZE


def _values(field: _Field, size: float) -> list[Fragment]:
    """A value's lines, wrapped as they fit, one under the other in the field's rectangle."""
    rect = field.rect
    room = max(1, int(rect.width / (0.5 * size)))
    is_high = rect.height > 2 * _LEADING * size
    lines = [part for line in field.lines for part in (_wrapped(line, room) if is_high else [line])]
    lines = [line for line in lines if normalise(line)]
    step = min(rect.height / max(1, len(lines)), _LEADING * size if is_high else rect.height)
    return [
        placed(
            line, pymupdf.Rect(rect.x0, rect.y0 + n * step, rect.x1, rect.y0 + (n + 1) * step), size
        )
        for n, line in enumerate(lines)
    ]


def _wrapped(line: str, room: int) -> list[str]:
    parts: list[str] = []
    for word in line.split():
        if parts and len(parts[-1]) + 1 + len(word) <= room:
            parts[-1] += f" {word}"
        else:
            parts.append(word)
    return parts


def placed(line: str, rect: pymupdf.Rect, size: float) -> Fragment:
    """A line of words that fill a rectangle, each as far as its characters reach."""
    texts = line.split()
    per_character = rect.width / (sum(map(len, texts)) + len(texts) - 1)
    words: list[Word] = []
    x = rect.x0
    for text in texts:
        stop = min(rect.x1, x + per_character * (len(text) + 1))
        words.append(Word(x, rect.y0, stop, rect.y1, text, size, False, False))
        x = stop
    return Fragment(words)
