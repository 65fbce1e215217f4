"""What do the documents say to each question, and where?

Fields whose passages are the same share one prefix: it is read once, and they are answered
together.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import torch
from tokenizers import Tokenizer

from engine.answers import Finding, absent, finding_of
from engine.candidates import spans_for, string_spans
from engine.decoding import Answer, Decoder
from engine.decoding import Question as Asked
from engine.gemma3 import Gemma3, Prefix
from engine.lookup import Lookup, Source
from engine.prefix_cache import PrefixCache, rounded
from engine.prompt import END, PrefixText, prefix_of, prefix_tokens, question_text
from engine.questions import Question
from engine.rows import rows_of
from engine.spans import Vocabulary
from schemas.errors import InvalidInput, PromptTooLong
from schemas.extraction import Coverage, Mode, Usage
from schemas.progress import OnProgress, Progress
from schemas.response_schema import Kind
from schemas.settings import EngineSettings

Selection = tuple[tuple[int, int], ...]
_QUESTION_TOKENS, _ANSWER_TOKENS = 768, 256


@dataclass(slots=True)
class Reading:
    """What was found, by the order of the questions, and what it took."""

    mode: Mode
    findings: list[Finding]
    coverage: Coverage
    usage: Usage
    timings: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Prompt:
    """A prefix that was read. `starts[i]` is where token i begins in its text."""

    text: PrefixText
    starts: list[int]
    prefix: Prefix


class Reader:
    """A model that answers questions about documents."""

    def __init__(
        self,
        model: Gemma3,
        tokenizer: Tokenizer,
        settings: EngineSettings,
        prefixes: PrefixCache,
    ) -> None:
        self._model, self._tokenizer = model, tokenizer
        self._settings, self._prefixes = settings, prefixes
        self._room = model.config.max_position - _QUESTION_TOKENS - _ANSWER_TOKENS
        self._vocabulary = Vocabulary(tokenizer, END)
        self._decoder = Decoder(
            model,
            self._vocabulary,
            absent_threshold=settings.absent_threshold,
            max_tokens=_ANSWER_TOKENS,
        )

    def read(
        self,
        sources: Sequence[Source],
        questions: Sequence[Question],
        lookup: Lookup,
        *,
        mode: Mode | None,
        instructions: str | None,
        on_progress: OnProgress,
    ) -> Reading:
        """Answer all questions. Raises `PromptTooLong` for what is past the model's positions."""
        begun = time.monotonic()
        mode = self._mode_of(sources, mode)
        groups = self._groups(sources, questions, lookup, mode)
        timings = {"lookup": time.monotonic() - begun}
        tally = _Tally(groups, sources, on_progress)
        findings: dict[int, Finding] = {}
        for selection, numbers in groups.items():
            if not selection:
                findings |= {number: absent(questions[number]) for number in numbers}
                continue
            asked = [questions[number] for number in numbers]
            prompt = self._prompt(sources, selection, tally)
            answered = self._answers(prompt, asked, instructions, tally)
            for number, question, (answer, evidence) in zip(numbers, asked, answered, strict=True):
                findings[number] = self._finding(
                    sources, selection, prompt, question, answer, evidence
                )
            tally.group_done(selection)
        timings |= {"read": tally.read_seconds, "answer": tally.answer_seconds}
        ordered = [findings[number] for number in range(len(questions))]
        return Reading(mode, ordered, tally.coverage(), tally.usage(), timings)

    def _mode_of(self, sources: Sequence[Source], asked: Mode | None) -> Mode:
        num_tokens = sum(p.num_tokens for source in sources for p in source.passages)
        if asked is Mode.SCAN:
            raise InvalidInput("the mode scan is not there yet: use indexed or auto", param="mode")
        if asked is Mode.DENSE and num_tokens > self._room:
            raise PromptTooLong(
                f"the documents have {num_tokens} tokens, past the {self._room} that the model "
                "reads at once: use the mode indexed or auto",
                param="mode",
            )
        if asked is not None:
            return asked
        is_small = num_tokens <= min(self._settings.dense_tokens, self._room)
        return Mode.DENSE if is_small else Mode.INDEXED

    def _groups(
        self, sources: Sequence[Source], questions: Sequence[Question], lookup: Lookup, mode: Mode
    ) -> dict[Selection, list[int]]:
        """The questions by the passages that are read for them."""
        everything = tuple(
            (s, p) for s, source in enumerate(sources) for p in range(len(source.passages))
        )
        groups: dict[Selection, list[int]] = {}
        for number, question in enumerate(questions):
            if mode is Mode.DENSE:
                selection: Selection = everything
            else:
                selection = lookup.selected(question.query, self._settings.read_tokens)
            groups.setdefault(selection, []).append(number)
        return groups

    def _prompt(self, sources: Sequence[Source], selection: Selection, tally: _Tally) -> _Prompt:
        text = prefix_of((s, sources[s].passages[p]) for s, p in selection)
        encoding = self._tokenizer.encode(text.text, add_special_tokens=False)
        token_ids = prefix_tokens(self._tokenizer, text.text)
        if len(token_ids) > self._room:
            raise PromptTooLong(
                f"the passages to be read together have {len(token_ids)} tokens, past the "
                f"{self._room} that the model reads at once: one of them is a very long row",
                param="files",
            )
        starts = [0, *(start for start, _ in encoding.offsets)]
        begun = time.monotonic()
        prefix = self._prefixes.load(token_ids)
        is_cached = prefix is not None
        if prefix is None:
            prefix = rounded(self._read(token_ids, tally))
            names = {sources[s].document.name for s, _ in selection}
            self._prefixes.store(token_ids, prefix, label=", ".join(sorted(names)))
        else:
            tally.tokens_read(len(token_ids))
        tally.prefix_done(len(token_ids), is_cached, time.monotonic() - begun)
        return _Prompt(text, starts, prefix)

    @torch.inference_mode()
    def _read(self, token_ids: Sequence[int], tally: _Tally) -> Prefix:
        prefix = self._model.empty_prefix()
        size = self._settings.chunk_tokens
        for start in range(0, len(token_ids), size):
            chunk = token_ids[start : start + size]
            prefix, _ = self._model.read(prefix, torch.tensor(chunk))
            tally.tokens_read(len(chunk))
        return prefix

    def _answers(
        self,
        prompt: _Prompt,
        questions: Sequence[Question],
        instructions: str | None,
        tally: _Tally,
    ) -> list[tuple[Answer | None, Answer | None]]:
        """An answer to each question, and the words that bear out one that is not itself
        words of the text. Rows are read off tables: no answer."""
        begun = time.monotonic()
        asked, strings = [], string_spans(prompt.text)
        slots: list[tuple[int | None, int | None]] = []
        for question in questions:
            if question.node.kind is Kind.ROWS:
                slots.append((None, None))
                continue
            tokens = self._branch(question.text, instructions)
            is_string = question.node.kind in (Kind.STRING, Kind.LIST)
            spans = strings if is_string else spans_for(question.node, prompt.text)
            asked.append(Asked(tokens, spans))
            slot = len(asked) - 1
            if any(literal for literal in spans.literals[:-1]):
                asked.append(Asked(tokens, strings))
            slots.append((slot, len(asked) - 1 if len(asked) - 1 > slot else None))
        answers = self._decoder.answer(prompt.prefix, prompt.starts, asked) if asked else []
        num_branch_tokens = sum(len(question.token_ids) for question in asked)
        num_answer_tokens = sum(answer.num_tokens for answer in answers)
        tally.answered(num_branch_tokens, num_answer_tokens, time.monotonic() - begun)
        return [
            (
                None if first is None else answers[first],
                None if second is None else answers[second],
            )
            for first, second in slots
        ]

    def _branch(self, question: str, instructions: str | None) -> list[int]:
        text = question_text(question)
        if instructions:
            text = f"Instructions: {instructions.strip()}\n{text}"
        ids: list[int] = self._tokenizer.encode(text, add_special_tokens=False).ids
        if len(ids) > _QUESTION_TOKENS:
            raise PromptTooLong(
                f"the question {question[:60]!r} and the instructions have {len(ids)} tokens "
                f"together, past the {_QUESTION_TOKENS} there are for them",
                param="instructions",
            )
        return ids

    def _finding(
        self,
        sources: Sequence[Source],
        selection: Selection,
        prompt: _Prompt,
        question: Question,
        answer: Answer | None,
        evidence: Answer | None,
    ) -> Finding:
        if answer is None:
            return rows_of(question, sources, selection)
        return finding_of(question, prompt.text, answer, evidence)


