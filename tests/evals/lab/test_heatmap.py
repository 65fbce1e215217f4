from __future__ import annotations

from dataclasses import replace

import pymupdf
import pytest

from evals.lab.heatmap import Heatmap, colour_of, of_rows
from tests.evals.lab.lab_data import ROW


def test_colours_go_from_red_over_yellow_to_green() -> None:
    (red, _, _), (_, green, _) = colour_of(0.0), colour_of(1.0)
    assert red > 0.8 > green > 0.6
    assert colour_of(0.5) == pytest.approx((0.96, 0.83, 0.38))
    assert len(set(colour_of(None))) == 1


def test_depths_go_down_and_lengths_across() -> None:
    rows = [
        replace(ROW, depth=depth, length=length, score=score)
        for depth, length, score in [(0.0, 8192, 1.0), (50.0, 4096, 0.0), (50.0, 4096, 1.0)]
    ]
    made = of_rows("needle", rows)
    assert (list(made.rows), list(made.columns)) == (["0", "50"], ["4k", "8k"])
    assert [list(row) for row in made.scores] == [[None, 1.0], [0.5, None]]


def test_kinds_go_down_where_there_are_no_depths() -> None:
    rows = [replace(ROW, depth=None, kind=kind) for kind in ("vt", "cwe")]
    assert list(of_rows("ruler", rows).rows) == ["vt", "cwe"]


def test_the_picture_is_a_png_with_a_cell_of_the_scores_colour() -> None:
    scores: list[list[float | None]] = [[1.0, 0.0], [None, 0.5]]
    made = Heatmap("needle: model", "depth", "length", ["0", "100"], ["4k", "1M"], scores)
    picture = pymupdf.Pixmap(made.png())
    pixels = {picture.pixel(x, y) for x in range(picture.width) for y in range(picture.height)}
    for score in (1.0, 0.0, None, 0.5):
        wanted = [255 * part for part in colour_of(score)]
        assert any(_is_near(pixel, wanted) for pixel in pixels)


def _is_near(pixel: tuple[int, ...], wanted: list[float]) -> bool:
    return all(abs(a - b) <= 2 for a, b in zip(pixel, wanted, strict=False))
