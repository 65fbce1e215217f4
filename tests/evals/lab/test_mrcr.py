from __future__ import annotations

import json
import re

import pytest

from evals.lab.mrcr import plans, score
from evals.lab.trial import Answer, Question, Trial
from schemas.errors import InvalidInput
from tests.evals.lab.lab_data import count_words


def trial(number: int, length: int = 8192, seed: int = 0) -> Trial:
    return plans([number], [length], 1, seed, count_words)[0].build()


def turns_of(question: Question) -> list[tuple[str, str]]:
    """Request and piece of each turn between the examples and the last message."""
    messages = question.chat()[1:-1]
    return [
        (one["content"], other["content"])
        for one, other in zip(messages[::2], messages[1::2], strict=True)
    ]


@pytest.mark.parametrize("number", [2, 4, 8])
def test_one_request_comes_so_many_times_and_the_wanted_piece_is_that_of_the_ordinal(
    number: int,
) -> None:
    [question] = trial(number).questions
    told = re.fullmatch(
        r"Prepend (\w{10}) to the (\d)\w\w \(1 indexed\) (.+) about (\w+)\. Do not include any "
        r"other text in your response\.",
        question.chat()[-1]["content"],
    )
    assert told is not None
    prefix, ordinal, form, topic = told.groups()
    pieces = [p for request, p in turns_of(question) if request == f"write a {form} about {topic}"]
    assert len(pieces) == len(set(pieces)) == number
    assert question.expected == (prefix + pieces[int(ordinal) - 1],)


def test_the_conversation_begins_with_answered_examples() -> None:
    first = trial(2).questions[0].chat()[0]["content"]
    assert first.startswith("Here are some examples of conversations succeeded by a follow-up")
    assert first.count("======EXAMPLE======") == first.count("======END EXAMPLE======") == 2


def test_no_piece_comes_twice_and_some_share_the_topic_of_the_needles() -> None:
    [question] = trial(2, 32_768).questions
    turns = turns_of(question)
    topic = question.asked.rpartition(" ")[2]
    assert len({piece for _, piece in turns}) == len(turns) > 60
    assert sum(request.endswith(f"about {topic}") for request, _ in turns) > 2


def test_prompt_and_answer_fill_the_length_and_no_more() -> None:
    made = trial(4)
    [question] = made.questions
    said = [message["content"] for message in question.chat()]
    num_words = sum(count_words([*said, *question.expected]))
    assert 0.9 * 8192 < num_words <= 8192


def test_the_product_reads_the_turns_and_not_the_examples() -> None:
    made = trial(2)
    text = made.data.decode()
    assert text.startswith("User: write a ")
    assert "EXAMPLE" not in text
    assert text.count("\n\nAssistant: ") == len(turns_of(made.questions[0]))


def test_a_right_piece_with_its_prefix_scores_one_and_without_it_only_as_text() -> None:
    [question] = trial(2).questions
    whole = question.expected[0]
    right = Answer((whole,), False, 0.0)
    bare = Answer((whole[10:],), False, 0.0)
    assert score(question, right) == {"score": 1.0, "text": 1.0, "is_it": 1.0}
    assert score(question, bare) == {"score": 0.0, "text": 1.0, "is_it": 1.0}


def test_the_other_piece_of_the_kind_is_told_from_the_one_asked_for() -> None:
    [question] = trial(2).questions
    wanted = question.expected[0][10:]
    other = next(piece for piece in json.loads(question.given)["pieces"] if piece != wanted)
    scored = score(question, Answer((other,), False, 0.0))
    assert scored["is_it"] == 0.0
    assert scored["text"] < 1.0


def test_a_length_without_room_for_other_requests_is_refused() -> None:
    with pytest.raises(InvalidInput, match="8 needles need more than 1024 tokens"):
        trial(8, 1024)


def test_nothing_scores_nothing() -> None:
    [question] = trial(2).questions
    scored = score(question, Answer((), True, 0.0))
    assert scored == {"score": 0.0, "text": 0.0, "is_it": 0.0}


def test_the_same_seed_makes_the_same_conversation() -> None:
    assert trial(4).data == trial(4).data
    assert trial(4).data != trial(4, seed=1).data
