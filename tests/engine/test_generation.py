from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
import transformers

from engine.disk_cache import DiskCache
from engine.engine import Engine
from schemas.engine_settings import EngineSettings
from schemas.errors import Cancelled, InvalidInput, InvalidSchema, NotForChat, PromptTooLong
from schemas.generation import ChatMessage, Finish, GenerateOptions, Piece, Tool, ToolChoice
from schemas.progress import Progress
from schemas.settings import Settings
from tests.engine.chat_model import END, TEMPLATE, write_chat_model

HELLO = [
    ChatMessage(role="system", content="Be brief."),
    ChatMessage(role="user", content="hello world"),
]
WEATHER = Tool(
    name="weather",
    parameters={
        "type": "object",
        "properties": {"city": {"enum": ["Pau", "Lyon"]}},
        "required": ["city"],
        "additionalProperties": False,
    },
)
Say = Callable[..., list[Piece]]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_chat_model(tmp_path_factory.mktemp("tiny-chat"))


@pytest.fixture(scope="module")
def engine(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Engine:
    return opened(folder, tmp_path_factory.mktemp("cache"))


def opened(folder: Path, cache: Path) -> Engine:
    settings = EngineSettings(model=str(folder), adapter=None, index_model=None, chunk_tokens=64)
    return Engine.open(Settings(engine=settings), DiskCache(cache, 1 << 26))


@pytest.fixture
def say(engine: Engine) -> Say:
    def say(messages: list[ChatMessage] = HELLO, **options: Any) -> list[Piece]:
        asked = GenerateOptions.model_validate({"max_tokens": 24, "temperature": 0, **options})
        return list(engine.generate(messages, asked))

    return say


def text_of(pieces: list[Piece], choice: int = 0) -> str:
    return "".join(piece.text for piece in pieces if piece.choice == choice)


def cached_of(pieces: list[Piece]) -> int:
    usage = pieces[-1].usage
    assert usage is not None
    return usage.cached_tokens


def finish_of(pieces: list[Piece]) -> Finish | None:
    return next(piece.finish for piece in pieces if piece.finish is not None)


def theirs(folder: Path, num_tokens: int) -> str:
    """What transformers says, held to the tokens that the tokenizer has."""
    tokenizer = transformers.PreTrainedTokenizerFast(
        tokenizer_file=str(folder / "tokenizer.json"), chat_template=TEMPLATE, eos_token=END
    )
    model = transformers.AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32)
    told = [{"role": message.role, "content": message.content} for message in HELLO]
    asked = tokenizer.apply_chat_template(
        told, add_generation_prompt=True, return_tensors="pt", return_dict=True
    )
    out = model.generate(
        **{name: asked[name] for name in ("input_ids", "attention_mask")},
        do_sample=False,
        max_new_tokens=num_tokens,
        pad_token_id=0,
        suppress_tokens=list(range(len(tokenizer), model.config.vocab_size)),
    )
    ids = out[0, asked["input_ids"].shape[1] :]
    return str(tokenizer.decode(ids, skip_special_tokens=True))


@pytest.mark.parametrize("family", ["qwen2", "qwen3", "llama"])
def test_the_likeliest_words_are_those_of_transformers(family: str, tmp_path: Path) -> None:
    folder = write_chat_model(tmp_path, model_type=family, head_dim=16)
    options = GenerateOptions(max_tokens=48, temperature=0)
    pieces = list(opened(folder, tmp_path / "cache").generate(HELLO, options))
    assert text_of(pieces) == theirs(folder, 48)


def test_the_same_seed_says_the_same(say: Say) -> None:
    def drawn(seed: int) -> str:
        return text_of(say(temperature=1.3, seed=seed))

    assert drawn(1) == drawn(1) != drawn(2)


def test_choices_together_are_the_choices_alone(say: Say) -> None:
    both = say(temperature=1.3, seed=5, n=2)
    assert text_of(both, 0) == text_of(say(temperature=1.3, seed=5))
    assert text_of(both, 1) == text_of(say(temperature=1.3, seed=6))


def test_nothing_is_said_from_a_stop_on(say: Say) -> None:
    whole = text_of(say())
    stop = whole[5:7]
    pieces = say(stop=[stop])
    assert text_of(pieces) == whole[: whole.find(stop)]
    assert finish_of(pieces) is Finish.STOP


def test_a_wanted_token_comes_and_one_that_is_barred_does_not(say: Say) -> None:
    assert text_of(say(logit_bias={65: 100.0}, max_tokens=3)) != text_of(say(max_tokens=3))
    barred = say(logit_bias=dict.fromkeys(range(200), -100.0), max_tokens=3)
    assert not set(text_of(barred)) & set("5)(")


def test_a_penalty_keeps_from_saying_it_again(say: Say) -> None:
    plain, varied = text_of(say(max_tokens=20)), text_of(say(max_tokens=20, frequency_penalty=2.0))
    assert max(map(varied.count, varied)) < max(map(plain.count, plain))


