from __future__ import annotations

import numpy as np
import pytest
import torch
from tokenizers import Tokenizer

from engine import index_model
from engine.gemma3 import Gemma3
from engine.passage_keys import PassageKeys, PassageReader

TEXT = "the margin of the borrower is 2 per cent"
OTHERS = ["Ann is the agent", "the date", "total of the margin, per cent of the total " * 5]


@pytest.fixture
def reader(tiny_model: Gemma3, tiny_tokenizer: Tokenizer) -> PassageReader:
    return index_model.untrained(tiny_model, tiny_tokenizer, (0, 1)).reader


def numbers(passage: PassageKeys) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    return passage.keys * passage.scales.astype(np.float32)[:, None]


def test_keys_are_those_of_the_passage_read_alone_within_half_a_step(
    reader: PassageReader, tiny_model: Gemma3, tiny_tokenizer: Tokenizer
) -> None:
    (read,) = reader.read([TEXT])
    tokens = tiny_tokenizer.encode(TEXT, add_special_tokens=False).ids
    bos = tiny_tokenizer.token_to_id("<bos>")
    exact = tiny_model.look(torch.tensor([[bos, *tokens]]))[1][0, 0, 1:].numpy()

    assert len(read.keys) == len(tokens)
    step = read.scales.astype(np.float32)[:, None]
    assert (np.abs(numbers(read) - exact) <= 0.51 * step + 1e-5).all()
    assert read.keys.itemsize * read.keys.shape[1] + read.scales.itemsize <= 600  # bytes a token


def test_a_passage_has_the_same_keys_wherever_it_stands(reader: PassageReader) -> None:
    (alone,) = reader.read([TEXT])
    first, *_ = reader.read([TEXT, *OTHERS])
    *_, last = reader.read([*OTHERS, TEXT])
    for read in (first, last):  # as near as the order of adding numbers lets them be
        assert np.abs(numbers(read) - numbers(alone)).max() <= 1.01 * alone.scales.max()


def test_what_is_longer_than_the_window_is_read_in_pieces_and_whole(
    reader: PassageReader, tiny_tokenizer: Tokenizer
) -> None:
    long = TEXT * 12
    (read,) = reader.read([long])
    ids = tiny_tokenizer.encode(long, add_special_tokens=False).ids
    assert len(ids) > 15
    assert len(read.keys) == len(read.scales) == len(ids)
    piece = tiny_tokenizer.decode(ids[:15])
    assert np.allclose(numbers(read)[:15], numbers(reader.read([piece])[0])[:15], atol=0.05)


def test_a_passage_of_nothing_has_no_keys(reader: PassageReader) -> None:
    nothing, something = reader.read(["", TEXT])
    assert len(nothing.keys) == 0
    assert len(something.keys) > 0
    assert reader.read([]) == []


def test_who_watches_is_told_all_tokens_and_can_end_it(
    reader: PassageReader, tiny_tokenizer: Tokenizer
) -> None:
    told: list[int] = []
    read = reader.read([TEXT, *OTHERS], told.append)
    assert sum(told) == sum(len(each.keys) for each in read)

    def stop(_: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        reader.read([TEXT], stop)
