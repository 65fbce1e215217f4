from __future__ import annotations

import subprocess
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
OURS = ["api", "engine", "evals", "ingest", "jobs", "schemas", "needlepoint"]


@pytest.mark.slow
@pytest.mark.parametrize("name", OURS)
def test_a_name_is_ours_alone(name: str) -> None:
    owners = set(packages_distributions().get(name, []))
    assert owners <= {"needlepoint"}


@pytest.mark.parametrize("name", OURS[:-1])
def test_importing_a_package_runs_nothing(name: str) -> None:
    assert (ROOT / name / "__init__.py").read_text() == ""


def test_every_module_has_a_noun() -> None:
    files = [file.name for name in OURS for file in (ROOT / name).rglob("*.py")]
    assert not {"utils.py", "util.py", "helpers.py", "common.py"} & set(files)


@pytest.mark.parametrize("name", OURS[:-1])
def test_every_module_opens_with_the_question_that_it_answers(name: str) -> None:
    files = [file for file in (ROOT / name).rglob("*.py") if file.name != "__init__.py"]
    assert [file.name for file in files if not file.read_text().startswith('"""')] == []


def test_an_inspection_brings_up_no_engine() -> None:
    code = f"import sys, jobs.inspection; print([n for n in {HEAVY} if n in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True
    )
    assert done.stdout.strip() == "[]"


HEAVY = ["torch", "pymupdf", "openpyxl", "bm25s", "gguf"]


@pytest.mark.parametrize(
    "statement",
    [
        "import schemas.document, schemas.response_schema, schemas.settings, schemas.inspection",
        "import api.cli",
        "import needlepoint",
    ],
)
def test_what_is_heavy_is_loaded_when_it_is_needed(statement: str) -> None:
    code = f"import sys; {statement}; print([n for n in {HEAVY} if n in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True
    )
    assert done.stdout.strip() == "[]"
