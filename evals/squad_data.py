"""Which questions do the SQuAD articles ask, split into training, choosing and measuring?

The part of SQuAD 2.0's development set (CC-BY-SA-4.0) that lies in the shared data: the first
10 articles train, the next 2 choose thresholds, the last 4 measure.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from engine.prompt import Asking, passage_of_text, prefix_of
from engine.redaction import redacted
from engine.tuning import Example, Target
from ingest.normalise import normalise

TRAIN, CHOOSE, MEASURE = slice(0, 10), slice(10, 12), slice(12, 16)


@dataclass(frozen=True, slots=True)
class SquadQuestion:
    """`answers` are the accepted ones; none where the question is unanswerable."""

    question: str
    answers: tuple[str, ...]
    start: int  # of the first answer in the paragraph, -1 where there is none


@dataclass(frozen=True, slots=True)
class SquadParagraph:
    title: str
    text: str
    questions: tuple[SquadQuestion, ...]


def paragraphs(shared_data: Path, part: slice) -> list[SquadParagraph]:
    raw = json.loads((shared_data / "train" / "squad-v2-dev-part.json").read_text())
    articles = raw["data"] if isinstance(raw, dict) else raw
    return [
        SquadParagraph(
            article["title"].replace("_", " "),
            normalise(paragraph["context"]),
            tuple(_questions(paragraph)),
        )
        for article in articles[part]
        for paragraph in article["paragraphs"]
    ]


def training_examples(
    source: list[SquadParagraph],
    rng: random.Random,
    *,
    num_asked: int = 16,
    redacted_share: float = 0.0,
) -> list[Example]:
    """One pass: paragraphs in groups of one to five of mostly one article, so that the others
    distract; about a third of the questions has no answer in its group. A share of the groups no
    longer says what some questions ask (`engine.redaction`)."""
    order = sorted(source, key=lambda paragraph: (paragraph.title, rng.random()))
    groups = []
    while order:
        size = min(rng.choice([1, 2, 3, 4, 5]), len(order))
        groups.append([order.pop() for _ in range(size)])
    for group in groups:
        if rng.random() < 0.3:
            group.append(rng.choice(source))
        rng.shuffle(group)
    examples = []
    for group in groups:
        told, unsaid = group, list[str]()
        if redacted_share and rng.random() < redacted_share:
            told, unsaid = _redacted(group, rng)
        examples.append(_example(told, unsaid, source, rng, num_asked))
    rng.shuffle(examples)
    return examples


def as_description(question: str) -> str:
    """The question as people name a field: "What was the total in 2019?" → "Total in 2019"."""
    match = re.fullmatch(r"(?:What|Which|Who|When) (?:is|was|are|were) (?:the )?(.+?)\?*", question)
    if match is None or len(match[1]) < 8:
        return question
    return match[1][0].upper() + match[1][1:]


def _questions(paragraph: dict[str, list[dict[str, object]]]) -> Iterator[SquadQuestion]:
    text = normalise(str(paragraph["context"]))
    for raw in paragraph["qas"]:
        found: list[dict[str, str]] = [] if raw["is_impossible"] else raw["answers"]  # type: ignore[assignment]
        answers = tuple(normalise(answer["text"]).strip() for answer in found)
        start = _start_of(found[0], str(paragraph["context"]), text) if answers else -1
        if not answers or start >= 0:
            yield SquadQuestion(str(raw["question"]).strip(), answers, start)


def _start_of(answer: dict[str, str], context: str, text: str) -> int:
    """In the text as we read it, of the words that were marked; -1 where they are not in it."""
    marked = len(normalise(context[: int(answer["answer_start"])]))
    said = re.escape(normalise(answer["text"]).strip())
    starts = [match.start() for match in re.finditer(said, text)]
    return min(starts, key=lambda start: abs(start - marked), default=-1)


def _redacted(
    group: list[SquadParagraph], rng: random.Random
) -> tuple[list[SquadParagraph], list[str]]:
    """Each paragraph without the sentences that answer one or two of its questions, and the
    questions that nothing answers then."""
    left = [_without(paragraph, rng) for paragraph in group]
    text = "\n".join(f"{paragraph.title}\n{paragraph.text}" for paragraph, _ in left).casefold()
    unsaid = [
        question.question
        for _, questions in left
        for question in questions
        if not any(_bare(answer) in text for answer in question.answers)
    ]
    return [paragraph for paragraph, _ in left], unsaid


def _bare(answer: str) -> str:
    return re.sub(r"^(?:the|an?) ", "", answer.casefold())


def _without(
    paragraph: SquadParagraph, rng: random.Random
) -> tuple[SquadParagraph, list[SquadQuestion]]:
    answered = [question for question in paragraph.questions if question.answers]
    chosen = rng.sample(answered, min(len(answered), rng.choice([1, 2])))
    unsaid = [
        match.span()
        for question in chosen
        for answer in question.answers
        for match in re.finditer(rf"(?<!\w){re.escape(answer)}(?!\w)", paragraph.text)
    ]
    left = redacted(paragraph.text, unsaid, rng) if unsaid else None
    if left is None:
        return paragraph, []
    text, removed = left

    def is_said(question: SquadQuestion) -> bool:
        stop = question.start + len(question.answers[0])
        return not any(question.start < b and a < stop for a, b in removed)

    said = [question for question in answered if is_said(question)]
    misleading = [question for question in paragraph.questions if not question.answers]
    kept = replace(paragraph, text=text, questions=(*said, *misleading))
    return kept, [question for question in answered if question not in said]


def _example(
    group: list[SquadParagraph],
    unsaid: list[str],
    source: list[SquadParagraph],
    rng: random.Random,
    num_asked: int,
) -> Example:
    """`unsaid` are questions whose answers were taken out."""
    is_headed = rng.random() < 0.4
    prefix = prefix_of(
        (0, passage_of_text(paragraph.text, paragraph.title if is_headed else ""))
        for paragraph in group
    )
    present = [q for p in group for q in p.questions if q.answers]
    misleading = [q for p in group for q in p.questions if not q.answers]
    rng.shuffle(present)
    rng.shuffle(misleading)
    num_absent = num_asked // 3
    absent = rng.sample(unsaid, min(len(unsaid), num_absent - 2))
    absent += [q.question for q in misleading[: num_absent * 2 // 3 - len(absent) // 2]]
    titles = {paragraph.title for paragraph in group}
    foreign = [other for other in source if other.title not in titles and other.questions]
    while foreign and len(absent) < num_absent:
        absent.append(rng.choice(rng.choice(foreign).questions).question)
    targets = [
        Target(Asking(_worded(q.question, rng)), (q.answers[0],))
        for q in present[: num_asked - num_absent]
    ]
    targets += [Target(Asking(_worded(q, rng)), ()) for q in absent[: max(2, len(targets) // 2)]]
    rng.shuffle(targets)
    return Example(prefix.text, tuple(targets))


def _worded(question: str, rng: random.Random) -> str:
    return as_description(question) if rng.random() < 0.3 else question
