"""A text read by a tiny model, and questions about it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import torch
from tokenizers import Tokenizer

from engine.candidates import spans_for, string_spans
from engine.decoder_model import DecoderModel, Prefix
from engine.decoding import Question
from engine.prompt import (
    Asking,
    PrefixText,
    branch_tokens,
    passage_of_text,
    prefix_encoding,
    prefix_of,
)
from schemas.response_schema import Kind
from tests.engine.sources import node_of


@dataclass(frozen=True)
class Prompted:
    """`starts[i]` is where token i begins in the text."""

    prefix: Prefix
    token_ids: list[int]
    starts: list[int]


def text_of(*passages: str) -> PrefixText:
    return prefix_of((0, passage_of_text(passage)) for passage in passages)


@torch.inference_mode()
def prompted(model: DecoderModel, tokenizer: Tokenizer, text: PrefixText) -> Prompted:
    ids, starts = prefix_encoding(tokenizer, text.text)
    prefix, _ = model.read(model.empty_prefix(), torch.tensor(ids))
    return Prompted(prefix, ids, starts)


def words(tokenizer: Tokenizer, asked: str, text: PrefixText, *, is_list: bool = False) -> Question:
    ids = branch_tokens(tokenizer, Asking(asked, is_list=is_list))
    return Question(ids, string_spans(text), is_list)


def number(tokenizer: Tokenizer, asked: str, text: PrefixText) -> Question:
    ids = branch_tokens(tokenizer, Asking(asked, kind="number"))
    return Question(ids, spans_for(node_of(Kind.NUMBER), text))


def quotes(text: PrefixText, spans: Iterable[tuple[int, int]]) -> list[str]:
    return [text.text[start:stop] for start, stop in spans]
