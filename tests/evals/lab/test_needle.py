from __future__ import annotations

import pytest

from evals.lab.haystack import Hay
from evals.lab.needle import Grid, NeedleKind, plans, score
from evals.lab.trial import Answer, Trial
from tests.evals.lab.lab_data import count_words, paragraphs


def trials(grid: Grid) -> dict[str, Trial]:
    made = plans(grid, Hay(iter(paragraphs(200)), count_words), count_words)
    return {plan.name: plan.build() for plan in made}


def words_before(part: str, text: str) -> float:
    return 100 * len(text[: text.index(part)].split()) / len(text.split())


def test_a_grid_has_a_plan_for_each_cell_short_ones_first() -> None:
    grid = Grid((1000, 2000), (NeedleKind.NUMBERS, NeedleKind.UUIDS), num_depths=3)
    names = [plan.name for plan in plans(grid, Hay(iter(()), count_words), count_words)]
    assert names[:4] == ["numbers/1000/0", "numbers/1000/50", "numbers/1000/100", "uuids/1000/0"]
    assert len(names) == len(set(names)) == 12


@pytest.mark.parametrize("kind", [NeedleKind.NUMBERS, NeedleKind.WORDS, NeedleKind.UUIDS])
def test_the_needle_stands_once_at_its_depth_and_the_text_has_its_length(kind: NeedleKind) -> None:
    for trial in trials(Grid((4000,), (kind,), num_depths=5)).values():
        [question] = trial.questions
        [needle], [value] = question.places, question.expected
        text = trial.data.decode()
        assert text.count(needle) == text.count(value) == 1
        assert question.depth is not None
        assert words_before(needle, text) == pytest.approx(question.depth, abs=1.5)
        assert 3700 < len(text.split()) <= 4000
        assert trial.num_tokens == len(text.split())


def test_the_key_is_asked_for_and_the_value_is_not_given_away() -> None:
    [trial] = trials(Grid((1000,), num_depths=1)).values()
    [question] = trial.questions
    key = question.places[0].split(" is:")[0].rpartition(" ")[2]
    assert key in question.asked
    assert question.expected[0] not in question.asked
    assert question.chat()[0]["content"].count(key) == 3


def test_the_same_seed_makes_the_same_haystacks_and_another_seed_others() -> None:
    one, again, other = (
        trials(Grid((1000,), seed=seed))["numbers/1000/0"].data for seed in (0, 0, 1)
    )
    assert one == again
    assert one != other


def test_several_needles_lie_from_the_depth_to_the_end() -> None:
    [trial] = trials(Grid((4000,), num_depths=1, num_needles=3)).values()
    [question] = trial.questions
    depths = [words_before(place, trial.data.decode()) for place in question.places]
    assert depths == pytest.approx([50, 66.7, 83.3], abs=2)
    assert len(question.expected) == 3
    assert question.schema["type"] == ["array", "null"]


def test_distractors_have_near_keys_and_their_values_are_traps() -> None:
    [trial] = trials(Grid((4000,), num_depths=1, num_distractors=4)).values()
    [question] = trial.questions
    text = trial.data.decode()
    assert len(question.traps) == 4
    assert all(text.count(trap) == 1 for trap in question.traps)
    assert text.count("special magic numbers") == 5


def test_an_absent_key_is_nowhere_but_another_needle_stands_at_the_depth() -> None:
    [trial] = trials(Grid((4000,), (NeedleKind.ABSENT,), num_depths=1)).values()
    [question] = trial.questions
    text = trial.data.decode()
    key = question.asked.split(" for ")[1].split(" ")[0]
    assert key not in text
    assert question.expected == ()
    assert words_before("One of the special magic numbers", text) == pytest.approx(50, abs=1.5)


def test_null_is_right_where_the_needle_is_absent_and_wrong_where_it_is_not() -> None:
    absent = next(iter(trials(Grid((1000,), (NeedleKind.ABSENT,), num_depths=1)).values()))
    there = next(iter(trials(Grid((1000,), num_depths=1)).values()))
    null = Answer((), True, 0.0)
    assert score(absent.questions[0], null)["score"] == 1.0
    assert score(there.questions[0], null)["score"] == 0.0
    right = Answer(there.questions[0].expected, False, 0.0)
    assert score(there.questions[0], right)["score"] == 1.0
    assert score(absent.questions[0], right)["score"] == 0.0
