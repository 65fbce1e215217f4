"""How is a question answered that depends on the whole of the documents?

It is put to every run of passages (the map), and what they answer is brought to one value (the
reduce, `engine.scan_reduce`). Arrays of objects are read off all tables, and what the tables
answer is computed, without the model.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from engine.answers import Finding
from engine.lookup import Lookup, Source
from engine.questions import Question
from engine.reading_plan import Group
from engine.scan_dates import StatementDates
from engine.scan_items import Part
from engine.scan_reduce import reduced
from engine.scan_rows import rows_of_all
from engine.scan_runs import likeliest_runs, num_tokens_of, runs_of
from engine.scan_wording import without_count
from engine.table_computed import Computed
from engine.tally import Selection, everything_in
from schemas.engine_settings import EngineSettings
from schemas.reductions import Operator
from schemas.response_schema import Kind, Node

_AS_LISTS = (Operator.COUNT, Operator.FIRST, Operator.LAST, Operator.NTH)


class Scan:
    """One request. `groups` are the runs, in
    order, each with the numbers of the questions that are put to it."""

    def __init__(
        self,
        sources: Sequence[Source],
        questions: Sequence[Question],
        lookup: Lookup,
        settings: EngineSettings,
        threshold: float,
        computed: Computed,
    ) -> None:
        self._sources, self._questions = sources, questions
        self._threshold, self._computed = threshold, computed.findings
        self._findings: list[Finding] = []
        self._asked = [asked_of(question) for question in questions]
        numbers = [
            i
            for i, question in enumerate(questions)
            if question.node.kind is not Kind.ROWS and i not in self._computed
        ]
        self._parts: dict[int, list[Part]] = {number: [] for number in numbers}
        runs = runs_of(sources, settings.scan_run_tokens) if numbers else []
        kept = runs
        if sum(num_tokens_of(run, sources) for run in runs) > settings.scan_tokens:
            wanted = [self._asked[number] for number in numbers]
            kept = likeliest_runs(runs, sources, wanted, lookup, settings.scan_tokens)
        self._notes = _left_out(runs, kept, sources, settings.scan_tokens)
        self.groups = [Group(run, numbers) for run in kept]
        self.looked_at = computed.looked_at if numbers else everything_in(sources)

    def asked_of(self, group: Group) -> Sequence[Question]:
        return [self._asked[number] for number in group.numbers]

    def take(self, group: Group, found: Sequence[Finding]) -> Sequence[Finding]:
        source, passage = group.selection[0]
        start = self._sources[source].passages[passage].start
        for number, finding in zip(group.numbers, found, strict=True):
            self._parts[number].append(Part(source, start, finding))
        return ()

    def further(self) -> Sequence[Group]:
        return ()

    def close(self) -> Sequence[Finding]:
        dates = StatementDates(self._sources)
        self._findings = [self._finding(i, dates) for i in range(len(self._questions))]
        return self._findings

    def findings(self) -> list[Finding]:
        return self._findings

    def _finding(self, number: int, dates: StatementDates) -> Finding:
        if number in self._computed:
            return self._computed[number]
        question = self._questions[number]
        if number not in self._parts:
            return rows_of_all(question, self._sources, everything_in(self._sources))
        found = reduced(question, self._parts[number], self._threshold, dates.date_of)
        return replace(found, notes=(*self._notes, *found.notes))


def asked_of(question: Question) -> Question:
    """As it is put to each run. Of what is counted, or one picked of several, all are asked for:
    the name of a field tells of the one value that comes of them."""
    node, reduction = question.node, question.node.reduction
    if reduction is None:
        return question
    text = reduction.of or question.text
    if reduction.operator is Operator.COUNT:
        text = reduction.of or without_count(question.text)
    if reduction.operator in _AS_LISTS:
        node = _list_of(node, reduction.operator is Operator.COUNT)
    query = question.query if text == question.text else f"{text} {node.name}"
    return Question(node, text, query, text)


def _list_of(node: Node, is_count: bool) -> Node:
    kind = Kind.STRING if is_count else node.kind
    item = Node(f"{node.path}/-", node.name, kind, "", False, format=node.format)
    return replace(node, kind=Kind.LIST, children=(item,), format="")


def _left_out(
    runs: Sequence[Selection], kept: Sequence[Selection], sources: Sequence[Source], most: int
) -> tuple[tuple[str, str], ...]:
    if len(kept) == len(runs):
        return ()
    num_tokens = sum(num_tokens_of(run, sources) for run in runs)
    num_read = sum(num_tokens_of(run, sources) for run in kept)
    told = (
        f"{num_tokens - num_read} of {num_tokens} tokens were not read: past the {most} tokens of "
        "the setting engine.scan_tokens only the passages that fit best to the "
        "questions are"
    )
    return (("scan_left_out", told),)
