from __future__ import annotations

import json

import pytest

from api.cli import run


def test_models_are_listed_by_what_a_token_costs(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["models", "--memory", "64", "--tokens", "1000", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    costs = [model["kv_bytes_per_token"] for model in found]
    assert costs == sorted(costs)
    assert found[0]["model"] == "gemma-3-270m"


def test_a_memory_that_holds_none_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["models", "--memory", "0.2"]) == 0
    assert "no model that is known fits 32,768 tokens in 0.2 GB" in capsys.readouterr().err
