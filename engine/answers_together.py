"""What do the answers to questions about one prompt say of each other?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from engine.brevity import briefest
from engine.decoding import Answer
from engine.decoding import Question as Asked
from engine.prompt import PrefixText
from engine.questions import Question
from engine.rivals import outdone, settled
from engine.sums import adding_up
from schemas.response_schema import Kind


def chosen_together(
    questions: Sequence[Question], answers: Sequence[Answer], prompt: PrefixText
) -> list[Answer]:
    """None of them a list; `prompt` is what may be answered from. Words end where they are
    briefest, amounts add up, and what two fields would take goes to the surer one."""
    kinds = [question.node.kind for question in questions]
    brief = [
        briefest(answer, prompt.text) if kind is Kind.STRING else answer
        for answer, kind in zip(answers, kinds, strict=True)
    ]
    return settled(adding_up(questions, brief, prompt), kinds)


def elsewhere(
    questions: Sequence[Question], answers: Sequence[Answer], asked: Sequence[Asked]
) -> list[tuple[int, Asked]]:
    """What is to be asked again for what stands elsewhere, by its number; nothing where there is
    nothing else."""
    taken = outdone(answers, [question.node.kind for question in questions])
    again = [(at, asked[at].spans.without(places)) for at, places in taken.items()]
    return [(at, replace(asked[at], spans=spans)) for at, spans in again if spans.limits]
