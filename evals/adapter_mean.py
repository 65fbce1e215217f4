"""What is the mean of two adapters? `python -m evals.adapter_mean --out FOLDER ONE OTHER`

Of two adapters, one trained on from the other, the mean of the factors is close
to the mean of what they add (model soups: Wortsman et al. 2022, arXiv 2203.05482).
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from safetensors.torch import load_file, save_file

_WEIGHTS, _CONFIG = "adapter_model.safetensors", "adapter_config.json"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("one", type=Path)
    parser.add_argument("other", type=Path)
    arguments = parser.parse_args()
    write_mean(arguments.out, arguments.one, arguments.other)


def write_mean(out: Path, one: Path, other: Path) -> None:
    """At the full strength of `one`, whose recipe it keeps; each counts as it was laid on."""
    strengths = [_strength(folder) / _strength(one, trained=True) for folder in (one, other)]
    tensors, others = load_file(one / _WEIGHTS), load_file(other / _WEIGHTS)
    if {name: t.shape for name, t in tensors.items()} != {n: t.shape for n, t in others.items()}:
        raise SystemExit(f"{one.name} and {other.name} are not of one shape")
    mean = {}
    for name, tensor in tensors.items():
        scales = strengths if "lora_B" in name else [1.0, 1.0]
        total = tensor.float() * scales[0] + others[name].float() * scales[1]
        mean[name] = (total / 2).to(tensor.dtype)
    out.mkdir(parents=True, exist_ok=True)
    save_file(mean, out / _WEIGHTS)
    config = json.loads((one / _CONFIG).read_text())
    config["lora_alpha"] = config["r"] * _strength(one, trained=True)
    (out / _CONFIG).write_text(json.dumps(config, indent=2) + "\n")
    card = json.loads((one / "recipe.json").read_text())
    card["mean_with"] = other.name
    card.pop("laid_on_at", None)
    (out / "recipe.json").write_text(json.dumps(card, indent=2) + "\n")


def _strength(adapter: Path, *, trained: bool = False) -> float:
    if trained:
        scale: float = json.loads((adapter / "recipe.json").read_text())["recipe"]["scale"]
        return scale
    config = json.loads((adapter / _CONFIG).read_text())
    return float(config["lora_alpha"] / config["r"])


if __name__ == "__main__":
    main()
