"""What does a process do that reads pictures? Started by `ingest.ocr_pool`.

`python -m ingest.ocr_process` takes one picture after the other from standard input, each a line
of JSON with its size and then its grey pixels, and writes a line of JSON for each: {"text": …} or
{"error": …}. It ends with its input.
"""

from __future__ import annotations

import json
import os
import sys
from typing import IO

import numpy as np

from ingest.child_guard import guard
from ingest.ocr_model import TextModel
from ingest.ocr_picture import picture_text
from ingest.ocr_text import json_of


def main() -> None:
    guard(None)
    out = os.dup(1)
    os.dup2(2, 1)  # whatever libraries print
    with os.fdopen(out, "wb", buffering=0) as answers:
        model = TextModel()
        for line in sys.stdin.buffer:
            answers.write(_answered(model, json.loads(line), sys.stdin.buffer) + b"\n")


def _answered(model: TextModel, about: dict[str, float], pixels: IO[bytes]) -> bytes:
    """An error's kind alone is told: its words may quote the picture."""
    width, height = int(about["width"]), int(about["height"])
    data = pixels.read(width * height)
    try:
        picture = np.frombuffer(data, dtype=np.uint8).reshape(height, width)
        return json_of(picture_text(model, picture, about["pixels_a_point"]))
    except Exception as error:
        return json.dumps({"error": type(error).__qualname__}).encode()


if __name__ == "__main__":
    main()
