"""What was read from a picture, as it passes from one process to another?"""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass

Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class PictureWord:
    """`box` is in pixels of the level picture; `confidence` is that of the character which is
    the least sure."""

    box: Box
    text: str
    confidence: float


@dataclass(frozen=True, slots=True)
class PictureLine:
    """`confidence` is the mean over its characters, `size` that of its type in pixels."""

    words: list[PictureWord]
    size: float
    confidence: float
    is_sideways: bool


@dataclass(frozen=True, slots=True)
class PictureText:
    """Everything in pixels of the picture made level, which has that width and height.

    `to_picture` takes its points to the picture that was given: a, b, c, d, e, f as in a PDF.
    `flat` and `upright` are ruled lines. `num_unread` lines were too unclear. Lines were looked
    for in a copy that was made smaller, or larger, by `reduced`.
    """

    width: float
    height: float
    to_picture: tuple[float, float, float, float, float, float]
    lines: list[PictureLine]
    flat: list[Box]
    upright: list[Box]
    num_unread: int
    reduced: float


def json_of(text: PictureText) -> bytes:
    return json.dumps(dataclasses.asdict(text)).encode()


def text_of_json(said: bytes) -> PictureText:
    about = json.loads(said)
    lines = [
        PictureLine(
            [PictureWord(tuple(w["box"]), w["text"], w["confidence"]) for w in line["words"]],
            line["size"],
            line["confidence"],
            line["is_sideways"],
        )
        for line in about.pop("lines")
    ]
    for name in ("flat", "upright"):
        about[name] = [tuple(box) for box in about[name]]
    return PictureText(lines=lines, **about | {"to_picture": tuple(about["to_picture"])})
