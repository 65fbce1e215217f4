"""Which ink of a page looks like text and was not found by the model?

It overlooks short words that stand alone, such as a figure in a column.
"""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from ingest.ocr_model import Gray, Reading

Boxes = npt.NDArray[np.float64]  # [n, 4]: x0, y0, x1, y1

_MIN_HEIGHT, _MAX_HEIGHT, _MIN_WIDTH = 4.0, 40.0, 2.5  # points
_MAX_RULE = 22.0
_BLANK = 4.0
_MOST = 120  # more is a drawing or a photograph
_SURE = 0.85


def leftover_boxes(picture: Gray, pixels_a_point: float, found: Boxes) -> Boxes:
    """Boxes of ink in a level picture outside of those that were found."""
    kind = cv2.ADAPTIVE_THRESH_MEAN_C
    ink = cv2.adaptiveThreshold(picture, 255, kind, cv2.THRESH_BINARY_INV, 31, 12)
    long = round(_MAX_RULE * pixels_a_point)
    for shape in ((1, long), (long, 1)):
        ink = cv2.subtract(ink, cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones(shape, np.uint8)))
    for x0, y0, x1, y1 in found.round().astype(int).tolist():
        ink[max(0, y0 - 1) : y1 + 1, max(0, x0 - 1) : x1 + 1] = 0
    blank = max(1, round(_BLANK * pixels_a_point))
    joined = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones((3, blank), np.uint8))
    _, _, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    x, y, width, height = stats[1:, :4].T.astype(np.float64)
    is_text = (
        (height >= _MIN_HEIGHT * pixels_a_point)
        & (height <= _MAX_HEIGHT * pixels_a_point)
        & (width >= _MIN_WIDTH * pixels_a_point)
    )
    if is_text.sum() > _MOST:
        return np.zeros((0, 4))
    margin = 0.2 * height
    boxes = np.stack([x - margin, y - margin, x + width + margin, y + height + margin], axis=1)
    return np.asarray(boxes[is_text])


def is_text(reading: Reading) -> bool:
    """Whether what was read there is sure to be text: much that is not looks like a letter."""
    is_long = len(reading.text) > 1 or reading.text.isdigit()
    return is_long and reading.confidence >= _SURE and any(map(str.isalnum, reading.text))
