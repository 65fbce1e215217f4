"""What is asked by the lines of a training file, and which prompts do they make?"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from engine.lookup import Source
from engine.questions import Question
from engine.stated_values import NotStated, Stated, stated_in
from engine.training_prompts import prompts_of
from engine.tuning import Example
from jobs.tuning_lines import Problem, check
from schemas import response_schema
from schemas.errors import InvalidTrainingFile, ServiceError
from schemas.tuning import TuningLine

TRAINING, VALIDATION = "training_file", "validation_file"
_HELD_OUT = 5  # of so many documents one
_PROMPTS_A_LINE = 2  # of a document that is not read whole
_MAX_PREFIX_CHARACTERS = 6_000

Numbered = tuple[int, TuningLine]
Open = Callable[[TuningLine], Source]
"""The document of a line. What it raises of ours is told of the line."""


@dataclass(frozen=True, slots=True)
class Lessons:
    """Lines of a file that `param` names, with their numbers. Documents are opened one at a time,
    each time anew."""

    lines: Sequence[Numbered]
    open_source: Open
    param: str

    def parted(self, seed: int) -> tuple[Lessons, Lessons]:
        """To learn from, and held out. By documents: what is asked of one is all on one side."""
        documents = list(dict.fromkeys(line.source for _, line in self.lines))
        if len(documents) < 2:
            raise InvalidTrainingFile(
                "all lines are about one document, and none is left to tell whether anything was "
                "learnt: add documents, or give a validation_file",
                param=self.param,
            )
        random.Random(f"{seed}/held out").shuffle(documents)
        chosen = set(documents[: max(1, len(documents) // _HELD_OUT)])
        here = [pair for pair in self.lines if pair[1].source not in chosen]
        held_out = [pair for pair in self.lines if pair[1].source in chosen]
        return self._of(here), self._of(held_out)

    def num_questions(self) -> int:
        """Raises `InvalidTrainingFile` with all that is wrong."""
        problems: list[Problem] = []
        number_asked = 0
        for number, line in self.lines:
            try:
                found = list(_stated(self.open_source(line), line))
            except ServiceError as error:
                problems.append((number, f"has a document that can not be read: {error.message}"))
                continue
            problems += [(number, problem) for problem in _problems(line, found)]
            number_asked += len(found)
        check(problems, self.param)
        return number_asked

    def asked(self) -> Iterator[tuple[TuningLine, Source, list[tuple[Question, Stated]]]]:
        """Line by line, its document and what is right for it."""
        for _, line in self.lines:
            source = self.open_source(line)
            yield line, source, _asked(source, line)

    def prompts(self, seed: int, num_passes: int) -> list[Example]:
        """Of all lines so many times, each time shuffled; the same for the same seed. What stands
        in passages longer than a reader takes together is left out."""
        passes: list[list[Example]] = [[] for _ in range(num_passes)]
        for number, line in self.lines:
            source = self.open_source(line)
            asked = [(stated, question) for question, stated in _asked(source, line)]
            for turn, examples in enumerate(passes):
                rng = random.Random(f"{seed}/{turn}/{number}")
                examples += prompts_of(source, asked, rng, _PROMPTS_A_LINE)
        for turn, examples in enumerate(passes):
            random.Random(f"{seed}/{turn}").shuffle(examples)
        every = (example for examples in passes for example in examples)
        return [example for example in every if len(example.prefix) <= _MAX_PREFIX_CHARACTERS]

    def _of(self, lines: Sequence[Numbered]) -> Lessons:
        return Lessons(lines, self.open_source, self.param)


def _stated(source: Source, line: TuningLine) -> Iterator[tuple[Question, Stated | NotStated]]:
    root = response_schema.parse(line.schema_)
    return stated_in(source, root, line.values, line.quotes)


def _asked(source: Source, line: TuningLine) -> list[tuple[Question, Stated]]:
    return [(q, stated) for q, stated in _stated(source, line) if isinstance(stated, Stated)]


def _problems(
    line: TuningLine, found: Sequence[tuple[Question, Stated | NotStated]]
) -> Iterator[str]:
    for question, stated in found:
        if isinstance(stated, NotStated):
            yield f"{question.node.path} {stated}"
    for path in sorted(set(line.quotes) - {question.node.path for question, _ in found}):
        yield f"has a quote for {path}, which is not asked"
    if not found:
        yield "asks nothing that the model reads: arrays of objects are read off tables"
