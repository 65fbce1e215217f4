"""How many bytes does it take to read a prompt and to ask about it?

Counted from the model's shape before anything is read, in float32, in which models compute.
"""

from __future__ import annotations

from engine.decoder_model import DecoderConfig

_NUMBER_BYTES = 4
_TILE = 128  # of queries in a sliding layer
_SCORE_COPIES = 4  # of the weights of a question on a prompt that are alive at once


def windows_of(config: DecoderConfig) -> tuple[int | None, ...]:
    """By layer, how far it looks back; None for one that sees everything."""
    is_global = getattr(config, "is_global", (True,) * config.num_layers)
    window = getattr(config, "window", None)
    return tuple(None if everything else window for everything in is_global)


def kept_bytes(config: DecoderConfig, num_tokens: int) -> int:
    """Of the keys and values of a prompt."""
    numbers = sum(
        num_tokens if window is None else min(num_tokens, window - 1)
        for window in windows_of(config)
    )
    return numbers * _token_bytes(config)


def state_bytes(config: DecoderConfig) -> int:
    """Of what the sliding layers keep, at each end of a block."""
    windows = windows_of(config)
    return sum(window - 1 for window in windows if window is not None) * _token_bytes(config)


def reading_bytes(config: DecoderConfig, num_tokens: int, chunk_tokens: int) -> int:
    """At the worst moment of reading: what is kept, once more while it is rounded, and what one
    layer makes of a chunk."""
    chunk = min(num_tokens, chunk_tokens)
    kept = kept_bytes(config, num_tokens)
    heads = (config.num_heads + 2 * config.num_kv_heads) * config.head_dim
    linear = chunk * (4 * config.hidden_size + 3 * heads + 3 * config.intermediate_size)
    window = max((window or 0 for window in windows_of(config)), default=0)
    banded = chunk * (
        3 * config.num_heads * (window + _TILE)
        + 2 * config.num_kv_heads * config.head_dim * (window + _TILE) // _TILE
    )
    one_layer = num_tokens * _token_bytes(config)
    return 2 * kept + one_layer + _NUMBER_BYTES * max(linear, banded)


def asking_bytes(config: DecoderConfig, num_tokens: int, num_question_tokens: int) -> int:
    """Of the questions' weights on a prompt. The questions are those asked together, each as long
    as the longest."""
    scores = config.num_heads * num_question_tokens * num_tokens
    return _NUMBER_BYTES * _SCORE_COPIES * scores


def _token_bytes(config: DecoderConfig) -> int:
    """Of one layer."""
    return 2 * config.num_kv_heads * config.head_dim * _NUMBER_BYTES
