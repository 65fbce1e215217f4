"""Does any input break a parser? `python -m evals.fuzz pdf --seconds 60`, or `all`.

Needs the extra `fuzz`. An input that does is written beside and named; the exit status is 1.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

_NAMES = (
    *("pdf", "workbook", "csv", "text", "sniff"),
    *("html", "docx", "pptx", "json", "mail", "outlook"),
)
_SECONDS_OF_ONE = 25
_MEGABYTES = 4096
_MAX_BYTES = 200_000


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m evals.fuzz", description=__doc__)
    parser.add_argument("target", choices=(*_NAMES, "all"))
    parser.add_argument("--seconds", type=int, default=60, help="of each target")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--corpus", type=Path, help="keep what was found of interest here")
    asked = parser.parse_args()
    if asked.target != "all":
        return _fuzz(asked.target, asked.seconds, asked.seed, asked.corpus)
    options = ["--seconds", str(asked.seconds), "--seed", str(asked.seed)]
    options += ["--corpus", str(asked.corpus)] if asked.corpus else []
    runs = [
        subprocess.run([sys.executable, "-m", "evals.fuzz", name, *options], check=False)
        for name in _NAMES
    ]
    return max(int(run.returncode != 0) for run in runs)


def _fuzz(target: str, seconds: int, seed: int, corpus: Path | None) -> int:
    """Does not return where inputs are tried: libFuzzer ends the process."""
    try:
        import atheris
    except ModuleNotFoundError:
        print("fuzzing needs atheris: pip install 'needlepoint[fuzz]'", file=sys.stderr)
        return 2
    with atheris.instrument_imports(include=["ingest", "schemas"]):
        from evals.fuzz import targets
    folder = (corpus or Path(tempfile.mkdtemp(prefix="fuzz-"))) / target
    _plant(target, folder)
    options = [
        f"-max_total_time={seconds}",
        f"-seed={seed}",
        f"-timeout={_SECONDS_OF_ONE}",
        f"-rss_limit_mb={_MEGABYTES}",
        f"-max_len={_MAX_BYTES}",
        f"-artifact_prefix={target}-",
        "-print_final_stats=1",
        "-verbosity=0",
    ]
    atheris.Setup([sys.argv[0], *options, str(folder)], targets.TARGETS[target])
    atheris.Fuzz()
    return 0


def _plant(target: str, folder: Path) -> None:
    from evals.fuzz.templates import seeds_of
    from evals.shared_data import shared_data
    from schemas.errors import InvalidInput

    try:
        shared = shared_data()
    except InvalidInput:
        shared = None
    folder.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(seeds_of(target, shared)):
        (folder / f"seed-{number:03d}").write_bytes(seed)


if __name__ == "__main__":
    sys.exit(main())
