"""How strongly should an adapter be laid on? `python -m evals.adapter_strength --adapter FOLDER`

Training on little data overfits; a part of what was learnt often answers better on documents that
are new than all of it (Wortsman et al. 2022, arXiv 2109.01903, as WiSE-FT). Each share is tried on
the documents for choosing and the best is written to the adapter's `lora_alpha`.
"""

from __future__ import annotations

import argparse
import json
import shutil
import tempfile
from pathlib import Path

from evals.confidence import development_rows, never_null
from evals.product import Product
from schemas.settings import Settings, load_settings, with_adapter


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--adapter", type=Path, required=True)
    parser.add_argument("--shares", type=float, nargs="+", default=[0.5, 0.6, 0.7, 0.8, 0.9, 1.0])
    parser.add_argument("--per-kind", type=int, default=2)
    parser.add_argument("--every", type=int, default=4)
    arguments = parser.parse_args()
    right: dict[float, float] = {}
    for share in arguments.shares:
        with tempfile.TemporaryDirectory() as folder:
            copy = Path(folder) / arguments.adapter.name
            shutil.copytree(arguments.adapter, copy)
            lay_on(copy, share)
            settings = with_adapter(load_settings(), str(copy))
            sets = shares_right(settings, arguments.per_kind, arguments.every)
        right[share] = sum(sets.values()) / len(sets)
        told = ", ".join(f"{name} {value:.1%}" for name, value in sets.items())
        print(f"{share:.2f}: {told}", flush=True)
    best = max(right, key=lambda share: right[share])
    lay_on(arguments.adapter, best)
    print(f"{best:.2f} is kept")


def lay_on(adapter: Path, share: float) -> None:
    """Lay an adapter on at a share of the strength that it was trained at."""
    config = json.loads((adapter / "adapter_config.json").read_text())
    card = json.loads((adapter / "recipe.json").read_text())
    config["lora_alpha"] = round(config["r"] * card["recipe"]["scale"] * share, 4)
    card["laid_on_at"] = share
    (adapter / "adapter_config.json").write_text(json.dumps(config, indent=2) + "\n")
    (adapter / "recipe.json").write_text(json.dumps(card, indent=2) + "\n")


def shares_right(settings: Settings, per_kind: int, every: int) -> dict[str, float]:
    """Of the fields that are there, by set; null is never answered."""
    with Product.open(never_null(settings)) as product:
        sets = development_rows(product, per_kind, every)
    shares: dict[str, float] = {}
    for name, rows in sets.items():
        present = [row for row in rows if row.is_present]
        shares[name] = sum(row.is_value_right for row in present) / len(present)
    return shares


if __name__ == "__main__":
    main()
