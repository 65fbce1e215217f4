"""How are RULER's two question-answering tasks built: a paragraph among many, and two of them?

`qa_1` asks SQuAD's questions of the articles that nothing was trained on. HotpotQA is not in the
shared data, so `qa_2` asks for two steps that are generated: a sentence about a prize's winner
and one about the winner's birthplace end two paragraphs, others like them end other paragraphs.
Distractors are SQuAD's other paragraphs, then the other texts of the haystack; within a length
they keep their order, and what holds the answer takes the place of one of them.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Sequence
from dataclasses import dataclass

from evals import squad_data
from evals.lab.magic import Draws, Magic, seeded
from evals.lab.ruler_needles import Straws
from evals.lab.sizes import filled
from evals.lab.trial import Question, user
from evals.lab.words import NOUNS
from evals.shared_data import shared_data
from evals.squad_data import SquadParagraph, SquadQuestion

MAX_TOKENS = 32
_NUM_FACTS = 5
_SLACK = 16
_TYPICAL = 1000  # the number of a document, as to its tokens
_GIVEN_NAMES = (
    *("Ada", "Boris", "Clara", "Derek", "Edith", "Felix", "Greta", "Hugo", "Irene", "Jonas"),
    *("Karin", "Leo", "Mabel", "Nadia", "Oscar", "Petra", "Ruth", "Simon", "Thea", "Victor"),
)
_TOWN_ENDS = ("ford", "by", "stead", "wick")
_ONLY = (
    "Answer the question based on the given documents. Only give me the answer and do not output "
    "any other words."
)
_PROMPT = (
    f"{_ONLY}\n\nThe following are given documents.\n\n{{}}\n\n{_ONLY}\n\nQuestion: {{}} Answer:"
)


def one_step_question(length: int, sample: int, straws: Straws) -> tuple[str, Question]:
    rng = seeded(straws.seed, "qa_1", length, sample)
    paragraph = rng.choice([one for one in _paragraphs(squad_data.MEASURE) if _answerable(one)])
    asked = rng.choice(_answerable(paragraph))
    documents = _distractors(length, [paragraph.text], straws)
    _put(documents, rng.randrange(len(documents)), paragraph.text)
    return _asked(documents, asked.question, asked.answers, "qa_1")


def two_step_question(length: int, sample: int, straws: Straws) -> tuple[str, Question]:
    rng = seeded(straws.seed, "qa_2", length, sample)
    facts = _facts(rng)
    sentences = [sentence for fact in facts for sentence in (fact.winner, fact.birth)]
    documents = _distractors(length, sentences, straws)
    places = rng.sample(range(len(documents)), len(sentences))
    for at, sentence in zip(places, sentences, strict=True):
        documents[at] += f" {sentence}"
    asked = f"In which town was the winner of the {facts[0].prize} Prize born?"
    return _asked(documents, asked, (facts[0].town,), "qa_2")


@dataclass(frozen=True, slots=True)
class _Fact:
    prize: str
    person: str
    town: str

    @property
    def winner(self) -> str:
        return f"The {self.prize} Prize was won by {self.person}."

    @property
    def birth(self) -> str:
        return f"{self.person} was born in the town of {self.town}."


def _facts(rng: random.Random) -> list[_Fact]:
    """No name, prize or town twice."""
    draws = Draws(rng)
    prizes = [key.replace("-", " ").title() for key in draws.some(Magic.WORDS, _NUM_FACTS)]
    surnames, towns = rng.sample(NOUNS, _NUM_FACTS), rng.sample(NOUNS, _NUM_FACTS)
    given = rng.sample(_GIVEN_NAMES, _NUM_FACTS)
    return [
        _Fact(prize, f"{name} {surname.title()}", f"{town.title()}{rng.choice(_TOWN_ENDS)}")
        for prize, name, surname, town in zip(prizes, given, surnames, towns, strict=True)
    ]


def _distractors(length: int, own: Sequence[str], straws: Straws) -> list[str]:
    """Paragraphs of SQuAD in an order of the seed's, then the haystack's; with room for what the
    question brings of its own."""
    known = list(dict.fromkeys(one.text for one in _paragraphs(slice(None))))
    seeded(straws.seed, "qa").shuffle(known)
    is_known = frozenset(known)
    others = (text for text in straws.hay if text not in is_known)
    room = length - MAX_TOKENS - sum(straws.count_tokens([_PROMPT.format("", ""), *own])) - _SLACK
    numbered = (_document(_TYPICAL, text) for text in itertools.chain(known, others))
    taken, _ = filled(numbered, straws.count_tokens, room, glue="\n\n")
    return [text.partition("\n")[2] for text in taken]


def _put(documents: list[str], at: int, text: str) -> None:
    """In the place of another, and nowhere else."""
    if text in documents:
        documents[documents.index(text)] = documents[at]
    documents[at] = text


def _paragraphs(part: slice) -> list[SquadParagraph]:
    return squad_data.paragraphs(shared_data(), part)


def _answerable(paragraph: SquadParagraph) -> list[SquadQuestion]:
    return [question for question in paragraph.questions if question.answers]


def _asked(
    documents: Sequence[str], asked: str, answers: Sequence[str], kind: str
) -> tuple[str, Question]:
    text = "\n\n".join(_document(at, one) for at, one in enumerate(documents, start=1))
    question = Question(
        name="q",
        asked=asked,
        chat=lambda: [user(_PROMPT.format(text, asked))],
        expected=tuple(answers),
        kind=kind,
        max_tokens=MAX_TOKENS,
    )
    return text, question


def _document(number: int, text: str) -> str:
    return f"Document {number}:\n{text}"
