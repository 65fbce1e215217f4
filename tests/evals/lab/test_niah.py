from __future__ import annotations

from evals.lab.magic import Magic
from evals.lab.niah import asked_of, chat_of, chat_or_none, needle_of, query_of


def test_one_value_is_asked_for_in_the_singular() -> None:
    [message] = chat_of("TEXT", Magic.NUMBERS, ["red-oak"], is_one=True)()
    assert message == {
        "role": "user",
        "content": "A special magic number is hidden within the following text. Make sure to "
        "memorize it. I will quiz you about the number afterwards.\nTEXT\nWhat is the special "
        "magic number for red-oak mentioned in the provided text? The special magic number for "
        "red-oak mentioned in the provided text is",
    }


def test_several_values_are_asked_for_in_the_plural() -> None:
    [message] = chat_of("TEXT", Magic.UUIDS, ["red-oak", "old-elm"], is_one=False)()
    assert message["content"] == (
        "Some special magic uuids are hidden within the following text. Make sure to memorize it. "
        "I will quiz you about the uuids afterwards.\nTEXT\nWhat are all the special magic uuids "
        "for red-oak, and old-elm mentioned in the provided text? The special magic uuids for "
        "red-oak, and old-elm mentioned in the provided text are"
    )


def test_a_needle_is_rulers_sentence() -> None:
    needle = needle_of(Magic.WORDS, "red-oak", "old-elm")
    assert needle == "One of the special magic words for red-oak is: old-elm."


def test_a_chat_that_may_say_none_is_told_so_and_its_answer_is_not_begun() -> None:
    [message] = chat_or_none("TEXT", Magic.NUMBERS, "red-oak")()
    asked = asked_of(Magic.NUMBERS, ["red-oak"], is_one=True)
    assert message["content"].endswith(f'{asked} If the text does not mention it, answer "none".')


def test_queries_are_listed_as_ruler_lists_them() -> None:
    assert query_of(["a"]) == "a"
    assert query_of(["a", "b", "c", "d"]) == "a, b, c, and d"
