from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from evals.lab.haystack import Hay
from evals.lab.ruler import TASKS, plans, score, tasks_of
from evals.lab.ruler_needles import NEEDLE_TASKS, Straws
from evals.lab.trial import Answer, Question, Trial
from schemas.errors import InvalidInput
from tests.evals.lab import lab_data
from tests.evals.lab.lab_data import count_words, paragraphs


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEEDLEPOINT_SHARED_DATA", str(lab_data.write(tmp_path / "data")))


def straws(seed: int = 0) -> Straws:
    return Straws(Hay(iter(paragraphs(400)), count_words), count_words, seed)


def trial(name: str, length: int = 4096, sample: int = 0, seed: int = 0) -> Trial:
    return plans([name], [length], sample + 1, straws(seed))[sample].build()


def asked(name: str, length: int = 4096) -> tuple[str, Question]:
    made = trial(name, length)
    return made.data.decode(), made.questions[0]


def test_there_are_thirteen_tasks() -> None:
    assert len(TASKS) == 13


@pytest.mark.parametrize("name", TASKS)
@pytest.mark.parametrize("length", [4096, 8192])
def test_prompt_and_answer_fill_the_length_and_no_more(name: str, length: int) -> None:
    _, question = asked(name, length)
    [message] = question.chat()
    num_words = len(message["content"].split()) + question.max_tokens
    assert 0.94 * length < num_words <= length


@pytest.mark.parametrize("name", TASKS)
def test_the_same_seed_makes_the_same_trial_and_samples_differ(name: str) -> None:
    assert trial(name).data == trial(name).data
    assert trial(name).questions[0].expected == trial(name).questions[0].expected
    assert trial(name, sample=1).data != trial(name).data
    assert trial(name, seed=1).data != trial(name).data


@pytest.mark.parametrize("name", NEEDLE_TASKS)
def test_each_needle_asked_for_stands_once_and_says_the_value(name: str) -> None:
    text, question = asked(name)
    assert [text.count(needle) for needle in question.places] == [1] * len(question.places)
    for needle, value in zip(question.places, question.expected, strict=True):
        assert needle.endswith(f" is: {value}.")


@pytest.mark.parametrize(
    ("name", "num_needles", "num_answers"),
    [
        ("niah_single_1", 1, 1),
        ("niah_single_2", 1, 1),
        ("niah_single_3", 1, 1),
        ("niah_multikey_1", 4, 1),
        ("niah_multivalue", 4, 4),
        ("niah_multiquery", 4, 4),
    ],
)
def test_a_task_has_its_needles_and_answers(name: str, num_needles: int, num_answers: int) -> None:
    text, question = asked(name)
    assert len(re.findall("One of the special magic", text)) == num_needles
    assert len(question.expected) == num_answers


@pytest.mark.parametrize("name", ["niah_multikey_2", "niah_multikey_3"])
def test_a_haystack_of_needles_has_no_key_twice(name: str) -> None:
    text, _ = asked(name)
    lines = text.split("\n")
    keys = [line.split(" for ")[1].split(" is:")[0] for line in lines]
    assert len(keys) == len(set(keys)) > 250


def test_a_uuid_is_asked_for_by_a_uuid() -> None:
    _, question = asked("niah_multikey_3")
    assert re.search(r"special magic uuid for [0-9a-f]{8}-", question.asked)
    assert len(question.expected[0]) == 36


def test_several_queries_are_fields_of_an_object_each_with_its_key() -> None:
    _, question = asked("niah_multiquery")
    described = [one["description"] for one in question.schema["properties"].values()]
    keys = [place.split(" for ")[1].split(" is:")[0] for place in question.places]
    assert [key in words for key, words in zip(keys, described, strict=True)] == [True] * 4


def test_the_haystack_of_a_length_is_the_same_for_all_samples() -> None:
    texts = [trial("niah_single_2", sample=sample).data.decode() for sample in (0, 1, 2)]
    bare = [re.sub(r"\s*One of the special magic [^.]*\.\s*", " ", text) for text in texts]
    assert len({" ".join(text.split()) for text in bare}) == 1