class _Tally:
    """Counts what is read and answered, and tells it."""

    def __init__(
        self,
        groups: Mapping[Selection, Sequence[int]],
        sources: Sequence[Source],
        on_progress: OnProgress,
    ) -> None:
        self._sources, self._on_progress = sources, on_progress
        self._total = sum(self._num_tokens(selection) for selection in groups)
        self._read: set[tuple[int, int]] = set()
        self._done = self._prompt_tokens = self._cached_tokens = self._completion_tokens = 0
        self.read_seconds = self.answer_seconds = 0.0

    def tokens_read(self, num_tokens: int) -> None:
        self._done = min(self._total, self._done + num_tokens)
        self._on_progress(Progress("read", self._done, self._total, "tokens"))

    def prefix_done(self, num_tokens: int, is_cached: bool, seconds: float) -> None:
        self._prompt_tokens += num_tokens
        self._cached_tokens += num_tokens if is_cached else 0
        self.read_seconds += seconds

    def answered(self, num_branch_tokens: int, num_answer_tokens: int, seconds: float) -> None:
        self._prompt_tokens += num_branch_tokens
        self._completion_tokens += num_answer_tokens
        self.answer_seconds += seconds

    def group_done(self, selection: Iterable[tuple[int, int]]) -> None:
        self._read.update(selection)

    def usage(self) -> Usage:
        return Usage(
            prompt_tokens=self._prompt_tokens,
            cached_tokens=self._cached_tokens,
            completion_tokens=self._completion_tokens,
        )

    def coverage(self) -> Coverage:
        everything = [
            (s, p) for s, source in enumerate(self._sources) for p in range(len(source.passages))
        ]
        num_tokens, num_read = self._num_tokens(everything), self._num_tokens(self._read)
        return Coverage(
            num_tokens=num_tokens,
            num_tokens_read=num_read,
            num_passages=len(everything),
            num_passages_read=len(self._read),
            share_read=round(num_read / num_tokens, 4) if num_tokens else 1.0,
        )

    def _num_tokens(self, selection: Iterable[tuple[int, int]]) -> int:
        return sum(self._sources[s].passages[p].num_tokens for s, p in selection)
