"""On torch's device without numbers: what is made on another device than the model ends in an
error there, as it would on a GPU."""

from __future__ import annotations

import pytest
import torch

from engine.decoder_model import DecoderModel, Weights
from engine.gemma3 import Gemma3
from engine.weight_numbers import with_weights


def moved(model: DecoderModel) -> Gemma3:
    assert isinstance(model, Gemma3)
    return model.to("meta")


@pytest.mark.parametrize("kind", ["float32", "bfloat16", "int8"])
@torch.no_grad()
def test_reading_and_branching_stay_where_the_model_is(tiny_model: Gemma3, kind: Weights) -> None:
    model = moved(with_weights(tiny_model, kind))
    prefix, _ = model.read(model.empty_prefix(), torch.zeros(600, dtype=torch.long))
    prefix, hidden = model.read(prefix, torch.zeros(40, dtype=torch.long))
    assert prefix.layers[2][0].shape[1] == 640
    one = torch.zeros(2, 3, dtype=torch.long)
    branches, more, _ = model.branch(prefix, model.empty_branches(2), one, one == 0)
    _, more, looks = model.branch(prefix, branches.of([1, 0]), one[:, :1], one[:, :1] == 0)
    scores = model.logits(more[:, -1])
    assert {t.device.type for t in (hidden, more, scores, looks[2])} == {"meta"}


def test_looking_and_learning_stay_where_the_model_is(tiny_model: Gemma3) -> None:
    model = moved(tiny_model)
    queries, _ = model.look(torch.zeros(2, 40, dtype=torch.long))
    ids = torch.zeros(30, dtype=torch.long)
    hidden = model.read_packed(ids, ids[:5], torch.tensor([0, 0, 0, 1, 1]))
    assert (queries.device.type, hidden.device.type) == ("meta", "meta")
