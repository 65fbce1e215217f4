"""Where in a picture stand lines of text, and what does a line say?

The models of the `rapidocr` package do both, on one thread. They know the letters of Latin,
Chinese and Japanese, and of Greek those of formulas. They lie in the package and are named by
their path, so that nothing is ever fetched.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
import rapidocr
from rapidocr import RapidOCR

Gray = npt.NDArray[np.uint8]  # [height, width], 0 is black
Quads = npt.NDArray[np.floating]  # [n, 4, 2]: corners from the top left, clockwise

_MODELS = Path(rapidocr.__file__).parent / "models"
_MAX_LINES = 5_000  # the package's own limit, 1,000, is silent
_SMALLEST_SIDE = 64
_LINE_SCORE = 0.3  # what is no line after all is not read with confidence
_MIN_CROP = 4


@dataclass(frozen=True, slots=True)
class Reading:
    """`middles` are where the characters stand, blanks among them left out, as shares of the
    width; `confidences` are theirs, from 0 to 1."""

    text: str
    middles: list[float]
    confidences: list[float]

    @property
    def confidence(self) -> float:
        """The mean over the characters."""
        return sum(self.confidences) / len(self.confidences) if self.confidences else 0.0


class TextModel:
    """Takes about a second to load and up to a gigabyte of memory to use."""

    def __init__(self) -> None:
        cv2.setNumThreads(1)
        self._engine = RapidOCR(params=_parameters())

    def find(self, picture: Gray) -> Quads:
        """Lines of text, in no order. Time and memory grow with the pixels."""
        found = self._engine(_colours(picture), use_det=True, use_cls=False, use_rec=False)
        boxes = getattr(found, "boxes", None)
        if boxes is None or not len(boxes):
            return np.zeros((0, 4, 2), dtype=np.float32)
        return np.asarray(boxes, dtype=np.float32)

    def read(self, line: Gray) -> Reading:
        """What one line says, that lies flat in its picture."""
        if min(line.shape) < _MIN_CROP:
            return Reading("", [], [])
        found = self._engine(
            _colours(line), use_det=False, use_cls=False, use_rec=True, return_word_box=True
        )
        if not found.txts or not found.txts[0].strip():
            return Reading("", [], [])
        return _reading(found.txts[0], found.word_results[0])


def _parameters() -> dict[str, Any]:
    threads = "EngineConfig.onnxruntime"
    return {
        "Global.log_level": "critical",
        "Global.use_cls": False,
        "Global.use_preprocess_img": False,
        f"{threads}.intra_op_num_threads": 1,
        f"{threads}.inter_op_num_threads": 1,
        "Det.model_path": str(_MODELS / "PP-OCRv6_det_small.onnx"),
        "Det.limit_side_len": _SMALLEST_SIDE,
        "Det.box_thresh": _LINE_SCORE,
        "Det.max_candidates": _MAX_LINES,
        "Rec.model_path": str(_MODELS / "PP-OCRv6_rec_small.onnx"),
        "Rec.rec_batch_num": 1,
    }


def _colours(picture: Gray) -> npt.NDArray[np.uint8]:
    return np.repeat(picture[:, :, None], 3, axis=2)


def _reading(text: str, found: Any) -> Reading:
    columns = [column for word in found.word_cols for column in word]
    shares = [min((column + 0.5) / found.line_txt_len, 1.0) for column in columns]
    sure = [
        float(confidence)
        for character, confidence in zip(text, found.confs, strict=True)
        if not character.isspace()
    ]
    assert len(shares) == len(sure)
    return Reading(" ".join(text.split()), shares, sure)
