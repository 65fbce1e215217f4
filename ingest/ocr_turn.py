"""Which way up is a picture of a page, and by how much is it askew?

An `Affine` takes points (x, y) of one frame to another: x' = a x + c y + e, y' = b x + d y + f,
as the rows of a matrix [[a, c, e], [b, d, f]].
"""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
import numpy.typing as npt

from ingest.ocr_model import Gray, Quads

Affine = npt.NDArray[np.float64]  # [2, 3]

_WIDE = 1.5  # times its height: such a line says which way it runs
_LONG = 4.0
_SURE = 0.85
_MIN_SKEW = 0.15  # degrees

Confidence = Callable[[Gray], float]


def moved(points: npt.NDArray[np.floating], by: Affine) -> npt.NDArray[np.float64]:
    """Points [..., 2] in the other frame."""
    return np.asarray(points @ by[:, :2].T + by[:, 2])


def after(second: Affine, first: Affine) -> Affine:
    """The first, and then the second."""
    linear = second[:, :2] @ first[:, :2]
    return np.column_stack([linear, second[:, :2] @ first[:, 2] + second[:, 2]])


def inverse(of: Affine) -> Affine:
    return np.asarray(cv2.invertAffineTransform(of))


def shift(x: float, y: float) -> Affine:
    return np.array([[1.0, 0.0, x], [0.0, 1.0, y]])


def scaled(by: float) -> Affine:
    return np.array([[by, 0.0, 0.0], [0.0, by, 0.0]])


def quarter_turn(quarter: int, width: float, height: float) -> Affine:
    """From a picture of that size to the same turned clockwise by so many quarters."""
    return (
        shift(0.0, 0.0),
        np.array([[0.0, -1.0, height], [1.0, 0.0, 0.0]]),
        np.array([[-1.0, 0.0, width], [0.0, -1.0, height]]),
        np.array([[0.0, 1.0, 0.0], [-1.0, 0.0, width]]),
    )[quarter % 4]


def size_after(turn: Affine, width: float, height: float) -> tuple[float, float]:
    """What a turned picture needs, without what it was shifted by."""
    a, c, b, d = np.abs(turn[:, :2]).ravel().tolist()
    return a * width + c * height, b * width + d * height


def deskewing(degrees: float, width: float, height: float) -> Affine:
    """To a frame, large enough for all corners, in which lines that sank by so many degrees lie
    flat."""
    if abs(degrees) < _MIN_SKEW:
        return shift(0.0, 0.0)
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    new_width, new_height = size_after(turn, width, height)
    return after(shift((new_width - width) / 2, (new_height - height) / 2), turn)


def is_sideways(quads: Quads) -> bool:
    """Whether most lines run up or down."""
    widths, heights = sides_of(quads)
    flat = widths[widths > _WIDE * heights].sum()
    return bool(heights[heights > _WIDE * widths].sum() > flat)


def skew_of(quads: Quads) -> float:
    """Degrees by which flat lines sink to the right: the median over their length. Short words
    tell nothing."""
    widths, heights = sides_of(quads)
    chosen = widths > _LONG * heights
    if not chosen.any():
        return 0.0
    quads, widths = quads[chosen], widths[chosen]
    run = (quads[:, 1] - quads[:, 0]) + (quads[:, 2] - quads[:, 3])
    degrees = np.degrees(np.arctan2(run[:, 1], run[:, 0]))
    order = np.argsort(degrees)
    past = np.cumsum(widths[order])
    return float(degrees[order][np.searchsorted(past, past[-1] / 2)])


def sides_of(quads: Quads) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Widths and heights, by their longer opposite sides."""

    def length(one: int, other: int) -> npt.NDArray[np.float64]:
        return np.asarray(np.linalg.norm(quads[:, one] - quads[:, other], axis=1))

    return np.maximum(length(0, 1), length(3, 2)), np.maximum(length(0, 3), length(1, 2))


def best_quarter(lines: list[Gray], quarters: tuple[int, ...], confidence: Confidence) -> int:
    """The clockwise turn under which lines are read with most confidence; a later one is tried
    only where those before it leave doubt."""
    best, best_sure = quarters[0], -1.0
    for quarter in quarters:
        turned = [np.ascontiguousarray(np.rot90(line, -quarter)) for line in lines]
        sure = sum(map(confidence, turned)) / max(1, len(turned))
        if sure > best_sure:
            best, best_sure = quarter, sure
        if sure >= _SURE:
            break
    return best