def test_the_chain_leads_to_every_variable_expected() -> None:
    text, question = asked("vt")
    values: dict[str, str] = {}
    for name, value in re.findall(r"VAR ([A-Z]{5}) = (?:VAR )?(\w{5})", text):
        values[name] = values.get(value, value)
    wanted = re.search(r"value (\d{5})", question.asked)
    assert wanted is not None
    assert {name for name, value in values.items() if value == wanted[1]} == set(question.expected)
    assert len(question.expected) == 5


def test_a_chat_is_shown_an_example_of_a_chain_and_the_product_is_not() -> None:
    text, question = asked("vt")
    assert question.chat()[0]["content"].count("Memorize and track") == 2
    assert "Memorize" not in text


def test_the_common_words_are_the_most_common() -> None:
    text, question = asked("cwe")
    counts = Counter(re.findall(r"\d+\. (\w+)", text))
    assert {word for word, _ in counts.most_common(10)} == set(question.expected)
    assert set(counts.values()) == {30, 3}
    assert text.startswith("1. ")


def test_the_frequent_codes_are_the_most_frequent_but_for_the_dots() -> None:
    text, question = asked("fwe")
    most = Counter(text.split()).most_common(5)
    assert [word for word, _ in most[:4]] == ["...", *question.expected]
    assert most[3][1] > most[4][1]


def test_documents_are_numbered_and_hold_the_answer() -> None:
    text, question = asked("qa_1")
    numbers = re.findall(r"^Document (\d+):$", text, re.MULTILINE)
    assert numbers == [str(number) for number in range(1, len(numbers) + 1)]
    year = re.search(r"year (\d+)", question.asked)
    assert year is not None
    assert text.count(f"year {year[1]} person {question.expected[0]} ") == 1


def test_no_document_stands_twice_also_where_the_articles_run_out() -> None:
    text, _ = asked("qa_1", 16_384)
    documents = re.split(r"\n\nDocument \d+:\n", text)
    assert len(documents) == len(set(documents)) > 6 * lab_data.NUM_ARTICLES


def test_two_steps_lead_to_the_answer() -> None:
    text, question = asked("qa_2")
    prize = re.search(r"winner of the (.+ Prize) born", question.asked)
    assert prize is not None
    winner = re.search(rf"The {prize[1]} was won by ([\w ]+)\.", text)
    assert winner is not None
    town = re.search(rf"{winner[1]} was born in the town of (\w+)\.", text)
    assert town is not None
    assert (town[1],) == question.expected


def test_the_two_steps_stand_in_different_documents_among_others_like_them() -> None:
    text, question = asked("qa_2")
    holders = [one for one in text.split("\n\n") if "Prize was won" in one or "was born in" in one]
    assert len(holders) == 10
    assert sum(question.expected[0] in one for one in holders) == 1


def test_one_reference_is_enough_for_questions_and_a_share_counts_for_the_rest() -> None:
    some = Question("q", "", list, ("Ann", "Ann Doe"), kind="qa_1")
    rest = Question("q", "", list, ("abcdef", "ghijkl"), kind="fwe")
    assert score(some, Answer(("ann",), False, 0.0)) == {"score": 1.0}
    assert score(rest, Answer(("abcdef", "x"), False, 0.0)) == {"score": 0.5}


def test_tasks_are_named_whole_or_by_how_they_begin() -> None:
    assert tasks_of("qa,vt") == ["qa_1", "qa_2", "vt"]
    assert len(tasks_of("niah")) == 8
    assert len(tasks_of("")) == 13
    with pytest.raises(InvalidInput, match="there is no task 'nia'"):
        tasks_of("nia")


def test_lengths_below_rulers_are_refused() -> None:
    with pytest.raises(InvalidInput, match="4096 tokens at least"):
        plans(["vt"], [1024], 1, straws())
