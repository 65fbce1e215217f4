from __future__ import annotations

import numpy as np

from engine.fusion import LEXICAL_WEIGHT, UNREAD, fused, unread_of

NAN = np.nan


def test_words_count_as_the_share_of_the_question_that_they_are() -> None:
    lexical = np.array([[0.0, 3.0, 6.0], [0.0, 30.0, 60.0]], dtype=np.float32)
    seen = np.full((2, 3), 0.25, dtype=np.float32)
    scores = fused(lexical, np.array([6.0, 60.0]), seen, np.zeros(2, dtype=np.float32))
    expected = [0.25, 0.25 + LEXICAL_WEIGHT / 2, 0.25 + LEXICAL_WEIGHT]
    assert np.allclose(scores, [expected, expected])


def test_a_passage_that_is_not_read_is_thought_of_as_told_if_it_has_a_word() -> None:
    lexical = np.array([[2.0, 1.0, 0.0]], dtype=np.float32)
    seen = np.array([[NAN, 0.9, NAN]], dtype=np.float32)
    scores = fused(lexical, np.array([2.0]), seen, np.array([0.4], dtype=np.float32))
    assert np.allclose(scores, [[0.4 + LEXICAL_WEIGHT, 0.9 + LEXICAL_WEIGHT / 2, 0.0]])


def test_it_is_thought_of_as_the_mean_of_what_was_read() -> None:
    one = np.array([[0.2, NAN], [NAN, NAN]], dtype=np.float32)
    other = np.array([[NAN, 0.6, 0.1], [NAN, NAN, NAN]], dtype=np.float32)
    assert np.allclose(unread_of([one, other]), [0.3, UNREAD])


def test_a_question_without_words_is_ranked_by_what_is_seen() -> None:
    nothing = np.zeros((1, 2), dtype=np.float32)
    seen = np.array([[0.1, 0.4]], dtype=np.float32)
    assert np.allclose(fused(nothing, np.array([0.0]), seen, np.array([0.2], dtype="f4")), seen)
