"""How right and how fast is the forward on a GPU, with random weights of the real shapes?

A work list: each task writes a record of its own, so that what was done is kept where time runs
out.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from engine.gemma3 import Gemma3
from engine.gemma3_config import Gemma3Config
from engine.weight_numbers import with_weights

_GEMMA_3_270M = {
    "model_type": "gemma3_text",
    "vocab_size": 262_144,
    "hidden_size": 640,
    "intermediate_size": 2048,
    "num_hidden_layers": 18,
    "num_attention_heads": 4,
    "num_key_value_heads": 1,
    "head_dim": 256,
    "query_pre_attn_scalar": 256,
    "max_position_embeddings": 32_768,
    "sliding_window": 512,
    "layer_types": (["sliding_attention"] * 5 + ["full_attention"]) * 3,
    "rms_norm_eps": 1e-6,
    "rope_theta": 1_000_000.0,
    "rope_local_base_freq": 10_000.0,
}
_DECODED, _PASSAGE_TOKENS, _NUM_LOOKS = 64, 256, 32


@dataclass(frozen=True, slots=True)
class Bench:
    model: Gemma3
    device: torch.device
    num_tokens: int  # of the longest document
    chunk_tokens: int

    def tokens(self, num_tokens: int, seed: int = 0) -> Tensor:
        generator = torch.Generator().manual_seed(seed)
        vocab_size = self.model.config.vocab_size
        return torch.randint(4, vocab_size, (num_tokens,), generator=generator).to(self.device)

    def seconds_of(self, run: Callable[[], object]) -> float:
        self._finish()
        begun = time.perf_counter()
        run()
        self._finish()
        return time.perf_counter() - begun

    def read(self, num_tokens: int) -> Any:
        prefix = self.model.empty_prefix()
        for part in self.tokens(num_tokens).split(self.chunk_tokens):
            prefix, _ = self.model.read(prefix, part)
        return prefix

    def _finish(self) -> None:
        if self.device.type == "cuda":
            torch.cuda.synchronize()


def random_model(config: Mapping[str, Any], seed: int = 0) -> Gemma3:
    generator = torch.Generator().manual_seed(seed)

    def normal(*shape: int) -> Tensor:
        return torch.randn(shape, generator=generator) * 0.02

    hidden, inner = config["hidden_size"], config["intermediate_size"]
    queries = config["num_attention_heads"] * config["head_dim"]
    keys = config["num_key_value_heads"] * config["head_dim"]
    weights = {
        "model.embed_tokens.weight": normal(config["vocab_size"], hidden).bfloat16(),
        "model.norm.weight": normal(hidden),
    }
    shapes = {
        **dict.fromkeys(("input_layernorm", "post_attention_layernorm"), (hidden,)),
        **dict.fromkeys(("pre_feedforward_layernorm", "post_feedforward_layernorm"), (hidden,)),
        **dict.fromkeys(("self_attn.q_norm", "self_attn.k_norm"), (config["head_dim"],)),
        **dict.fromkeys(("self_attn.k_proj", "self_attn.v_proj"), (keys, hidden)),
        **dict.fromkeys(("mlp.gate_proj", "mlp.up_proj"), (inner, hidden)),
        "self_attn.q_proj": (queries, hidden),
        "self_attn.o_proj": (hidden, queries),
        "mlp.down_proj": (hidden, inner),
    }
    for index in range(config["num_hidden_layers"]):
        for name, shape in shapes.items():
            weights[f"model.layers.{index}.{name}.weight"] = normal(*shape)
    return Gemma3(Gemma3Config.of(config), weights)


def correctness(bench: Bench) -> dict[str, Any]:
    """Against the CPU in float32, whole and in chunks."""
    exact = bench.model.to("cpu")
    token_ids = bench.tokens(min(3000, bench.num_tokens))
    _, expected = exact.read(exact.empty_prefix(), token_ids.cpu())
    prefix, parts = bench.model.empty_prefix(), []
    for part in token_ids.split(700):
        prefix, hidden = bench.model.read(prefix, part)
        parts.append(hidden)
    alike = torch.nn.functional.cosine_similarity(torch.cat(parts).cpu(), expected, dim=-1)
    return {"tokens": len(token_ids), "least_cosine": round(float(alike.min()), 5)}


def prefill(bench: Bench) -> dict[str, Any]:
    lengths = [n for n in (8192, 131_072, 1_000_000) if n < bench.num_tokens] + [bench.num_tokens]
    bench.read(lengths[0])
    seconds = {str(n): round(bench.seconds_of(partial(bench.read, n)), 4) for n in lengths}
    return {"seconds": seconds}


def decode(bench: Bench) -> dict[str, Any]:
    """One token a step, launched one by one: no graph is captured."""
    prefix = bench.read(min(8192, bench.num_tokens))
    is_real = torch.ones(1, 1, dtype=torch.bool, device=bench.device)

    def run() -> None:
        branches, token = bench.model.empty_branches(1), bench.tokens(1)[None]
        for _ in range(_DECODED):
            branches, hidden, _ = bench.model.branch(prefix, branches, token, is_real)
            token = bench.model.logits(hidden[:, -1]).argmax(dim=-1)[None]

    run()
    return {"seconds_per_token": round(bench.seconds_of(run) / _DECODED, 6)}


def warm_first_token(bench: Bench) -> dict[str, Any]:
    """A question of 48 tokens on a document that was read."""
    prefix = bench.read(min(131_072, bench.num_tokens))
    asked = bench.tokens(48, seed=1)[None]

    def run() -> Tensor:
        empty = bench.model.empty_branches(1)
        _, hidden, _ = bench.model.branch(prefix, empty, asked, torch.ones_like(asked).bool())
        return bench.model.logits(hidden[:, -1])

    run()
    seconds = statistics.median(bench.seconds_of(run) for _ in range(5))
    return {"document_tokens": prefix.num_tokens, "seconds": round(seconds, 5)}


def index(bench: Bench) -> dict[str, Any]:
    """Passages read up to the first global layer, and all their keys looked at."""
    texts = bench.tokens(bench.num_tokens).split(_PASSAGE_TOKENS)[:-1]  # the last may be short
    keys: list[Tensor] = []

    def read() -> None:
        for start in range(0, len(texts), 64):
            found = bench.model.look(torch.stack(texts[start : start + 64]))[1]
            keys.append(found[:, 0].flatten(0, 1))

    seconds = bench.seconds_of(read)
    together = torch.cat(keys)
    looks = torch.randn(_NUM_LOOKS, together.shape[1], device=bench.device)
    found = bench.seconds_of(lambda: (together @ looks.T).topk(8, dim=0))
    return {
        "tokens": len(together),
        "index_seconds": round(seconds, 4),
        "lookup_seconds": round(found, 5),
    }


def matmul_share(bench: Bench) -> dict[str, Any]:
    """What the linear layers of a prefill reach of the fastest product of this machine."""
    size = 8192 if bench.device.type == "cuda" else 256
    one = torch.randn(size, size, device=bench.device).bfloat16()
    seconds = min(bench.seconds_of(lambda: one @ one) for _ in range(5))
    peak = 2 * size**3 / seconds
    num_tokens = min(8192, bench.num_tokens)
    bench.read(num_tokens)
    reading = bench.seconds_of(lambda: bench.read(num_tokens))
    of_layers = sum(
        part.weight.numel()
        for layer in bench.model.layers
        for part in (layer.qkv, layer.output, layer.gate_up, layer.down)
    )
    share = 2 * of_layers * num_tokens / reading / peak
    return {"peak_tflops": round(peak / 1e12, 2), "share_of_peak": round(share, 4)}


TASKS: dict[str, Callable[[Bench], dict[str, Any]]] = {
    "correctness": correctness,
    "matmul-share": matmul_share,
    "decode": decode,
    "warm-first-token": warm_first_token,
    "index": index,
    "prefill": prefill,
}


@torch.inference_mode()
def run(bench: Bench, out: Path, weights: str) -> int:
    """How many tasks failed. One that fails says so in its record, and the others go on."""
    num_failed = 0
    out.mkdir(parents=True, exist_ok=True)
    for name, task in TASKS.items():
        record: dict[str, Any] = {"task": name, "weights": weights, "torch": torch.__version__}
        record["device"] = _name_of(bench.device)
        begun = time.perf_counter()
        try:
            record |= task(bench)
        except (RuntimeError, ValueError) as error:
            num_failed += 1
            record["error"] = str(error)[:500]
        record["task_seconds"] = round(time.perf_counter() - begun, 1)
        (out / f"gpu-{name}.json").write_text(json.dumps(record, indent=1) + "\n")
        print(json.dumps(record), flush=True)
    return num_failed


def _name_of(device: torch.device) -> str:
    return torch.cuda.get_device_name(device) if device.type == "cuda" else device.type


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--device", default="cuda")
    parser.add_argument("--out", type=Path, default=Path("evals/results"))
    parser.add_argument("--tokens", type=int, default=1_000_000)
    parser.add_argument("--chunk", type=int, default=16_384)
    parser.add_argument("--weights", choices=("float32", "bfloat16"), default="bfloat16")
    asked = parser.parse_args(arguments)
    device = torch.device(asked.device)
    model = with_weights(random_model(_GEMMA_3_270M), asked.weights)
    assert isinstance(model, Gemma3)
    bench = Bench(model.to(device), device, asked.tokens, asked.chunk)
    return run(bench, asked.out, asked.weights)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
