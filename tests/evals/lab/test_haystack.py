from __future__ import annotations

import pytest

from evals.lab.haystack import BREAK, Hay
from schemas.errors import InvalidInput
from tests.evals.lab.lab_data import count_words, paragraphs

NEEDLE = "The needle is here."


def hay(count: int = 60) -> Hay:
    return Hay(iter(paragraphs(count)), count_words)


def depth_of(needle: str, text: str) -> float:
    return 100 * len(text[: text.index(needle)].split()) / len(text.replace(needle, "").split())


@pytest.mark.parametrize("num_tokens", [40, 100, 1000, 1111, 3000])
def test_a_haystack_is_shorter_than_asked_by_less_than_a_sentence(num_tokens: int) -> None:
    haystack = hay().of(num_tokens)
    assert num_tokens - 11 < haystack.num_tokens <= num_tokens
    assert len(haystack.text.split()) == haystack.num_tokens


def test_a_longer_haystack_begins_with_the_shorter_one() -> None:
    one = hay()
    assert one.of(2000).text.startswith(one.of(500).text)


def test_the_same_text_comes_whatever_was_asked_before() -> None:
    one = hay()
    one.of(3000)
    assert one.of(700).text == hay().of(700).text


def test_a_text_that_is_too_short_is_refused_and_says_how_long_it_is() -> None:
    with pytest.raises(InvalidInput, match="has 132 tokens and 200 are asked for"):
        hay(2).of(200)


@pytest.mark.parametrize("depth", [0, 10, 25.5, 50, 90, 100])
def test_a_needle_stands_at_its_depth_within_a_sentence(depth: float) -> None:
    text, [come_of_it] = hay().of(2000).with_needles([(depth, NEEDLE)])
    assert depth_of(NEEDLE, text) == pytest.approx(depth, abs=100 * 12 / 2000)
    assert come_of_it == pytest.approx(depth_of(NEEDLE, text), abs=0.5)


def test_a_needle_stands_between_sentences_and_changes_nothing_else() -> None:
    haystack = hay().of(1000)
    text, _ = haystack.with_needles([(37, NEEDLE)])
    before, _, after = text.partition(NEEDLE)
    assert before.rstrip().endswith(".")
    assert f"{before.rstrip()} {after.lstrip()}" == haystack.text


def test_a_quote_is_closed_before_the_needle() -> None:
    one = Hay(iter(['He said "yes it is so." Then he went home and slept.']), count_words)
    text, _ = one.of(12).with_needles([(60, NEEDLE)])
    assert text == f'He said "yes it is so." {NEEDLE} Then he went home and slept.'


def test_a_needle_changes_one_paragraph_alone() -> None:
    haystack = hay().of(2000)
    text, _ = haystack.with_needles([(62, NEEDLE)])
    changed = set(text.split(BREAK)) - set(haystack.paragraphs)
    assert len(changed) == 1


def test_several_needles_stand_in_the_order_of_their_depths() -> None:
    needles = [(80.0, "Third."), (0.0, "First."), (80.0, "Fourth."), (30.0, "Second.")]
    text, _ = hay().of(2000).with_needles(needles)
    places = [text.index(word) for word in ("First.", "Second.", "Third.", "Fourth.")]
    assert places == sorted(places)


def test_all_paragraphs_come_by_iteration_each_once() -> None:
    one = hay(600)
    one.of(100)
    assert list(one) == paragraphs(600)
