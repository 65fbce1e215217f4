"""What do the answers to questions about one prompt say of each other?"""

from __future__ import annotations

from collections.abc import Sequence

from engine.brevity import briefest
from engine.decoding import Answer
from engine.prompt import PrefixText
from engine.questions import Question
from engine.rivals import settled
from engine.sums import adding_up
from schemas.response_schema import Kind


def chosen_together(
    questions: Sequence[Question], answers: Sequence[Answer], prompt: PrefixText
) -> list[Answer]:
    """None of them a list. Words end where they are briefest, amounts add up, and what two fields
    would take goes to the surer one."""
    kinds = [question.node.kind for question in questions]
    brief = [
        briefest(answer, prompt.text) if kind is Kind.STRING else answer
        for answer, kind in zip(answers, kinds, strict=True)
    ]
    return settled(adding_up(questions, brief, prompt), kinds)
