from __future__ import annotations

from pathlib import Path

import pytest

from evals import speed, speed_answers, speed_chat
from schemas.engine_settings import EngineSettings
from schemas.errors import InvalidInput
from schemas.settings import Settings
from tests.engine.chat_model import write_chat_model

TEXT = "\n\n".join(
    f"The agent number {n} is Ann, and the margin of loan {n} is 2.5 per cent." for n in range(40)
)


def of_int8(settings: Settings) -> Settings:
    engine = settings.engine.model_copy(update={"weights": "int8"})
    return settings.model_copy(update={"engine": engine})


@pytest.mark.parametrize("compared", [speed.prefill, speed.decode])
def test_int8_is_compared_with_float32_of_our_own(
    tiny_settings: Settings, compared: speed.Compared
) -> None:
    record = compared(of_int8(tiny_settings), speed.Against.SELF, TEXT, 200).record()
    assert (record["ours"], record["against"]) == ("needlepoint, int8", "needlepoint, float32")
    assert record["ratio"] == pytest.approx(
        record["theirs_seconds"] / record["ours_seconds"], rel=0.2
    )


def test_a_text_that_is_too_short_is_refused(tiny_settings: Settings) -> None:
    with pytest.raises(InvalidInput, match="100000 are wanted"):
        speed.prefill(tiny_settings, speed.Against.SELF, TEXT, 100_000)


@pytest.mark.parametrize("anew", [False, True])
def test_a_second_question_is_compared_with_the_first(tiny_settings: Settings, anew: bool) -> None:
    record = speed_answers.second_question(tiny_settings, TEXT, 300, anew=anew).record()
    assert 100 < record["tokens"] <= 300
    assert record["second_by"] == ("a new engine" if anew else "the same engine")
    assert record["ratio"] > 0


@pytest.mark.slow
def test_fields_together_are_compared_with_fields_one_by_one(tiny_settings: Settings) -> None:
    record = speed_answers.fields_together(tiny_settings, TEXT, 100).record()
    assert record["fields"] == 20
    assert record["ratio"] > 1


def test_bytes_on_disk_are_those_of_the_files(tiny_settings: Settings) -> None:
    record = speed_answers.bytes_on_disk(tiny_settings, TEXT, 300)
    least = 2 * 2 * 2 * 16 * 2  # global layers, keys and values, key heads, numbers, bytes
    assert record["least_bytes_per_token"] == least
    assert record["bytes"] >= record["tokens"] * least
    assert record["ratio"] == pytest.approx(record["bytes"] / record["tokens"] / least, rel=0.01)


def test_a_chat_with_guesses_is_compared_with_the_same_without(tmp_path: Path) -> None:
    model = EngineSettings(model=str(write_chat_model(tmp_path)), adapter=None, index_model=None)
    record = speed_chat.quoting(Settings(engine=model), TEXT, 100).record()
    assert record["says_the_same"]
    assert 1 <= record["steps"] <= record["tokens"] + 1
    assert record["prompt_tokens"] > 100


def test_a_model_that_does_not_chat_quotes_nothing(tiny_settings: Settings) -> None:
    with pytest.raises(InvalidInput, match="does not chat"):
        speed_chat.quoting(tiny_settings, TEXT, 100)
