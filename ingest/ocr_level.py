"""Where are the lines of a picture, once it lies level?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np

from ingest.ocr_model import Gray, Quads, TextModel
from ingest.ocr_turn import (
    Affine,
    after,
    best_quarter,
    deskewing,
    inverse,
    is_sideways,
    moved,
    quarter_turn,
    scaled,
    shift,
    sides_of,
    size_after,
    skew_of,
)

_FIND_AGAIN = 3.0  # degrees askew: then lines are looked for in a copy that lies level
_TILTED = 2.0  # degrees: a line that runs in a direction of its own
_TALL = 2.0  # times its width: it may run up or down
_LONGER = 0.3  # of a line's height, at both ends
_SAMPLE = 4


@dataclass(frozen=True, slots=True)
class Frame:
    """The box of one line, in pixels; `outward` takes its points to the frame around it."""

    outward: Affine
    width: float
    height: float


def level(model: TextModel, picture: Gray, reduced: float) -> tuple[Affine, Quads]:
    """The way to the level picture, and the lines in it. They are looked for in a copy that is
    reduced by so much; twice, where the page lies on its side or far askew."""
    height, width = picture.shape
    small = resized(picture, reduced, shift(0.0, 0.0), (width, height))
    quads = model.find(small) / reduced
    if not len(quads):
        return shift(0.0, 0.0), quads
    turn = _upright(model, picture, quads)
    skew = skew_of(_ordered(moved(quads, turn)))
    to_level = _deskewed(turn, skew, width, height)
    quads = _ordered(moved(quads, to_level))
    if abs(skew) < _FIND_AGAIN and not is_sideways(_ordered(moved(quads, inverse(to_level)))):
        return to_level, quads
    level_size = size_after(to_level, width, height)
    quads = model.find(resized(picture, reduced, to_level, level_size)) / reduced
    better = _deskewed(turn, skew + skew_of(quads), width, height)
    return better, _ordered(moved(quads, after(better, inverse(to_level))))


def frames_of(quads: Quads) -> Iterator[Frame]:
    """Those of lines that lie level are level; others run in a direction of their own. They are
    longer than what was found, which at times ends within the last letter."""
    widths, heights = sides_of(quads)
    for quad, width, height in zip(quads, widths.tolist(), heights.tolist(), strict=True):
        more = _LONGER * min(width, height)
        degrees = skew_of(quad[None]) if width > 2 * height else 0.0
        if abs(degrees) >= _TILTED:
            cos, sin = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
            x, y = (quad[0] - more * np.array([cos, sin])).tolist()
            yield Frame(np.array([[cos, -sin, x], [sin, cos, y]]), width + 2 * more, height)
            continue
        (x0, y0), (x1, y1) = quad.min(axis=0).tolist(), quad.max(axis=0).tolist()
        if height > _TALL * width:
            yield Frame(shift(x0, y0 - more), x1 - x0, y1 - y0 + 2 * more)
        else:
            yield Frame(shift(x0 - more, y0), x1 - x0 + 2 * more, y1 - y0)


def crop(picture: Gray, frame: Frame) -> Gray:
    """The pixels of a frame that lies in the picture itself."""
    size = max(1, round(frame.width)), max(1, round(frame.height))
    (a, c, x), (b, d, y) = frame.outward.tolist()
    if (a, b, c, d) == (1.0, 0.0, 0.0, 1.0):
        left, top = max(0, round(x)), max(0, round(y))
        plain = picture[top : top + size[1], left : left + size[0]]
        if plain.shape == size[::-1]:
            return plain
    return _warped(picture, frame.outward, size)


def resized(picture: Gray, by: float, turn: Affine, size: tuple[float, float]) -> Gray:
    """A copy, turned so that it has that size, and made smaller or larger."""
    height, width = picture.shape
    small = picture
    if by != 1.0:
        way = cv2.INTER_AREA if by < 1 else cv2.INTER_CUBIC
        small_size = max(1, round(width * by)), max(1, round(height * by))
        small = np.asarray(cv2.resize(picture, small_size, interpolation=way), dtype=np.uint8)
    if np.array_equal(turn, shift(0.0, 0.0)):
        return small
    around = after(scaled(by), after(turn, scaled(1 / by)))
    return _warped(small, inverse(around), (round(size[0] * by), round(size[1] * by)))


def _upright(model: TextModel, picture: Gray, quads: Quads) -> Affine:
    """The quarter turn under which the longest lines can be read."""
    height, width = picture.shape
    turned = is_sideways(quads)
    lengths = sides_of(quads)[turned]
    longest = quads[np.argsort(lengths)[::-1][:_SAMPLE]]
    samples = [crop(picture, frame) for frame in frames_of(longest)]

    def confidence(line: Gray) -> float:
        return model.read(line).confidence

    quarter = best_quarter(samples, (1, 3) if turned else (0, 2), confidence)
    return quarter_turn(quarter, width, height)


def _deskewed(turn: Affine, skew: float, width: float, height: float) -> Affine:
    return after(deskewing(skew, *size_after(turn, width, height)), turn)


def _warped(picture: Gray, outward: Affine, size: tuple[int, int]) -> Gray:
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    found = cv2.warpAffine(picture, outward, size, flags=flags, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(found, dtype=np.uint8)


def _ordered(quads: Quads) -> Quads:
    """Corners from the top left, clockwise, of boxes that lie nearly level."""
    sums, differences = quads.sum(axis=2), quads[:, :, 0] - quads[:, :, 1]
    order = np.stack(
        [sums.argmin(1), differences.argmax(1), sums.argmax(1), differences.argmin(1)], axis=1
    )
    return np.take_along_axis(quads, order[:, :, None], axis=1).astype(np.float32)
