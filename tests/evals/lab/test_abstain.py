from __future__ import annotations

from pathlib import Path

import pytest

from evals.lab.abstain import Abstaining, is_absent, plans, score
from evals.lab.haystack import Hay
from evals.lab.trial import Answer, Trial
from schemas.errors import InvalidInput
from tests.evals.lab import lab_data
from tests.evals.lab.lab_data import count_words, sentences


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEEDLEPOINT_SHARED_DATA", str(lab_data.write(tmp_path / "data")))


def hay(first: int = 5000) -> Hay:
    return Hay((sentences(first + number) for number in range(100)), count_words)


def trial(num_each: int = 5) -> Trial:
    asked = Abstaining((4096,), num_documents=1, num_each=num_each)
    return plans(asked, hay(), count_words)[0].build()


def test_there_are_as_many_questions_of_each_sort() -> None:
    kinds = [question.kind for question in trial().questions]
    assert kinds == ["present"] * 5 + ["near"] * 5 + ["foreign"] * 5
    assert [is_absent(kind) for kind in kinds] == [False] * 5 + [True] * 10


def test_no_two_questions_have_the_same_name() -> None:
    names = [question.name for question in trial().questions]
    assert len(set(names)) == 15


def test_what_is_asked_as_present_stands_once_and_what_is_not_nowhere() -> None:
    made = trial()
    text = made.data.decode()
    for question in made.questions[:5]:
        assert text.count(question.places[0]) == text.count(question.expected[0]) == 1
    for question in made.questions[5:10]:
        key = question.asked.split(" for ")[1].split(" ")[0]
        assert key not in text
        assert f"-{key.split('-')[1]} is:" in text


def test_a_foreign_question_is_of_an_article_that_is_not_there() -> None:
    made = trial()
    text = made.data.decode()
    for question in made.questions[10:]:
        year = question.asked.rstrip("?").rpartition(" ")[2]
        assert f"year {year} " not in text


def test_a_haystack_that_holds_all_articles_is_refused() -> None:
    asked = Abstaining((6800,), num_documents=1, num_each=5)
    [plan] = plans(asked, hay(first=0), count_words)
    with pytest.raises(InvalidInput, match="take agreements"):
        plan.build()


def test_a_chat_may_answer_none_to_every_question() -> None:
    said = [question.chat()[0]["content"] for question in trial().questions]
    assert all(text.endswith('answer "none".') for text in said)


def test_null_is_right_where_nothing_is_there_and_a_value_where_it_is() -> None:
    present, near = trial().questions[0], trial().questions[5]
    null, value = Answer((), True, 0.0), Answer(present.expected, False, 0.0)
    assert [score(near, null)["score"], score(near, value)["score"]] == [1.0, 0.0]
    assert [score(present, null)["score"], score(present, value)["score"]] == [0.0, 1.0]


def test_the_value_of_another_needle_is_wrong() -> None:
    one, other = trial().questions[:2]
    assert score(one, Answer(other.expected, False, 0.0))["score"] == 0.0
