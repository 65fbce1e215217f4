"""One model on one device: what can be asked of it?"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from tokenizers import Tokenizer

from engine import loading, model_folder, output
from engine.answers import Finding
from engine.decoder_model import DecoderModel
from engine.disk_cache import DiskCache
from engine.fingerprints import laid_on, prefix_fingerprint
from engine.generation import Generator
from engine.index_model import IndexModel
from engine.kept_prompts import KeptPrompts
from engine.lookup import Lookup, Source
from engine.memory_budget import MemoryBudget
from engine.prefix_cache import PrefixCache
from engine.prefix_numbers import NUMBERS
from engine.questions import questions_of
from engine.reader import Reader
from engine.search import found_passages
from engine.sight import Sight
from engine.speed import Speed
from engine.tuned_readers import Tuned, TunedReaders, check_base
from schemas.caches import Warmed
from schemas.engine_protocol import EngineCounted, EngineEstimate, EnginePrepared
from schemas.errors import NotForChat
from schemas.extraction import Extraction, FoundPassage, Mode, Status
from schemas.generation import ChatMessage, GenerateOptions, Piece
from schemas.preparation import Preparation
from schemas.progress import OnProgress, Progress, ignore_progress
from schemas.response_schema import parse
from schemas.search import SearchFilters
from schemas.settings import Settings


class Engine:
    """A loaded model. Opening it takes seconds; it answers one request at a time: threads that
    share it let each other in from `on_progress` (see `engine.turns`).

    `owner` is whose documents they are: what is kept on disk is never shared with another.
    """

    def __init__(
        self,
        reader: Reader,
        name: str,
        cache: DiskCache,
        index: IndexModel | None = None,
        lookup_tokens: int = 0,
        generator: Generator | None = None,
        tuned: TunedReaders | None = None,
    ) -> None:
        """Without an index words alone look documents up; `lookup_tokens` of passages that the
        index has not read yet are read into it for one request. Without a generator the model
        is not one that chats. `tuned` reads with adapters."""
        self._reader, self._cache = reader, cache
        self._index, self._lookup_tokens = index, lookup_tokens
        self._generator, self._tuned = generator, tuned
        self.name = name
        self.kept = KeptPrompts(cache, reader.prefixes.memory)

    @classmethod
    def open(
        cls, settings: Settings, cache: DiskCache, on_progress: OnProgress = ignore_progress
    ) -> Engine:
        """Raises `ModelUnavailable` where the files are missing or not the expected ones."""
        on_progress(Progress("load", 0, 1, "files", settings.engine.model))
        model, tokenizer = loading.adapted_model(settings)
        engine = cls.around(model, tokenizer, settings, cache)
        on_progress(Progress("load", 1, 1, "files", settings.engine.model))
        return engine

    @classmethod
    def around(
        cls, model: DecoderModel, tokenizer: Tokenizer, settings: Settings, cache: DiskCache
    ) -> Engine:
        """With the model of these settings, which is loaded."""
        budget = MemoryBudget(settings.engine.max_memory_bytes, settings.cache.memory_bytes)
        numbers = NUMBERS[settings.cache.numbers]
        prefixes = PrefixCache(cache, prefix_fingerprint(settings), budget.memory, numbers)
        certainty = loading.certainty_of(settings)
        reader = Reader(model, tokenizer, settings.engine, prefixes, certainty, budget)
        index = loading.index_of(settings, model, tokenizer)
        generator = loading.generator_of(settings, model, tokenizer, prefixes, reader.speed)
        lookup_tokens, name = settings.engine.lookup_tokens, name_of(settings)

        def read_with(adapter: Path) -> Reader:
            check_base(adapter, name)
            laid = loading.tuned_model(settings, model, adapter)
            fingerprint = laid_on(prefix_fingerprint(settings), adapter)
            own = PrefixCache(cache, fingerprint, budget.memory, numbers)
            return Reader(laid, tokenizer, settings.engine, own, certainty, budget)

        return cls(reader, name, cache, index, lookup_tokens, generator, TunedReaders(read_with))

    @property
    def has_index(self) -> bool:
        """Whether the model's early layer looks documents up, and not words alone."""
        return self._index is not None

    @property
    def chats(self) -> bool:
        return self._generator is not None

    @property
    def speed(self) -> Speed:
        return self._reader.speed

    def warm_up(self) -> None:
        """Measure the speed. Raises `ModelUnavailable` for a model that does not compute."""
        self._reader.warm_up()

    def extract(
        self,
        sources: Sequence[Source],
        response_schema: Mapping[str, Any],
        *,
        mode: Mode | None = None,
        instructions: str | None = None,
        on_progress: OnProgress = ignore_progress,
        on_findings: Callable[[Sequence[Finding]], None] = lambda _: None,
        owner: str = "",
        tuned: Tuned | None = None,
    ) -> Extraction:
        """Fill the schema from the documents. Raises `InvalidSchema`, `PromptTooLong`, and what
        `on_progress` raises, after which the engine is as before. `on_findings` is told what the
        result was made of, in the order of the fields. A `tuned` model is this one with an
        adapter; raises `ModelUnavailable` for one that was trained on another."""
        begun = time.monotonic()
        root, reader = parse(response_schema), self._reader_of(tuned)
        lookup = self._lookup(sources, owner, on_progress)
        indexed = time.monotonic()
        reading = reader.read(
            sources,
            questions_of(root),
            lookup,
            mode=mode,
            instructions=instructions,
            on_progress=on_progress,
            owner=owner,
        )
        on_findings(reading.findings)
        found = output.output_of(root, reading.findings)
        errors = output.errors_of(response_schema, found)
        timings = {"index": indexed - begun, **reading.timings, "total": time.monotonic() - begun}
        return Extraction(
            id=f"ext_{uuid.uuid4().hex}",
            status=Status.INCOMPLETE if errors else Status.COMPLETED,
            model=self.name if tuned is None else tuned.name,
            mode=reading.mode,
            output=found,
            fields=output.fields_of(reading.findings, sources),
            coverage=reading.coverage.model_copy(
                update={"num_tokens_indexed": lookup.num_tokens_seen}
            ),
            errors=errors,
            warnings=[
                *(warning for source in sources for warning in source.document.warnings),
                *output.warnings_of(reading.findings),
            ],
            usage=reading.usage,
            timings={name: round(seconds, 3) for name, seconds in timings.items()},
        )

    def generate(
        self,
        messages: Sequence[ChatMessage],
        options: GenerateOptions,
        *,
        on_progress: OnProgress = ignore_progress,
        owner: str = "",
    ) -> Iterator[Piece]:
        """What the model says next, as it says it. Raises `NotForChat`, and as
        `Generator.generate`."""
        return self._chatting().generate(messages, options, on_progress, owner=owner)

    def count(self, messages: Sequence[ChatMessage], options: GenerateOptions) -> EngineCounted:
        """How long a chat is to the model, without reading it. Raises `NotForChat`."""
        generator = self._chatting()
        return EngineCounted(
            num_tokens=generator.count(messages, options), max_tokens=generator.max_tokens
        )

    def estimate(
        self,
        sources: Sequence[Source],
        response_schema: Mapping[str, Any],
        *,
        mode: Mode | None = None,
        instructions: str | None = None,
        owner: str = "",
        tuned: Tuned | None = None,
    ) -> EngineEstimate:
        """What `extract` would take, without the model; raises what it would raise.

        The prompt's tokens are counted as `extract` would count them; but where it would first
        read passages into the index, they may be others, and it may ask for a date once more, or
        for what a line does not say. Those of the answers, and the seconds,
        are the means of what this engine did lately times the answers to be given.
        """
        questions = questions_of(parse(response_schema))
        sight = self._sight(self._lookup_tokens, owner, ignore_progress, reads=False)
        lookup = Lookup(sources, self._cache, sight=sight, owner=owner)
        outlook = self._reader_of(tuned).outlook(
            sources, questions, lookup, mode=mode, instructions=instructions, owner=owner
        )
        num_unread = outlook.num_prefix_tokens - outlook.cached_tokens
        looking = 0.0
        if self._index is not None and outlook.mode is not Mode.DENSE:
            document_tokens = _num_tokens(sources)
            to_index = max(0, min(self._lookup_tokens, document_tokens) - lookup.num_tokens_seen)
            looking = self.speed.seconds_for(round(to_index * self._index.share_of_reading), 0)
        return EngineEstimate(
            mode=outlook.mode,
            prompt_tokens=outlook.prompt_tokens,
            cached_tokens=outlook.cached_tokens,
            completion_tokens=round(outlook.num_answers * self.speed.tokens_per_answer),
            document_tokens=_num_tokens(sources),
            num_fields=len(questions),
            seconds=round(self.speed.seconds_for(num_unread, outlook.num_answers) + looking, 3),
        )

    def prepare(
        self,
        sources: Sequence[Source],
        *,
        on_progress: OnProgress = ignore_progress,
        owner: str = "",
    ) -> Preparation:
        """Read the documents into the index, all that is not read yet; what was read is kept
        every few thousand tokens, also when `on_progress` ends the work. It is told what is kept:
        so much is not read again."""
        begun = time.monotonic()
        total, before = _num_tokens(sources), 0
        if self._index is not None:
            before = self._read_into_index(sources, total, owner, on_progress)
        after = self.prepared(sources, owner=owner).num_tokens_indexed  # it may have had no room
        return Preparation(
            num_tokens=total,
            num_tokens_indexed=after,
            num_tokens_read=after - before,
            seconds=round(time.monotonic() - begun, 3),
        )

    def prepared(self, sources: Sequence[Source], *, owner: str = "") -> EnginePrepared:
        """How much of the documents is in the index; nothing is read."""
        sight = self._sight(0, owner, ignore_progress, reads=False)
        lookup = Lookup(sources, self._cache, sight=sight, owner=owner)
        return EnginePrepared(
            num_tokens=_num_tokens(sources),
            num_tokens_indexed=lookup.num_tokens_kept,
            is_prepared=lookup.is_prepared,
        )

    def warm(
        self,
        sources: Sequence[Source],
        response_schema: Mapping[str, Any] | None = None,
        *,
        mode: Mode | None = None,
        on_progress: OnProgress = ignore_progress,
        owner: str = "",
    ) -> Warmed:
        """Read the documents before anyone asks, whole or what `extract` would read for a schema.
        What was read is kept as it goes. Raises `CapacityExceeded` where there is no room."""
        questions = () if response_schema is None else questions_of(parse(response_schema))
        lookup = self._lookup(sources, owner, on_progress)
        return self.kept.warmed(
            owner,
            lambda: self._reader.warm(
                sources, questions, lookup, mode=mode, on_progress=on_progress, owner=owner
            ),
        )

    def find(
        self,
        sources: Iterable[Source],
        query: str,
        *,
        top: int,
        num_sources: int = 1,
        filters: SearchFilters | None = None,
        on_progress: OnProgress = ignore_progress,
        owner: str = "",
    ) -> list[FoundPassage]:
        """The passages that fit best, best first. Sources are taken one at a time, so that many
        documents need the memory of one; what is not in the index yet is read into it up to the
        budget of a request, which the `num_sources` share alike."""
        sight = self._sight(self._lookup_tokens // max(1, num_sources), owner, on_progress)
        return found_passages(
            sources, query, self._cache, top=top, filters=filters, sight=sight, owner=owner
        )

    def forget(self, owner: str, documents: Collection[str]) -> int:
        """Remove what is kept of these documents, named as in citations; how many entries."""
        self._reader.forget(owner, documents)
        if self._tuned is not None:
            self._tuned.forget(owner, documents)
        return self._cache.forget(owner, documents)

    def _reader_of(self, tuned: Tuned | None) -> Reader:
        if tuned is None:
            return self._reader
        assert self._tuned is not None, "an engine that was opened reads with adapters"
        return self._tuned.reader(tuned.folder)

    def _read_into_index(
        self, sources: Sequence[Source], total: int, owner: str, on_progress: OnProgress
    ) -> int:
        """All that is not in it yet; how many tokens were."""
        assert self._index is not None

        def on_read(_: int) -> None:
            on_progress(Progress("look", lookup.num_tokens_kept, total, "tokens"))

        sight = Sight(self._index, self._cache, total, owner=owner, on_read=on_read)
        lookup = Lookup(sources, self._cache, sight=sight, owner=owner)
        before = lookup.num_tokens_kept
        on_read(0)
        lookup.prepare()
        on_read(0)
        return before

    def _lookup(self, sources: Sequence[Source], owner: str, on_progress: OnProgress) -> Lookup:
        def on_indexed(num_done: int) -> None:
            on_progress(Progress("index", num_done, len(sources), "files"))

        on_indexed(0)
        sight = self._sight(self._lookup_tokens, owner, on_progress)
        return Lookup(sources, self._cache, sight=sight, owner=owner, on_indexed=on_indexed)

    def _chatting(self) -> Generator:
        if self._generator is None:
            raise NotForChat(
                f"{self.name} is not fit for chat: it has no chat template. It fills schemas from "
                "documents (POST /v1/extractions); needlepoint doctor names models that chat",
                param="model",
            )
        return self._generator

    def _sight(
        self, budget: int, owner: str, on_progress: OnProgress, *, reads: bool = True
    ) -> Sight | None:
        if self._index is None:
            return None
        done = 0

        def on_read(num_tokens: int) -> None:
            nonlocal done
            done += num_tokens
            on_progress(Progress("look", min(done, budget), budget, "tokens"))

        return Sight(self._index, self._cache, budget, owner=owner, reads=reads, on_read=on_read)


def _num_tokens(sources: Sequence[Source]) -> int:
    return sum(passage.num_tokens for source in sources for passage in source.passages)


def name_of(settings: Settings) -> str:
    adapter = model_folder.adapter_name(settings)
    name = Path(settings.engine.model).name
    return name if adapter is None else f"{name}+{Path(adapter).name}"
