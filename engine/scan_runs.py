"""In which runs of passages are documents read from end to end?"""

from __future__ import annotations

from collections.abc import Sequence

from engine.lookup import Lookup, Source
from engine.questions import Question
from engine.tally import Selection


def runs_of(sources: Sequence[Source], budget: int) -> list[Selection]:
    """Every passage once, in order: whole ones, of one document, of at most `budget` tokens."""
    runs: list[Selection] = []
    for number, source in enumerate(sources):
        run: list[tuple[int, int]] = []
        num_tokens = 0
        for position, passage in enumerate(source.passages):
            if run and num_tokens + passage.num_tokens > budget:
                runs.append(tuple(run))
                run, num_tokens = [], 0
            run.append((number, position))
            num_tokens += passage.num_tokens
        if run:
            runs.append(tuple(run))
    return runs


def likeliest_runs(
    runs: Sequence[Selection],
    sources: Sequence[Source],
    questions: Sequence[Question],
    lookup: Lookup,
    budget: int,
) -> list[Selection]:
    """Those that hold the passages that fit the questions best, each question's in turn, up to
    `budget` tokens (one run at least); in order."""
    run_at = {place: number for number, run in enumerate(runs) for place in run}
    lookup.look([question.sought for question in questions])
    ranked = [
        [run_at[hit.source, hit.passage] for hit in lookup.ranked(question.sought, len(run_at))]
        for question in questions
    ]
    longest = max(map(len, ranked), default=0)
    in_turn = [hits[i] for i in range(longest) for hits in ranked if i < len(hits)]
    kept: set[int] = set()
    num_tokens = 0
    for number in dict.fromkeys([*in_turn, *range(len(runs))]):
        size = num_tokens_of(runs[number], sources)
        if kept and num_tokens + size > budget:
            break
        kept.add(number)
        num_tokens += size
    return [run for number, run in enumerate(runs) if number in kept]


def num_tokens_of(run: Selection, sources: Sequence[Source]) -> int:
    return sum(sources[s].passages[p].num_tokens for s, p in run)
