"""How well are questions about one paragraph answered? SQuAD 2.0, the last four articles.

Exact match and F1 as in Rajpurkar et al. 2016 (articles, punctuation and case aside). The
answerable questions are answered with null taken away; the AUROC is that of the chance of
absence, over all of them.
"""

from __future__ import annotations

import re
import string
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import torch

from engine.brevity import briefest
from engine.candidates import string_spans
from engine.decoder_model import DecoderModel, Prefix
from engine.decoding import Answer, Decoder, Question
from engine.loading import adapted_model, certainty_of
from engine.prefix_numbers import rounded
from engine.prompt import (
    Asking,
    branch_tokens,
    passage_of_text,
    prefix_encoding,
    prefix_of,
    wording_of,
)
from engine.spans import Vocabulary
from evals import squad_data
from evals.reliability import auroc
from evals.shared_data import shared_data
from evals.squad_data import SquadParagraph
from schemas.settings import Settings


@dataclass(frozen=True, slots=True)
class Asked:
    """`absence` is the probability of null; `answer` was given without that choice."""

    answers: tuple[str, ...]
    answer: str
    absence: float
    is_at_gold: bool | None  # the place first cited is that of the gold answer; None: one place


def measure(settings: Settings, part: slice, every: int = 1) -> dict[str, float | None]:
    """The figures of every `every`th paragraph of a part, as one flat record."""
    asked = list(ask(settings, squad_data.paragraphs(shared_data(), part)[::every]))
    answerable = [one for one in asked if one.answers]
    placed = [one.is_at_gold for one in answerable if one.is_at_gold is not None]
    threshold, mean_f1 = choose_threshold(asked)
    return {
        "questions": len(asked),
        "answerable": len(answerable),
        "exact_match": 100 * _mean(exact(one.answer, one.answers) for one in answerable),
        "f1": 100 * _mean(f1(one.answer, one.answers) for one in answerable),
        "absence_auroc": auroc(
            [one.absence for one in asked if not one.answers],
            [one.absence for one in answerable],
        ),
        "best_possible_absent_threshold": threshold,
        "best_possible_f1_of_all": 100 * mean_f1,
        "several_places": len(placed),
        "right_place_of_several": _mean(map(float, placed)),
    }


def choose_threshold(asked: Sequence[Asked]) -> tuple[float, float]:
    """The threshold of null with the best mean F1 over all questions, and that mean."""
    best = (0.5, 0.0)
    for step in range(1, 100):
        threshold = step / 100
        score = _mean(
            float(one.absence >= threshold)
            if not one.answers
            else (0.0 if one.absence >= threshold else f1(one.answer, one.answers))
            for one in asked
        )
        best = max(best, (threshold, score), key=lambda pair: pair[1])
    return best


def ask(settings: Settings, paragraphs: Iterable[SquadParagraph]) -> Iterator[Asked]:
    model, tokenizer = adapted_model(settings)
    certainty = certainty_of(settings)
    decoder = Decoder(model, Vocabulary(tokenizer, wording_of(tokenizer).end))
    for paragraph in paragraphs:
        if not paragraph.questions:
            continue
        prompt = prefix_of([(0, passage_of_text(paragraph.text))])
        token_ids, starts = prefix_encoding(tokenizer, prompt.text)
        spans = string_spans(prompt)
        asked = [
            Question(branch_tokens(tokenizer, Asking(q.question)), spans)
            for q in paragraph.questions
        ]
        answers = decoder.answer(_read(model, token_ids), starts, asked)
        for question, drafted in zip(paragraph.questions, answers, strict=True):
            answer = briefest(drafted, prompt.text)
            start, stop = answer.places[0] if answer.places else (0, 0)
            yield Asked(
                question.answers,
                prompt.text[start:stop],
                certainty.absence(answer.signals),
                _is_at_gold(answer, question.start, prompt.text),
            )


@torch.inference_mode()
def _read(model: DecoderModel, token_ids: list[int]) -> Prefix:
    return rounded(model.read(model.empty_prefix(), torch.tensor(token_ids))[0])


def _is_at_gold(answer: Answer, gold: int, text: str) -> bool | None:
    if len(answer.places) < 2 or gold not in [start for start, _ in answer.places]:
        return None
    return answer.places[0][0] == gold


def exact(answer: str, answers: Iterable[str]) -> float:
    return float(any(_plain(answer) == _plain(gold) for gold in answers))


def f1(answer: str, answers: Iterable[str]) -> float:
    return max(_f1(_plain(answer).split(), _plain(gold).split()) for gold in answers)


def _f1(words: list[str], gold: list[str]) -> float:
    common = sum((Counter(words) & Counter(gold)).values())
    return 2 * common / (len(words) + len(gold)) if common else float(words == gold)


def _plain(text: str) -> str:
    kept = "".join(c for c in text.lower() if c not in string.punctuation)
    return " ".join(re.sub(r"\b(?:a|an|the)\b", " ", kept).split())


def _mean(values: Iterable[float]) -> float:
    listed = list(values)
    return sum(listed) / len(listed) if listed else float("nan")
