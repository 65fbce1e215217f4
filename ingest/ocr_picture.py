"""What does a picture of a page say, and where in it?

Lines are found in a reduced copy and read from the full one. A page that lies on its side, on
its head or askew is read through a turn, which stands beside what was read.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from ingest.ocr_ink import Measured, measured
from ingest.ocr_leftover import is_text, leftover_boxes
from ingest.ocr_level import Frame, crop, frames_of, level, resized
from ingest.ocr_model import Gray, Reading, TextModel
from ingest.ocr_rules import ruled_lines
from ingest.ocr_text import Box, PictureLine, PictureText, PictureWord
from ingest.ocr_turn import Affine, after, inverse, moved, quarter_turn, shift, size_after

_A4_POINTS = 595.0 * 842.0
_FIND_PIXELS = 1.0e6  # for a page of A4: about 100 dots an inch
_FIND_LEAST, _FIND_MOST = 0.8e6, 3.0e6
_MOST_ENLARGED = 1.5
_TALL = 2.0  # times its width: such a line may run up or down
_RULE_DPI = 150.0
_FOOT = 0.25  # of a word's box
_MIN_CONFIDENCE = 0.5  # a line read with less says nothing
_DOUBTFUL = 0.7
_LETTER_EM, _FEW_LETTERS = 0.5, 4
_SHORT = ((0.2, 0.4), (0.42, 0.6))  # of the ink's width; the confidence it leaves
_BETTER = 0.1


def picture_text(model: TextModel, picture: Gray, pixels_a_point: float) -> PictureText:
    height, width = picture.shape
    reduced = _reduced(width, height, pixels_a_point)
    to_level, quads = level(model, picture, reduced)
    level_size = size_after(to_level, width, height)
    from_level = inverse(to_level)
    found = [_line(model, picture, from_level, frame) for frame in frames_of(quads)]
    read = [line for line in found if line.words and line.confidence >= _MIN_CONFIDENCE]
    small, share = _level_copy(picture, to_level, level_size, pixels_a_point)
    boxes = np.array([_box_of(frame) for frame in frames_of(quads)]).reshape(-1, 4)
    left = leftover_boxes(small, pixels_a_point * share, boxes * share) / share
    read.extend(_leftover(model, picture, from_level, left))
    flat, upright = _rules(small, share, pixels_a_point, read)
    (a, c, e), (b, d, f) = from_level.tolist()
    return PictureText(
        width=level_size[0],
        height=level_size[1],
        to_picture=(a, b, c, d, e, f),
        lines=read,
        flat=flat,
        upright=upright,
        num_unread=sum(line.confidence < _MIN_CONFIDENCE for line in found),
        reduced=reduced,
    )


def _reduced(width: int, height: int, pixels_a_point: float) -> float:
    points = width * height / pixels_a_point**2
    pixels = min(max(_FIND_PIXELS * points / _A4_POINTS, _FIND_LEAST), _FIND_MOST)
    return float(min(_MOST_ENLARGED, (pixels / (width * height)) ** 0.5))


def _line(model: TextModel, picture: Gray, from_level: Affine, frame: Frame) -> PictureLine:
    """The line as it is read with most confidence, turned where it looks it or leaves doubt."""
    best: PictureLine | None = None
    for quarter in _quarters(frame):
        line = _read(model, picture, from_level, frame, quarter)
        if best is None or line.confidence > best.confidence + _BETTER:
            best = line
        if best.confidence >= _DOUBTFUL:
            break
    assert best is not None
    return best


def _quarters(frame: Frame) -> tuple[int, ...]:
    if frame.height > _TALL * frame.width:
        return (0, 1, 3) if frame.height < _TALL**2 * frame.width else (3, 1, 0)
    return (0, 2) if frame.width > _TALL * frame.height else (0,)


def _read(
    model: TextModel, picture: Gray, from_level: Affine, frame: Frame, quarter: int
) -> PictureLine:
    turn = quarter_turn(quarter, frame.width, frame.height)
    turned = Frame(
        after(frame.outward, inverse(turn)), *size_after(turn, frame.width, frame.height)
    )
    pixels = crop(picture, Frame(after(from_level, turned.outward), turned.width, turned.height))
    reading = model.read(pixels)
    if not reading.text:
        return PictureLine([], 0.0, 0.0, is_sideways=False)
    return _measured(turned, pixels, reading, quarter)


def _measured(frame: Frame, pixels: Gray, reading: Reading, quarter: int) -> PictureLine:
    found = measured(pixels, reading)
    words = [
        PictureWord(_box(frame, w.x0, found.top, w.x1, found.bottom), w.text, w.confidence)
        for w in found.words
    ]
    confidence = min(reading.confidence, _most_confidence(found))
    return PictureLine(words, found.size, confidence, is_sideways=quarter % 2 == 1)


def _most_confidence(found: Measured) -> float:
    """Letters that the model does not know it leaves out without a doubt: then what was read is
    too short for its ink."""
    letters = sum(len(word.text) for word in found.words)
    inked = sum(word.x1 - word.x0 for word in found.words)
    if letters < _FEW_LETTERS and inked < _FEW_LETTERS * found.size:
        return 1.0
    share = letters * _LETTER_EM * found.size / max(inked, 1.0)
    return next((most for least, most in _SHORT if share < least), 1.0)


def _box(frame: Frame, x0: float, y0: float, x1: float, y1: float) -> Box:
    corners = moved(np.array([[x0, y0], [x1, y0], [x1, y1], [x0, y1]]), frame.outward)
    (low_x, low_y), (high_x, high_y) = corners.min(axis=0).tolist(), corners.max(axis=0).tolist()
    return low_x, low_y, high_x, high_y


def _level_copy(
    picture: Gray, to_level: Affine, level_size: tuple[float, float], pixels_a_point: float
) -> tuple[Gray, float]:
    """Level, and no larger than it takes to see rules; and by how much it was reduced."""
    share = min(1.0, _RULE_DPI / 72 / pixels_a_point)
    return resized(picture, share, to_level, level_size), share


def _box_of(frame: Frame) -> Box:
    return _box(frame, 0.0, 0.0, frame.width, frame.height)


def _leftover(
    model: TextModel, picture: Gray, from_level: Affine, boxes: npt.NDArray[np.float64]
) -> Iterator[PictureLine]:
    for x0, y0, x1, y1 in boxes.tolist():
        frame = Frame(shift(x0, y0), x1 - x0, y1 - y0)
        pixels = crop(picture, Frame(after(from_level, frame.outward), frame.width, frame.height))
        reading = model.read(pixels)
        if is_text(reading):
            yield _measured(frame, pixels, reading, quarter=0)


def _rules(
    small: Gray, share: float, pixels_a_point: float, lines: list[PictureLine]
) -> tuple[list[Box], list[Box]]:
    """Flat and upright lines. What runs through words is their letters."""
    flat, upright = ruled_lines(small, pixels_a_point * share)
    words = np.array([word.box for line in lines for word in line.words], dtype=np.float64).reshape(
        -1, 4
    )
    return _outside(flat / share, words), _outside(upright / share, words)


def _outside(rules: npt.NDArray[np.float64], words: npt.NDArray[np.float64]) -> list[Box]:
    """The rules whose middle lies in no word, but for its foot, where it may be underlined."""
    if not len(words):
        return [tuple(rule) for rule in rules.tolist()]
    x, y = (rules[:, 0] + rules[:, 2])[:, None] / 2, (rules[:, 1] + rules[:, 3])[:, None] / 2
    x0, y0, x1, y1 = words.T
    foot = y1 - _FOOT * (y1 - y0)
    inside = ((x > x0) & (x < x1) & (y > y0) & (y < foot)).any(axis=1)
    return [tuple(rule) for rule in rules[~inside].tolist()]
