from __future__ import annotations

import numpy as np
import pytest

from ingest.ocr_model import Quads
from ingest.ocr_turn import (
    after,
    best_quarter,
    deskewing,
    inverse,
    is_sideways,
    moved,
    quarter_turn,
    size_after,
    skew_of,
)


def line(x: float, y: float, width: float, height: float, degrees: float = 0.0) -> Quads:
    cos, sin = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]])
    return np.array([corners @ np.array([[cos, sin], [-sin, cos]]) + (x, y)])


@pytest.mark.parametrize(
    ("quarter", "corner"), [(0, (0, 0)), (1, (50, 0)), (2, (80, 50)), (3, (0, 80))]
)
def test_a_quarter_turn_takes_the_top_left_corner_clockwise(
    quarter: int, corner: tuple[float, float]
) -> None:
    assert moved(np.zeros(2), quarter_turn(quarter, 80, 50)).tolist() == list(corner)


def test_skew_is_the_median_over_the_length_of_lines() -> None:
    quads = np.concatenate(
        [line(0, 0, 500, 20, 3), line(0, 50, 400, 20, 3), line(0, 90, 90, 20, -9)]
    )
    assert skew_of(quads) == pytest.approx(3)
    assert skew_of(line(0, 0, 30, 20, 5)) == 0


def test_what_was_made_level_can_be_taken_back() -> None:
    turn = after(
        deskewing(3, *size_after(quarter_turn(1, 80, 50), 80, 50)), quarter_turn(1, 80, 50)
    )
    points = np.array([[0.0, 0.0], [80.0, 50.0], [12.0, 7.0]])
    assert moved(moved(points, turn), inverse(turn)) == pytest.approx(points)
    width, height = size_after(turn, 80, 50)
    corners = moved(np.array([[0, 0], [80, 0], [80, 50], [0, 50]]), turn)
    assert corners.min(axis=0) == pytest.approx([0, 0], abs=1e-6)
    assert corners.max(axis=0) == pytest.approx([width, height])


def test_lines_that_are_taller_than_wide_lie_on_their_side() -> None:
    assert is_sideways(
        np.concatenate([line(0, 0, 20, 500), line(50, 0, 20, 300), line(0, 0, 90, 20)])
    )
    assert not is_sideways(line(0, 0, 90, 20))


def test_a_later_turn_is_tried_only_in_doubt() -> None:
    tried: list[tuple[int, ...]] = []

    def confidence(picture: np.ndarray) -> float:
        tried.append(picture.shape)
        return 0.9 if picture.shape == (10, 40) else 0.3

    assert best_quarter([np.zeros((40, 10), np.uint8)], (0, 1, 3), confidence) == 1
    assert tried == [(40, 10), (10, 40)]
