#!/usr/bin/env bash
# The work list for a machine with one GPU and torch (2.11 or later, Python 3.11 or later): writes evals/results/gpu-*.json.
# It carries no weights (they are random, of the real shapes), needs no network, and stops itself after 25 minutes.
#   evals/gpu.sh [folder for the results]
set -euo pipefail
cd "$(dirname "$0")/.."
out=${1:-evals/results}
missing=()
for package in numpy safetensors torch; do
  python3 -c "import $package" 2>/dev/null || missing+=("$package")
done
if ((${#missing[@]})); then
  echo "missing: ${missing[*]}: install them, or name a folder that holds them in PYTHONPATH" >&2
  exit 1
fi
exec timeout --signal=INT 1500 python3 -m evals.gpu --device cuda --out "$out"
