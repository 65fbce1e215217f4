"""Which lines make a paragraph, and which of them are headings?"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from ingest.normalise import normalise
from ingest.pdf_index import entry_starts
from ingest.pdf_lines import Row, box_of, is_marker, text_of
from ingest.pdf_table import Interval

_MAX_HEADING_WORDS = 16
_LARGER = 1.12  # times the body's size: a heading by its size alone
_NUMBERING = re.compile(
    r"^(?:(?:section|article|chapter|part|item|schedule|exhibit|appendix|annex|note)\s+)?"
    r"((?:\d{1,2}|[A-Z]|[IVX]+)(?:\.\d+)*)[.:)]?\s+",
    re.IGNORECASE,
)
_NAMED = re.compile(
    r"^(?:section|article|chapter|part|item|schedule|exhibit|appendix|annex)\s+[\dA-Z]",
    re.IGNORECASE,
)
_PAGE = re.compile(r"^(?=.*[^\W\d_]{2}).*?(?:\s|[.…_]{2,})(\d{1,4})$")
_MIN_CONTENTS = 5
_MIN_PROSE_WORDS = 6  # on a line that may run on into one that begins with "(ii)"
_ENDS_SENTENCE = tuple(".:;!?")


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Rows of running text; `level` is 0 unless it is a heading. `reach` is from where to where
    the lines of its column go."""

    rows: list[Row]
    level: int = 0
    reach: Interval = (0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Looks:
    """How the document's running text looks, and the titles its outline gives to the page."""

    body_size: float
    titles: Mapping[str, int]


def paragraphs_of(rows: list[Row], looks: Looks) -> list[Paragraph]:
    paragraphs: list[Paragraph] = []
    run: list[Row] = []
    left = min((f.x0 for row in rows for f in row), default=0.0)
    right = max((f.x1 for row in rows for f in row), default=0.0)
    levels: list[int] = []
    for index, row in enumerate(rows):
        runs_on = index > 0 and not levels[-1] and _runs_on(rows[index - 1], row)
        levels.append(0 if runs_on else _level(row, looks))
    contents = _contents(rows)
    if contents:
        levels = [0 if at in contents else level for at, level in enumerate(levels)]
    entries = contents or entry_starts(rows)
    for index, row in enumerate(rows):
        if run and (
            levels[index] != levels[index - 1]
            or index in entries
            or _begins(run, row, right, is_heading=levels[index] > 0)
        ):
            paragraphs.append(Paragraph(run, levels[index - 1], (left, right)))
            run = []
        run.append(row)
    if run:
        paragraphs.append(Paragraph(run, levels[-1], (left, right)))
    return [_demoted(p) for p in paragraphs]


def title_key(text: str) -> str:
    """What a heading and its entry in the outline have in common."""
    return _NUMBERING.sub("", normalise(text)).casefold().strip(" .:")


def _contents(rows: list[Row]) -> set[int]:
    """The lines of a table of contents: many end with a page's number, none less than the one
    before, and hardly another line stands between them."""
    ends = [at for at, row in enumerate(rows) if row[-1].text[-1:].isdigit()]
    if len(ends) < _MIN_CONTENTS:
        return set()
    pages = [(at, int(found[1])) for at in ends if (found := _PAGE.search(text_of(rows[at])))]
    if len(pages) < _MIN_CONTENTS or 2 * len(pages) < pages[-1][0] - pages[0][0] + 1:
        return set()
    rises = sum(one[1] <= other[1] for one, other in pairwise(pages))
    return {at for at, _ in pages} if rises >= 0.9 * (len(pages) - 1) else set()


def _runs_on(above: Row, row: Row) -> bool:
    """Whether a line of the same size goes on with a sentence of the line above."""
    gap = row[0].y0 - above[0].y1
    is_near = gap < 0.5 * (row[0].y1 - row[0].y0)
    is_alike = abs(row[0].size - above[-1].size) < 0.5
    return is_near and is_alike and not text_of(above).endswith(_ENDS_SENTENCE)


def _begins(run: list[Row], row: Row, right: float, *, is_heading: bool) -> bool:
    """Whether a line begins a paragraph of its own, given those of the one before it."""
    above, (left, top, _, foot) = box_of(run[-1]), box_of(row)
    height = max(foot - top, 1.0)
    gap = top - above[3]
    if gap > 0.75 * height or foot < above[1]:
        return True
    if is_heading:
        last = run[-1][0]
        return gap > 0.45 * height or abs(row[0].size - last.size) > 0.5 or row[0].bold != last.bold
    if len(run) > 1 and gap > box_of(run[-1])[1] - box_of(run[-2])[3] + 0.25 * height:
        return True
    if abs(row[0].size - run[-1][0].size) > 0.15 * row[0].size:
        return True
    is_short = above[2] < right - 0.25 * (right - above[0])
    ends = text_of(run[-1]).endswith(_ENDS_SENTENCE)
    marker = row[0].words[0].text
    if is_marker(marker) and (len(row[0].words) > 1 or len(row) > 1):
        is_bullet = not any(map(str.isalnum, marker))
        is_apart = abs(left - above[0]) > 0.3 * row[0].size and not marker[0].isdigit()
        is_few = sum(len(f.words) for f in run[-1]) < _MIN_PROSE_WORDS and not marker[0].isdigit()
        return is_short or ends or is_bullet or is_apart or is_few
    is_indented = left > above[0] + 0.8 * row[0].size and len(run) > 1
    return (is_short and ends) or (is_indented and ends)


def _level(row: Row, looks: Looks) -> int:
    text = text_of(row)
    words = text.split()
    is_title = any(map(str.isalpha, text)) and text[0] not in "(•" and len(words) > 0
    if not is_title or len(words) > _MAX_HEADING_WORDS:
        return 0
    if looks.titles and (level := looks.titles.get(title_key(text))):
        return level
    size = median(word.size for fragment in row for word in fragment.words)
    if size >= _LARGER * looks.body_size and not text.endswith((",", ";")):
        return _numbered_level(text) or (1 if size >= 1.55 * looks.body_size else 2)
    is_bold = all(fragment.bold for fragment in row)
    if is_bold and not row[0].mono and not text.endswith((",", ";", "-")):
        return _numbered_level(text) or 3
    if text.isupper() and _NAMED.match(text) and len(words) > 1:
        return 2
    return 0


def _numbered_level(text: str) -> int:
    """The depth that a heading's number shows: 2 for "3.1 Term", 0 where it has none."""
    match = _NUMBERING.match(text)
    return min(match[1].count(".") + 1, 6) if match and match[1][0].isdigit() else 0


def _demoted(paragraph: Paragraph) -> Paragraph:
    """The paragraph, plain where it is too long to be a heading."""
    num_words = sum(len(f.words) for row in paragraph.rows for f in row)
    if paragraph.level and num_words > 2 * _MAX_HEADING_WORDS:
        return Paragraph(paragraph.rows, 0, paragraph.reach)
    return paragraph
