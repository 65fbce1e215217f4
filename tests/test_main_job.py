"""The main job with the real model, by the command, on the document that the repository ships."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from ingest.read import read_document
from schemas.ingest_settings import IngestSettings

EXAMPLE = Path(__file__).parents[1] / "examples" / "facility_agreement"
COMMAND = Path(sys.executable).parent / "needlepoint"

pytestmark = [pytest.mark.slow, pytest.mark.alone]


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


def needlepoint(cache: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "NEEDLEPOINT_CACHE__DIRECTORY": str(cache)}
    return subprocess.run(
        [str(COMMAND), *arguments], capture_output=True, text=True, env=environment, check=False
    )


def extract(cache: Path, document: str, schema: str) -> dict[str, Any]:
    done = needlepoint(cache, "extract", str(EXAMPLE / document), "--schema", str(EXAMPLE / schema))
    assert done.returncode in (0, 3), done.stderr
    result: dict[str, Any] = json.loads(done.stdout)
    assert (done.returncode == 0) == (result["status"] == "completed")
    return result


@pytest.mark.parametrize(
    ("document", "schema"),
    [("agreement.pdf", "agreement_fields.json"), ("covenants.xlsx", "workbook_fields.json")],
)
def test_every_quote_is_the_slice_of_the_text_and_has_a_place(
    cache: Path, document: str, schema: str
) -> None:
    result = extract(cache, document, schema)
    text = read_document(EXAMPLE / document, IngestSettings()).text
    citations = [citation for field in result["fields"] for citation in field["citations"]]
    assert citations
    for citation in citations:
        assert text[citation["start"] : citation["stop"]] == citation["quote"]
        assert citation["regions"]


def test_the_second_run_reads_nothing_again_and_says_the_same(cache: Path) -> None:
    first = extract(cache, "covenants.xlsx", "workbook_fields.json")
    second = extract(cache, "covenants.xlsx", "workbook_fields.json")
    assert second["fields"] == first["fields"]
    num_asked = second["usage"]["prompt_tokens"] - second["usage"]["cached_tokens"]
    assert second["usage"]["cached_tokens"] > 1000
    assert num_asked < 500


def test_the_cited_pages_are_drawn(cache: Path, tmp_path: Path) -> None:
    result, pictures = tmp_path / "result.json", tmp_path / "pages"
    document = str(EXAMPLE / "agreement.pdf")
    schema = str(EXAMPLE / "agreement_fields.json")
    needlepoint(cache, "extract", document, "--schema", schema, "--out", str(result))
    shown = needlepoint(
        cache, "show", str(result), "--document", document, "--page-images", str(pictures)
    )
    assert shown.returncode == 0, shown.stderr
    assert "/original_lenders/0/name" in shown.stdout
    assert list(pictures.glob("*.png"))


def test_doctor_finds_everything_in_its_place(cache: Path) -> None:
    extract(cache, "covenants.xlsx", "workbook_fields.json")
    done = needlepoint(cache, "doctor")
    assert done.returncode == 0, done.stdout + done.stderr
