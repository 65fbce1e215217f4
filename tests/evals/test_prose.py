from __future__ import annotations

import random

from evals.generated.documents import documents
from evals.generated.pen import Pen
from evals.generated.prose import Prose, Topic, ask

MILL, PORT = Topic("Milham", "the town", "town"), Topic("Portsea", "the town", "town")


def _written() -> tuple[Pen, str]:
    pen = Pen(random.Random(4), ())
    prose = Prose(pen)
    year = ask("1712", "When was @ founded", "Year of @'s foundation")
    ware = ask("a fine cloth", "What does @ make", "What is made in @")
    text = prose.say(MILL, "founded", "@ was founded in {year}.", year=year)
    text += prose.say(PORT, "makes", "@ makes {ware}.", ware=ware)
    prose.finish()
    return pen, text


def test_an_article_is_no_part_of_an_answer() -> None:
    pen, _ = _written()
    assert set(pen.values.values()) == {"1712", "fine cloth"}


def test_what_is_told_of_one_topic_is_asked_of_another_as_what_is_absent() -> None:
    pen, _ = _written()
    absent = [f.descriptions[0] for f in pen.fields.values() if f.is_lure]
    assert any("Portsea" in words and "found" in words for words in absent)
    assert not any("Milham" in words and "founded" in words for words in absent)


def test_documents_of_prose_ask_more_than_four_things_that_are_not_told() -> None:
    made = documents(["biography", "event_report"], per_kind=4, seed=1)
    assert all(sum(fact.value is None for fact in d.facts) >= 5 for d in made)
