"""What does a model say next in a chat?

The prompt is read once; its choices are branches of it, a token a step.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from tokenizers import Tokenizer
from torch import Tensor

from engine.chat_prompt import ChatPrompt
from engine.chat_reading import ChatReading
from engine.chat_vocabulary import ChatVocabulary, Matcher
from engine.decoder_model import DecoderModel
from engine.drafts import Drafts
from engine.prefix_cache import PrefixCache
from engine.prefix_chain import Grid
from engine.sampling import Sampler
from engine.speed import Speed
from engine.talk import Talk
from engine.token_text import ShownText
from engine.tool_calls import CallReader, check_tools, grammar_of, tools_of
from schemas.errors import InvalidInput, InvalidSchema, PromptTooLong
from schemas.extraction import Usage
from schemas.generation import (
    ChatMessage,
    Finish,
    GenerateOptions,
    Piece,
    TokenChance,
    ToolChoice,
)
from schemas.progress import OnProgress, Progress, ignore_progress


class Generator:
    """A model that chats. Threads may share it, one at a time."""

    def __init__(
        self,
        model: DecoderModel,
        prompt: ChatPrompt,
        vocabulary: ChatVocabulary,
        reading: ChatReading,
    ) -> None:
        self._model, self._prompt = model, prompt
        self._vocabulary, self._reading = vocabulary, reading

    @classmethod
    def of(
        cls,
        folder: Path,
        model: DecoderModel,
        tokenizer: Tokenizer,
        prefixes: PrefixCache,
        grid: Grid,
        speed: Speed,
    ) -> Generator | None:
        """None for a model that has no chat template."""
        prompt = ChatPrompt.of(folder, tokenizer)
        if prompt is None:
            return None
        vocabulary = ChatVocabulary(folder / "tokenizer.json", tokenizer, prompt.ends)
        return cls(model, prompt, vocabulary, ChatReading(model, prefixes, grid, speed))

    def generate(
        self,
        messages: Sequence[ChatMessage],
        options: GenerateOptions,
        on_progress: OnProgress = ignore_progress,
        *,
        owner: str = "",
    ) -> Iterator[Piece]:
        """Raises `PromptTooLong`, `InvalidInput` and `InvalidSchema` before the first piece.

        `on_progress` is called after each chunk that is read and each token that is said; what
        it raises ends the work there.
        """
        check_tools(options, calls_tools=self._prompt.template.calls_tools)
        matcher = self._matcher(options)
        token_ids = self._prompt.token_ids(messages, tools_of(options))
        room = self._room(token_ids, options)
        num_prompt = len(token_ids)

        def on_tokens(num_read: int, num_found: int) -> None:
            used = Usage(prompt_tokens=num_read, cached_tokens=num_found)
            on_progress(Progress("read", num_read, num_prompt, "tokens", used=used))

        prefix, num_found = self._reading.read(
            token_ids[:-1], self._prompt.ends, on_tokens, owner=owner
        )
        drafts = Drafts(token_ids[:-1]) if options.n == 1 else None
        size = self._vocabulary.size
        talk = Talk(self._model, size, prefix, token_ids[-1], options.n, drafts)
        choices = [self._choice(number, options, matcher) for number in range(options.n)]
        num_said = 0

        def used() -> Usage:
            return Usage(
                prompt_tokens=num_prompt, cached_tokens=num_found, completion_tokens=num_said
            )

        for number in range(room):
            going = [choice for choice in choices if choice.finish is None]
            if not going:
                break
            tokens = []
            for choice in going:
                piece = choice.go_on(talk.logits(choice.row), is_last=number + 1 == room)
                num_said += 1
                if piece is not None:
                    yield piece
                tokens.append(choice.token)
            on_progress(Progress("generate", number + 1, room, "tokens", used=used()))
            still = [(c, t) for c, t in zip(going, tokens, strict=True) if c.finish is None]
            if still:
                talk.step([choice.row for choice, _ in still], [token for _, token in still])
                for row, (choice, _) in enumerate(still):
                    choice.row = row
        yield Piece(usage=used())

    def count(self, messages: Sequence[ChatMessage], options: GenerateOptions) -> int:
        """The tokens that `generate` would read."""
        check_tools(options, calls_tools=self._prompt.template.calls_tools)
        return len(self._prompt.token_ids(messages, tools_of(options)))

    @property
    def max_tokens(self) -> int:
        """Of a prompt and what is said to it."""
        return self._model.config.max_position

    def _choice(self, number: int, options: GenerateOptions, matcher: Matcher | None) -> _Choice:
        calls = None
        if tools_of(options):
            is_one = not options.parallel_tool_calls or not isinstance(
                options.tool_choice, ToolChoice
            )
            calls = CallReader(tools_of(options), most=1 if is_one else None)
        return _Choice(
            number,
            options,
            self._vocabulary,
            self._prompt.ends,
            None if matcher is None else matcher.copy(),
            calls,
        )

    def _matcher(self, options: GenerateOptions) -> Matcher | None:
        grammar = grammar_of(options, self._vocabulary.has, self._is_held)
        if grammar is None:
            return None
        try:
            return self._vocabulary.matcher(grammar)
        except InvalidSchema as error:
            where = "tools" if options.json_schema is None else "response_format"
            raise InvalidSchema(
                f"an answer can not be held to the schema: {error.message}", param=where
            ) from error

    def _is_held(self, grammar: str) -> bool:
        try:
            self._vocabulary.matcher(grammar)
        except InvalidSchema:
            return False
        return True

    def _room(self, token_ids: Sequence[int], options: GenerateOptions) -> int:
        """How many tokens may be said."""
        most = self.max_tokens
        room = most - len(token_ids)
        if room < 1:
            raise PromptTooLong(
                f"the model takes at most {most} tokens, and the messages are {len(token_ids)}",
                param="messages",
            )
        unknown = [token for token in options.logit_bias if not 0 <= token < self._vocabulary.size]
        if unknown:
            raise InvalidInput(f"there is no token {unknown[0]}", param="logit_bias")
        return min(room, options.max_tokens or room)


@dataclass(slots=True)
class _Choice:
    """One of the answers that are written side by side."""

    number: int
    options: GenerateOptions
    vocabulary: ChatVocabulary
    ends: frozenset[int]
    matcher: Matcher | None
    calls: CallReader | None
    row: int = field(init=False)
    token: int = -1
    finish: Finish | None = None
    sampler: Sampler = field(init=False)
    shown: ShownText = field(init=False)

    def __post_init__(self) -> None:
        self.row = self.number
        self.sampler = Sampler(self.options, self.number)
        self.shown = ShownText(self.options.stop)

    def go_on(self, logits: Tensor, *, is_last: bool) -> Piece | None:
        """With one more token; None where there is nothing to be shown yet."""
        allowed = None if self.matcher is None else self.matcher.allowed()
        self.token = self.sampler.take(logits, allowed)
        if self.token in self.ends:
            return self._ended(Finish.STOP, "", [])
        if self.matcher is not None:
            self.matcher.advance(self.token)
        text = self.shown.add(self.vocabulary.bytes_of(self.token))
        tokens = [self._chance(logits)] if self.options.logprobs else []
        if self.shown.is_stopped or (self.matcher is not None and self.matcher.is_complete):
            return self._ended(Finish.STOP, text, tokens)
        if is_last:
            return self._ended(Finish.LENGTH, text, tokens)
        piece = self._piece(text, tokens)
        if self.calls is not None and self.calls.is_full:
            self.finish = Finish.TOOL_CALLS
            return piece.model_copy(update={"finish": self.finish})
        is_empty = not (piece.text or piece.tokens or piece.tool_calls)
        return None if is_empty else piece

    def _piece(self, text: str, tokens: list[TokenChance]) -> Piece:
        if self.calls is None:
            return Piece(choice=self.number, text=text, tokens=tokens)
        shown, calls = self.calls.add(text)
        return Piece(choice=self.number, text=shown, tokens=tokens, tool_calls=calls)

    def _ended(self, finish: Finish, text: str, tokens: list[TokenChance]) -> Piece:
        piece = self._piece(text + self.shown.end(), tokens)
        rest, calls = ("", []) if self.calls is None else self.calls.end()
        has_called = self.calls is not None and self.calls.has_called
        self.finish = Finish.TOOL_CALLS if has_called and finish is Finish.STOP else finish
        return piece.model_copy(
            update={
                "text": piece.text + rest,
                "tool_calls": [*piece.tool_calls, *calls],
                "finish": self.finish,
            }
        )

    def _chance(self, logits: Tensor) -> TokenChance:
        chances = logits.log_softmax(dim=-1)
        best = chances.topk(self.options.top_logprobs) if self.options.top_logprobs else None
        spelled = partial(_spelled, self.vocabulary)
        chance = spelled(self.token, float(chances[self.token]))
        if best is None:
            return chance
        pairs = zip(best.indices.tolist(), best.values.tolist(), strict=True)
        return chance.model_copy(update={"top": [spelled(*pair) for pair in pairs]})


def _spelled(vocabulary: ChatVocabulary, token: int, logprob: float) -> TokenChance:
    data = list(vocabulary.bytes_of(token)) or None
    return TokenChance(token=vocabulary.name_of(token), bytes=data, logprob=logprob)
