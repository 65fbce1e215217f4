"""What does it take to look documents up by a model's own early layer?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tokenizers import Tokenizer

from engine.decoder_model import DecoderModel
from engine.gemma3 import Gemma3
from engine.passage_keys import PassageReader
from engine.prompt import token_id
from engine.question_encoder import Heads, QuestionEncoder, adapted_view, early_view, load_heads
from schemas.errors import ModelUnavailable

RETRIEVAL_HEADS = (1, 2)  # of layer 5 of Gemma 3 270M: docs/decisions/0012


@dataclass(frozen=True, slots=True)
class IndexModel:
    """`reader` reads passages, `encoder` questions; `fingerprint` is that of the passages' keys.

    A passage is read at `share_of_reading` of what the model that answers takes for it.
    """

    reader: PassageReader
    encoder: QuestionEncoder
    fingerprint: str = ""
    share_of_reading: float = 1.0


def load(model: DecoderModel, tokenizer: Tokenizer, folder: Path, fingerprint: str) -> IndexModel:
    """With the encoder that a training saved in a folder; of the model only the layers that it
    takes are held. Raises `ModelUnavailable` for an index of another model."""
    if not isinstance(model, Gemma3):
        raise ModelUnavailable(f"{folder.name} is an index of a Gemma 3 model, and this is none")
    heads = load_heads(folder)
    reader = _reader(early_view(model), tokenizer, heads)
    encoder = QuestionEncoder(adapted_view(model, folder), tokenizer, heads, reader.sink())
    share = (model.first_global or 0) / model.config.num_layers
    return IndexModel(reader, encoder, fingerprint, share)


def untrained(
    model: DecoderModel, tokenizer: Tokenizer, numbers: Sequence[int] = RETRIEVAL_HEADS
) -> IndexModel:
    """With an encoder that is the model itself, to be trained. Raises `ModelUnavailable` for a
    model that has no sliding layers below a global one."""
    if not isinstance(model, Gemma3):
        raise ModelUnavailable("only a Gemma 3 model has sliding layers below a global one")
    heads = Heads.untrained(numbers, model.config.head_dim)
    reader = _reader(model, tokenizer, heads)
    return IndexModel(reader, QuestionEncoder(early_view(model), tokenizer, heads, reader.sink()))


def _reader(model: Gemma3, tokenizer: Tokenizer, heads: Heads) -> PassageReader:
    """Raises `ModelUnavailable` where the heads do not share their keys."""
    config = model.config
    is_known = bool(((heads.numbers >= 0) & (heads.numbers < config.num_heads)).all())
    if not is_known or heads.gates.shape != (len(heads.numbers), config.head_dim):
        raise ModelUnavailable("the index was made for heads that this model does not have")
    group = model.config.num_heads // model.config.num_kv_heads
    key_heads = {number // group for number in heads.numbers.tolist()}
    if len(key_heads) != 1:
        raise ModelUnavailable("the heads of an index must look at the same keys")
    longest = model.config.window - 1
    return PassageReader(model, tokenizer, token_id(tokenizer, "<bos>"), key_heads.pop(), longest)
