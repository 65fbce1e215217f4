"""Which of RULER's thirteen tasks does a model still do at which length?

Native scores: the share of the reference strings that stand in the answer, for the two
question-answering tasks whether one of them does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial

from evals.lab.ruler_answers import one_step_question, two_step_question
from evals.lab.ruler_chains import chain_question
from evals.lab.ruler_needles import NEEDLE_TASKS, Straws, needle_question
from evals.lab.ruler_words import common_question, frequent_question
from evals.lab.scores import string_match_all, string_match_part
from evals.lab.trial import Answer, Plan, Question, Trial
from schemas.errors import InvalidInput

Built = Callable[[int, int, Straws], tuple[str, Question]]

TASKS: Mapping[str, Built] = {
    **{name: partial(needle_question, name) for name in NEEDLE_TASKS},
    "vt": chain_question,
    "cwe": common_question,
    "fwe": frequent_question,
    "qa_1": one_step_question,
    "qa_2": two_step_question,
}
_ONE_IS_ENOUGH = ("qa_1", "qa_2")
_LEAST = 4096

SUBSTITUTED = (
    "essays: texts of the shared data, not Paul Graham's",
    "keys and words: lists of our own, not the package wonderwords",
    "qa_2: generated questions of two steps over SQuAD's paragraphs, not HotpotQA",
    "the haystack of a length is the same for all samples of a needle task",
    "tokens: of the product's tokenizer, the prompt's own words included",
)


def tasks_of(text: str) -> list[str]:
    """Of "niah,vt": each by its name or the beginning of several; all where nothing is said."""
    found: list[str] = []
    for part in filter(None, map(str.strip, text.split(","))):
        named = [name for name in TASKS if name == part or name.startswith(f"{part}_")]
        if not named:
            there = ", ".join(TASKS)
            raise InvalidInput(f"there is no task {part!r}; there is {there}", param="tasks")
        found += named
    return list(dict.fromkeys(found)) or list(TASKS)


def plans(
    tasks: Iterable[str], lengths: Sequence[int], num_samples: int, straws: Straws
) -> list[Plan]:
    if min(lengths) < _LEAST:
        raise InvalidInput(f"RULER needs {_LEAST} tokens at least", param="lengths")
    names = list(tasks)
    return [
        Plan(
            f"{name}/{length}/{sample}",
            name,
            length,
            partial(_trial, name, length, sample, straws),
        )
        for length in lengths
        for name in names
        for sample in range(num_samples)
    ]


def score(question: Question, answer: Answer) -> Mapping[str, float]:
    match = string_match_part if question.kind in _ONE_IS_ENOUGH else string_match_all
    return {"score": match(answer.text, question.expected)}


def _trial(name: str, length: int, sample: int, straws: Straws) -> Trial:
    text, question = TASKS[name](length, sample, straws)
    num_tokens = straws.count_tokens([text])[0]
    return Trial("haystack.txt", text.encode(), num_tokens, (question,))
