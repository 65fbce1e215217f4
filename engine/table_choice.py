"""Which column of a table does a question ask for, as the model holds it?

The model is shown the heads and the first rows, and answers with one of the heads: nothing else
can be said. It ranks what words leave open; it never sees the rest of the table.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from tokenizers import Tokenizer

from engine.decoder_model import DecoderModel
from engine.decoding import Decoder, Question
from engine.loading import adapted_model
from engine.prompt import Asking, branch_tokens, prefix_encoding, wording_of
from engine.spans import SpanSet, Vocabulary
from engine.table_frame import Frame
from schemas.settings import Settings

_NUM_ROWS = 4
_CELL_CHARACTERS = 40
_ANSWER_TOKENS = 48


class TableChooser:
    """Called with a table, a question and heads: the chance that each is the one asked for."""

    def __init__(self, model: DecoderModel, tokenizer: Tokenizer) -> None:
        self._model, self._tokenizer = model, tokenizer
        self._vocabulary = Vocabulary(tokenizer, wording_of(tokenizer).end)

    @classmethod
    def open(cls, settings: Settings) -> TableChooser:
        return cls(*adapted_model(settings))

    @torch.inference_mode()
    def __call__(self, frame: Frame, question: str, heads: Sequence[str]) -> list[float]:
        """What is left of the likeliest head's chance is shared by the others."""
        options = list(dict.fromkeys(heads))
        if len(options) < 2:
            return [1.0] * len(heads)
        text = _told(frame)
        token_ids, starts = prefix_encoding(self._tokenizer, text)
        prefix, _ = self._model.read(self._model.empty_prefix(), torch.tensor(token_ids))
        asking = Asking(f"Which column answers: {question}", tuple(options))
        branch = branch_tokens(self._tokenizer, asking)
        spans = SpanSet(text, {}, (), tuple(options))
        decoder = Decoder(
            self._model, self._vocabulary, num_drafts=len(options), max_tokens=_ANSWER_TOKENS
        )
        answer = decoder.answer(prefix, starts, [Question(branch, spans)])[0]
        if answer.literal is None:
            return [1.0] * len(heads)
        share = answer.signals.share
        rest = (1.0 - share) / (len(options) - 1)
        return [share if head == answer.literal else rest for head in heads]


def _told(frame: Frame) -> str:
    """The table's title, heads and first rows, as a reader would see them."""
    rows = [frame.heads]
    for row in range(min(_NUM_ROWS, frame.num_rows)):
        cells = [frame.texts[str(column)][row] or "" for column in range(len(frame.heads))]
        rows.append([cell[:_CELL_CHARACTERS] for cell in cells])
    return "\n".join([frame.title, *(" | ".join(row) for row in rows)])
