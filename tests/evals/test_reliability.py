from __future__ import annotations

import pytest

from evals.reliability import auroc, calibration_error, caught_at, interval


def test_a_confidence_that_says_what_happens_has_no_error() -> None:
    assert calibration_error([0.75] * 4, [True, True, True, False]) == 0.0


def test_the_error_is_weighted_by_what_a_bin_holds() -> None:
    confidences = [0.95, 0.95, 0.95, 0.55]
    assert calibration_error(confidences, [True, True, True, False]) == pytest.approx(0.175)


def test_full_confidence_falls_into_the_last_bin() -> None:
    assert calibration_error([1.0, 0.99], [True, True]) == pytest.approx(0.005)


def test_bins_of_equal_mass_go_by_rank() -> None:
    confidences = [0.91, 0.92, 0.98, 0.99]
    right = [False, False, True, True]
    error = calibration_error(confidences, right, num_bins=2, equal_mass=True)
    assert error == pytest.approx((0.915 + 0.015) / 2)


def test_the_auroc_counts_pairs_and_half_of_the_ties() -> None:
    assert auroc([0.9, 0.5], [0.5, 0.1]) == pytest.approx(3.5 / 4)


def test_without_both_sorts_there_is_no_auroc() -> None:
    assert auroc([0.9], []) is None


def test_the_lowest_threshold_that_wrongs_few_enough_catches_most() -> None:
    found = caught_at([0.9, 0.6, 0.2], [0.5, *[0.1] * 19], most_wrong=0.05)
    assert found == (1.0, 0.2)


def test_no_threshold_may_wrong_more_than_is_allowed() -> None:
    assert caught_at([0.4], [0.5, 0.1], most_wrong=0.05) == (0.0, 1.0)


def test_an_interval_lies_around_the_mean_and_is_the_same_each_time() -> None:
    groups = [[1.0, 1.0, 0.0], [1.0, 0.0], [0.0, 1.0, 1.0]]
    found = interval(groups)
    assert found is not None
    assert found[0] < 5 / 8 < found[1]
    assert interval(groups) == found


def test_documents_are_drawn_whole() -> None:
    alike = interval([[1.0] * 50, [0.0] * 50])
    mixed = interval([[1.0, 0.0] * 25, [1.0, 0.0] * 25])
    assert (alike, mixed) == ((0.0, 1.0), (0.5, 0.5))
