"""In which kind of number are the weights of the model that answers, and how do they lie?

The layers that an index takes stay in float32 beside the others: an index is the same, and its
keys are of use, whatever the kind.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator

from engine.decoder_model import DecoderLayer, DecoderModel, Projection, Weights
from engine.gemma3 import Gemma3
from engine.smoothing import smoothed


def with_weights(model: DecoderModel, kind: Weights) -> DecoderModel:
    """The same model with the maps of its layers in this kind; the one given stays as it is.

    Of Gemma 3, most of which is its head, int8 has the head too where all tokens are scored.
    """
    if kind == "float32":
        return model
    whole = smoothed(model) if kind == "int8" and isinstance(model, Gemma3) else model
    other = copy.copy(model)
    vars(other)["layers"] = [_with_maps(layer, kind) for layer in whole.layers]
    if isinstance(model, Gemma3) and isinstance(other, Gemma3):
        other.exact_layers = model.layers[: (model.first_global or 0) + 1]
        other.head = model.head.with_weights(kind) if kind == "int8" else model.head
    return other


_NAMES = ("qkv", "output", "gate_up", "down")


def _maps(layer: DecoderLayer) -> Iterator[Projection]:
    return (getattr(layer, name) for name in _NAMES)


def _with_maps(layer: DecoderLayer, kind: Weights) -> DecoderLayer:
    other = copy.copy(layer)
    for name in _NAMES:
        projection: Projection = getattr(layer, name)
        setattr(other, name, projection.with_weights(kind))
    return other


def pack(model: DecoderModel) -> DecoderModel:
    """The model given, its maps laid out for fast products in place: whoever is to learn, to merge
    an adapter or to change the weights does so before."""
    layers = [*model.layers, *(model.exact_layers if isinstance(model, Gemma3) else ())]
    for layer in layers:
        for projection in _maps(layer):
            projection.pack()
    return model
