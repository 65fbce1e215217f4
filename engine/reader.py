"""What do the documents say to each question, and where?

Fields whose passages are the same share one prefix: it is read once, and they are answered
together.
"""

from __future__ import annotations

import math
import time
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace

from tokenizers import Tokenizer

from engine.answers import Finding, absent, finding_of
from engine.answers_together import chosen_together, elsewhere
from engine.candidates import string_spans
from engine.certainty import Certainty, Judged
from engine.decoder_model import DecoderModel, Prefix
from engine.decoding import Answer, Decoder
from engine.decoding import Question as Asked
from engine.lookup import Lookup, Source
from engine.memory_budget import MemoryBudget
from engine.named_lines import Lines
from engine.output import fields_of
from engine.planning import Planning
from engine.prefix_cache import PrefixCache
from engine.prefix_reader import PrefixReader
from engine.prompt import (
    ABSENT,
    Asking,
    branch_tokens,
    passage_of_text,
    prefix_of,
    wording_of,
)
from engine.prompting import QUESTION_TOKENS, AskedBranches, Prompt, Prompting
from engine.questions import Question
from engine.reading_plan import Group, Plan, mode_of
from engine.rivals import read_elsewhere
from engine.rows import rows_of
from engine.spans import Vocabulary
from engine.speed import Speed
from engine.table_computed import ComputedAnswers
from engine.tally import Tally, everything_in
from schemas.engine_settings import EngineSettings
from schemas.errors import ModelUnavailable
from schemas.extraction import Coverage, Mode, Usage
from schemas.progress import OnProgress, ignore_progress
from schemas.response_schema import Kind

_ANSWER_TOKENS = 256
_MOST_UNBORNE = 0.8  # the chance that no words bear out a yes or a no (docs/decisions/0037)
_WARM_UP_TEXT = "The agent is Ann, and the margin is 2.5 per cent.\n" * 12


@dataclass(slots=True)
class Reading:
    """What was found, by the order of the questions, and what it took."""

    mode: Mode
    findings: list[Finding]
    coverage: Coverage
    usage: Usage
    timings: dict[str, float] = field(default_factory=dict)


@dataclass(slots=True)
class Outlook:
    """What a reading would take, counted as `Usage` counts it."""

    mode: Mode
    prompt_tokens: int = 0
    cached_tokens: int = 0
    num_prefix_tokens: int = 0
    num_answers: int = 0


