"""Which rows of a region hold figures under figures?"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from ingest.pdf_lines import Row, box_of, text_of
from ingest.pdf_table import Interval, merged, overlap
from ingest.pdf_values import is_period, is_value
from ingest.pdf_words import Fragment

MAX_GAP = 3.5  # line heights between two rows of a table
_MAX_LABEL_ROWS = 7  # rows in a row that hold a label alone
_SENTENCES = re.compile(r"[^\W\d_]{3}[.!?] [^\W\d_a-z]")


@dataclass(slots=True)
class Band:
    """Rows [start, stop) with figures in the columns `extents`, and words in `texts` between."""

    start: int
    stop: int
    extents: list[Interval]
    texts: list[Interval] = field(default_factory=list)


def band_at(cells: list[Row], start: int) -> Band:
    row = cells[start]
    first = row if is_value(row[0].text) and len(row) > 2 else row[1:]
    band = Band(start, start + 1, merged([(f.x0, f.x1) for f in first if is_value(f.text)]))
    _extend(band, row)
    for index in range(start + 1, len(cells)):
        if gap_between(cells[index - 1], cells[index]) > MAX_GAP:
            break
        if _is_wrapped(cells[index], band):
            band.stop = index + 1
        elif _joins(cells[index], band.extents):
            _extend(band, cells[index])
            band.stop = index + 1
        elif not is_label_row(cells[index], band.extents) or index - band.stop >= _MAX_LABEL_ROWS:
            break
    return band


def label_of(row: Row, left: float) -> Fragment | None:
    """The fragment that begins the row before the first column of figures."""
    return row[0] if row and row[0].x0 < left and row[0].centre < left else None


def gap_between(above: Row, below: Row) -> float:
    """White space between two rows in heights of the lower line."""
    top, bottom = box_of(above)[3], box_of(below)
    return (bottom[1] - top) / max(1.0, bottom[3] - bottom[1])


def values_of(row: Row, extents: list[Interval]) -> Row:
    label = label_of(row, extents[0][0])
    return [f for f in row if f is not label and is_value(f.text)]


def are_under(fragments: Row, extents: list[Interval]) -> bool:
    """Whether each stands under exactly one of the columns."""
    return all(sum(overlap((f.x0, f.x1), e) > 0 for e in extents) == 1 for f in fragments)


def is_label_row(row: Row, extents: list[Interval]) -> bool:
    """Whether it holds no more than a label, or a line of a note right of the figures."""
    if _is_prose(row):
        return False
    labels = [f for f in row if f.x0 <= extents[-1][1]]
    return all(f.x0 < extents[0][0] and f.x1 < extents[0][0] + 2 * f.size for f in labels)


def _joins(row: Row, extents: list[Interval]) -> bool:
    """Whether the row goes on with the table: its figures stand under the figures above."""
    label = label_of(row, extents[0][0])
    others = [f for f in row if f is not label]
    values = [f for f in others if is_value(f.text)]
    if not others:
        return False
    if values and all(is_period(f.text) for f in values):
        if label is None or label.text.startswith("("):
            return False
        if not any(f for f in others if f not in values) and len(values) > 1:
            return are_under(values, extents)
    if not values:
        return label is not None and are_under(others, extents) and label.x1 < extents[0][0]
    num_under = sum(are_under([f], extents) for f in values)
    return 2 * num_under >= min(len(values), len(extents))


def _is_prose(row: Row) -> bool:
    """Whether it is a line of sentences, rather than a label however long."""
    num_words = sum(len(fragment.words) for fragment in row)
    return num_words >= 30 or (num_words >= 10 and bool(_SENTENCES.search(text_of(row))))


def _is_wrapped(row: Row, band: Band) -> bool:
    """Whether it is nothing but further lines of words that stand between the figures."""
    return any(map(str.isalnum, text_of(row))) and all(
        any(low - f.size < f.x0 and f.x0 < high for low, high in band.texts)
        and all(overlap((f.x0, f.x1), extent) <= 0 for extent in band.extents)
        for f in row
    )


def _extend(band: Band, row: Row) -> None:
    left, right = band.extents[0][0], band.extents[-1][1]
    words = [f for f in row if not is_value(f.text) and left < f.x0 < right]
    band.texts = merged(band.texts + [(f.x0, f.x1) for f in words])
    new = [(f.x0, f.x1) for f in values_of(row, band.extents)]
    single = [i for i in new if sum(overlap(i, e) > 0 for e in band.extents) <= 1]
    band.extents = merged(band.extents + single)