def test_log_probabilities_are_natural_whatever_is_wanted(say: Say) -> None:
    plain = say(logprobs=True, top_logprobs=2, max_tokens=1)[0].tokens[0]
    drawn = say(logprobs=True, top_logprobs=2, max_tokens=1, temperature=2.0, seed=1)[0].tokens[0]
    assert plain.logprob == plain.top[0].logprob < 0
    assert [one.logprob for one in drawn.top] == [one.logprob for one in plain.top]


def test_an_answer_is_held_to_its_schema(say: Say) -> None:
    properties = {"a": {"enum": ["x", "yy"]}, "b": {"type": "boolean"}}
    schema = {"type": "object", "properties": properties, "required": ["b", "a"]}
    pieces = say(json_schema={**schema, "additionalProperties": False}, max_tokens=60)
    assert list(json.loads(text_of(pieces))) == ["a", "b"]
    assert finish_of(pieces) is Finish.STOP


def test_a_schema_that_can_not_be_held_to_is_refused(say: Say) -> None:
    with pytest.raises(InvalidSchema, match="can not be held to") as refused:
        say(json_schema={"type": "object", "propertyNames": {"not": {}}, "$ref": "http://x/y"})
    assert refused.value.param == "response_format"


def test_calls_are_read_back(say: Say) -> None:
    pieces = say(tools=[WEATHER], tool_choice=ToolChoice.REQUIRED, max_tokens=400)
    calls = [call for piece in pieces for call in piece.tool_calls]
    assert {call.name for call in calls} == {"weather"}
    assert all(json.loads(call.arguments)["city"] in ("Pau", "Lyon") for call in calls)
    assert finish_of(pieces) is Finish.TOOL_CALLS
    assert text_of(pieces) == ""


def test_one_call_is_the_last_where_calls_are_not_parallel(say: Say) -> None:
    pieces = say(
        tools=[WEATHER],
        tool_choice=ToolChoice.REQUIRED,
        parallel_tool_calls=False,
        max_tokens=400,
    )
    assert sum(len(piece.tool_calls) for piece in pieces) == 1


def test_a_tool_that_is_not_there_can_not_be_called(say: Say) -> None:
    with pytest.raises(InvalidInput, match="no tool 'rain'"):
        say(tools=[WEATHER], tool_choice="function:rain")


def test_tools_that_are_not_to_be_called_are_not_told(say: Say) -> None:
    alone, told = say(max_tokens=1), say(max_tokens=1, tools=[WEATHER], tool_choice="none")
    assert alone == told


def test_a_conversation_is_read_on_from_where_it_was(say: Say) -> None:
    asked = [ChatMessage(role="user", content="hello world " * 120)]
    first = say(asked)
    reply = ChatMessage(role="assistant", content=text_of(first))
    longer = [*asked, reply, ChatMessage(role="user", content="go on")]
    found, again = say(longer), say(longer)
    assert cached_of(first) <= 256 < cached_of(found)
    assert text_of(found) == text_of(again)


def test_what_is_said_is_the_same_found_or_read(engine: Engine, say: Say) -> None:
    asked = [ChatMessage(role="user", content="world " * 400), *HELLO]
    read = say(asked)
    found = say(asked)
    other = list(
        engine.generate(asked, GenerateOptions(max_tokens=24, temperature=0), owner="another")
    )
    assert found[-1].usage is not None
    assert other[-1].usage is not None
    assert (found[-1].usage.cached_tokens > 256, other[-1].usage.cached_tokens) == (True, 0)
    assert text_of(read) == text_of(found) == text_of(other)


def test_it_can_be_ended_at_each_token(engine: Engine) -> None:
    def stop_at_three(progress: Progress) -> None:
        if progress.stage == "generate" and progress.done == 3:
            raise Cancelled("enough")

    options = GenerateOptions(max_tokens=100, temperature=0)
    pieces = engine.generate(HELLO, options, on_progress=stop_at_three)
    with pytest.raises(Cancelled):
        list(pieces)


def test_what_is_used_is_told_while_the_prompt_is_read(engine: Engine) -> None:
    asked = [ChatMessage(role="user", content="the world " * 100), *HELLO]

    def told() -> list[tuple[int, int]]:
        found: list[Progress] = []
        list(engine.generate(asked, GenerateOptions(max_tokens=1), on_progress=found.append))
        used = [progress.used for progress in found if progress.stage == "read"]
        return [(one.prompt_tokens, one.cached_tokens) for one in used if one is not None]

    read, again = told(), told()
    assert [*read[:3], read[-1][1]] == [(0, 0), (64, 0), (128, 0), 0]
    assert again[0] == (again[0][1], again[0][1])
    assert again[-1] == (read[-1][0], again[0][1])
    assert again[0][1] > 256


def test_messages_past_the_positions_are_refused(say: Say) -> None:
    with pytest.raises(PromptTooLong, match="at most 4096 tokens, and the messages are") as refused:
        say([ChatMessage(role="user", content="x" * 5000)])
    assert refused.value.param == "messages"


def test_a_model_without_a_template_does_not_chat(tiny_settings: Settings, tmp_path: Path) -> None:
    engine = Engine.open(tiny_settings, DiskCache(tmp_path / "disk", 1 << 26))
    assert not engine.chats
    with pytest.raises(NotForChat, match="not fit for chat"):
        engine.generate(HELLO, GenerateOptions())