class Reader:
    """A model that answers questions about documents. Threads may share it, one at a time."""

    def __init__(
        self,
        model: DecoderModel,
        tokenizer: Tokenizer,
        settings: EngineSettings,
        prefixes: PrefixCache,
        certainty: Certainty | None = None,
        budget: MemoryBudget | None = None,
    ) -> None:
        self._model, self._tokenizer = model, tokenizer
        self._certainty = certainty or Certainty.load(None, settings.absent_threshold)
        self._settings, self.speed = settings, Speed()
        self.prefixes = PrefixReader(
            model, prefixes, settings, budget or MemoryBudget(), lambda: self.speed
        )
        self._room = model.config.max_position - QUESTION_TOKENS - _ANSWER_TOKENS
        self._prompting = Prompting(tokenizer, self._room)
        vocabulary = Vocabulary(tokenizer, wording_of(tokenizer).end)
        self._decoder = Decoder(model, vocabulary, max_tokens=_ANSWER_TOKENS)
        self._computed = ComputedAnswers()

    def read(
        self,
        sources: Sequence[Source],
        questions: Sequence[Question],
        lookup: Lookup,
        *,
        mode: Mode | None,
        instructions: str | None,
        on_progress: OnProgress,
        owner: str = "",
    ) -> Reading:
        """Answer all questions. Raises `PromptTooLong` for what is past the model's positions.

        `on_progress` is called after each chunk that is read and each token that is answered;
        what it raises ends the work there.
        """
        begun = time.monotonic()
        chosen, plan = self._plan(sources, questions, lookup, mode, owner)
        timings = {"lookup": time.monotonic() - begun}
        tally = Tally(len(questions), sources, on_progress)
        for groups in _rounds(plan):
            tally.expect(group.read(sources) for group in groups)
            for group in groups:
                asked = plan.asked_of(group)
                found = self._found(sources, group, asked, lookup, instructions, owner, tally)
                final = plan.take(group, found)
                tally.selection_done(group.selection)
                tally.answers_final(len(final), fields_of(final, sources))
        final = plan.close()
        tally.selection_done(plan.looked_at)
        tally.answers_final(len(final), fields_of(final, sources))
        timings |= {"read": tally.read_seconds, "answer": tally.answer_seconds}
        return Reading(chosen, plan.findings(), tally.coverage(), tally.usage(), timings)

    def outlook(
        self,
        sources: Sequence[Source],
        questions: Sequence[Question],
        lookup: Lookup,
        *,
        mode: Mode | None,
        instructions: str | None,
        owner: str = "",
    ) -> Outlook:
        """What `read` would take, without the model. Raises what `read` would raise."""
        chosen, plan = self._plan(sources, questions, lookup, mode, owner)
        outlook = Outlook(chosen)
        for group in plan.groups:
            if not group.selection:
                continue
            prompt = self._prompting.prompt(group.read(sources))
            asked = plan.asked_of(group)
            branches = self._prompting.branches(prompt, asked, instructions, group.within)
            num_tokens = len(prompt.token_ids)
            outlook.num_prefix_tokens += num_tokens
            outlook.prompt_tokens += num_tokens + branches.num_tokens
            outlook.num_answers += len(branches.asked)
            outlook.cached_tokens += self.prefixes.num_cached(prompt.token_ids, owner)
        return outlook

    def warm(
        self,
        sources: Sequence[Source],
        questions: Sequence[Question],
        lookup: Lookup,
        *,
        mode: Mode | None,
        on_progress: OnProgress,
        owner: str = "",
    ) -> tuple[list[str], Usage]:
        """Read what `read` would read at first, and answer nothing; without questions, all of the
        documents. The keys under which it is kept. `on_progress` is as there."""
        selections: list[Lines] = []
        if questions:
            _, plan = self._plan(sources, questions, lookup, mode, owner)
            selections = [group.read(sources) for group in plan.groups if group.selection]
        else:
            mode_of(Mode.DENSE, sources, (), self._settings, self._room)
            selections = [Group(everything_in(sources), ()).read(sources)]
        tally, keys = Tally(0, sources, on_progress), []
        tally.expect(selections)
        for lines in selections:
            prompt = self._prompting.prompt(lines)
            names = sorted({sources[s].document.name for s, _ in lines})
            self._prefix(prompt, names, owner, tally, 0)
            keys.append(self.prefixes.key_of(prompt.token_ids, owner))
        return keys, tally.usage()

    def forget(self, owner: str, documents: Collection[str]) -> None:
        """Drop what is kept in memory of these documents."""
        self._computed.forget()
        self.prefixes.forget(owner, documents)

    def warm_up(self) -> None:
        """Read and answer once to wake the machine, and once to measure it.

        Raises `ModelUnavailable` for a model that computes no numbers.
        """
        prompt = self._prompting.of_text(prefix_of([(0, passage_of_text(_WARM_UP_TEXT))]))
        tokens = branch_tokens(self._tokenizer, Asking("Who is the agent?"))
        branches = AskedBranches([Asked(tokens, string_spans(prompt.text))], [(0, None)])
        for _ in range(2):
            self.speed = Speed()
            tally = Tally(0, (), ignore_progress)
            prefix = self.prefixes.read_anew(prompt.token_ids)
            answers = self._answers(prompt, prefix, branches, tally)
            if not all(map(math.isfinite, answers[0].signals.all)):
                raise ModelUnavailable("the model computes no numbers: its weights are damaged")

    def _plan(
        self,
        sources: Sequence[Source],
        questions: Sequence[Question],
        lookup: Lookup,
        mode: Mode | None,
        owner: str,
    ) -> tuple[Mode, Plan]:
        computed = self._computed.answers(sources, questions, mode, owner=owner)
        chosen = mode_of(mode, sources, questions, self._settings, self._room)
        threshold = self._certainty.threshold
        planning = Planning(sources, questions, lookup, self._settings, threshold)
        return chosen, planning.plan(chosen, computed, is_asked_for=mode is not None)

    def _found(
        self,
        sources: Sequence[Source],
        group: Group,
        questions: Sequence[Question],
        lookup: Lookup,
        instructions: str | None,
        owner: str,
        tally: Tally,
    ) -> list[Finding]:
        """What one selection of passages says to the questions that share it."""
        selection = group.selection
        if not selection:
            return [absent(question) for question in questions]
        prompt = self._prompting.prompt(group.read(sources))
        branches = self._prompting.branches(prompt, questions, instructions, group.within)
        names = sorted({sources[s].document.name for s, _ in selection})
        prefix = self._prefix(prompt, names, owner, tally, branches.num_padded_tokens)
        answers = self._answers(prompt, prefix, branches, tally)
        answers = self._chosen(prompt, prefix, questions, branches, answers, tally)
        return [
            rows_of(question, sources, selection)
            if first is None
            else self._finding(
                question,
                prompt,
                answers[first],
                None if second is None else answers[second],
                sources,
                lookup.unmet(question.query, selection),
            )
            for question, (first, second) in zip(questions, branches.slots, strict=True)
        ]

    def _chosen(
        self,
        prompt: Prompt,
        prefix: Prefix,
        questions: Sequence[Question],
        branches: AskedBranches,
        answers: Sequence[Answer],
        tally: Tally,
    ) -> list[Answer]:
        """The answers of all branches, changed for what they say of each other."""
        alone = branches.not_lists
        asked = [questions[at] for at, _ in alone]
        own = [answers[number] for _, number in alone]
        chosen = chosen_together(asked, own, branches.text or prompt.text)
        again = elsewhere(asked, chosen, [branches.asked[number] for _, number in alone])
        others = self._answers(prompt, prefix, AskedBranches([one for _, one in again], []), tally)
        for (at, _), other in zip(again, others, strict=True):
            chosen[at] = read_elsewhere(chosen[at], other)
        changed = {number: answer for (_, number), answer in zip(alone, chosen, strict=True)}
        return [changed.get(number, answer) for number, answer in enumerate(answers)]

    def _finding(
        self,
        question: Question,
        prompt: Prompt,
        answer: Answer,
        evidence: Answer | None,
        sources: Sequence[Source],
        unmet: float,
    ) -> Finding:
        """Null where that is likelier than the threshold, or where nothing bears out a yes or a no;
        else the value of the answer."""
        signals = replace(answer.signals, unmet=unmet)
        kind = question.node.kind
        absence = self._certainty.absence(signals)
        if absence >= self._certainty.threshold or answer.literal == ABSENT:
            return absent(question, absence, signals=signals)
        judged = Judged(self._certainty.of(kind, signals), absence, signals)
        if evidence is not None:
            unborne = self._certainty.absence(replace(evidence.signals, unmet=unmet))
            most = max(self._certainty.threshold, _MOST_UNBORNE)
            if kind is Kind.BOOLEAN and unborne >= most:
                return absent(question, unborne, signals=signals)
            answer = replace(answer, evidence=evidence.places)
        return finding_of(question, prompt.text, answer, judged, sources)

    def _prefix(
        self, prompt: Prompt, documents: Sequence[str], owner: str, tally: Tally, num_asked: int
    ) -> Prefix:
        begun, told = time.monotonic(), tally.told_seconds
        ids = prompt.token_ids
        with self.prefixes.admitted(len(ids), num_asked) as admission:
            read = self.prefixes.read(ids, documents, owner, tally.tokens_read, admission)
        seconds = time.monotonic() - begun - (tally.told_seconds - told)
        tally.prefix_done(len(ids), read.num_cached, seconds)
        return read.prefix

    def _answers(
        self, prompt: Prompt, prefix: Prefix, branches: AskedBranches, tally: Tally
    ) -> list[Answer]:
        if not branches.asked:
            return []
        begun, told = time.monotonic(), tally.told_seconds
        answers = self._decoder.answer(prefix, prompt.starts, branches.asked, tally.step)
        seconds = time.monotonic() - begun - (tally.told_seconds - told)
        num_answer_tokens = sum(answer.num_tokens for answer in answers)
        tally.answered(branches.num_tokens, num_answer_tokens, seconds)
        self.speed.answered(len(answers), num_answer_tokens, seconds)
        return answers


def _rounds(plan: Plan) -> Iterator[Sequence[Group]]:
    """What is read first, and what is read then, which the answers decide."""
    yield plan.groups
    yield plan.further()
