"""Which lines are ruled in a picture of a page, flat and upright?"""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from ingest.ocr_model import Gray

Boxes = npt.NDArray[np.int32]  # [n, 4]: x0, y0, x1, y1

_MIN_POINTS = 22.0
_MAX_THICK_POINTS = 2.8


def ruled_lines(picture: Gray, pixels_a_point: float) -> tuple[Boxes, Boxes]:
    """Boxes of flat and of upright lines that are long and thin, in a picture that lies level."""
    dark = cv2.adaptiveThreshold(
        picture, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, 31, 12
    )
    length = max(8, round(_MIN_POINTS * pixels_a_point))
    thick = _MAX_THICK_POINTS * pixels_a_point + 2
    flat, upright = _runs(dark, length), _runs(np.ascontiguousarray(dark.T), length)
    upright = upright[:, [1, 0, 3, 2]]
    return (
        flat[flat[:, 3] - flat[:, 1] <= thick],
        upright[upright[:, 2] - upright[:, 0] <= thick],
    )


def _runs(dark: npt.NDArray[np.uint8], length: int) -> Boxes:
    """Flat runs of ink. It is thickened by a pixel first: a line a little askew has steps."""
    thickened = cv2.dilate(dark, np.ones((3, 1), np.uint8))
    runs = cv2.morphologyEx(thickened, cv2.MORPH_OPEN, np.ones((1, length), np.uint8))
    _, _, stats, _ = cv2.connectedComponentsWithStats(runs, connectivity=8)
    x, y, width, height = stats[1:, :4].T
    return np.stack([x, y, x + width, y + height], axis=1).astype(np.int32)
