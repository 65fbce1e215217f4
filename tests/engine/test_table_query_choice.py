from __future__ import annotations

from typing import Any

import pytest
from tokenizers import Tokenizer

from engine.gemma3 import Gemma3
from engine.lookup import Source
from engine.table_choice import TableChooser
from engine.table_frame import Frame, frames_in
from tests.ingest.workbooks import read, rows_bytes


@pytest.fixture
def frame() -> Frame:
    rows: list[list[Any]] = [["agent", "margin", "date"], ["Ann", 1, 2], ["Bob", 3, 4]]
    return next(frames_in([Source(read(rows_bytes(*rows)), [])]))


def test_every_head_has_a_chance(
    tiny_model: Gemma3, tiny_tokenizer: Tokenizer, frame: Frame
) -> None:
    chances = TableChooser(tiny_model, tiny_tokenizer)(frame, "What is the margin?", frame.heads)
    assert len(chances) == 3
    assert sum(chances) == pytest.approx(1.0)


def test_one_head_is_no_choice(tiny_model: Gemma3, tiny_tokenizer: Tokenizer, frame: Frame) -> None:
    assert TableChooser(tiny_model, tiny_tokenizer)(frame, "margin?", ["margin"]) == [1.0]
