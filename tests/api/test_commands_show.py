from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from reportlab.pdfgen.canvas import Canvas

from api.cli import run
from ingest.read import document_of
from schemas.extraction import (
    Citation,
    Coverage,
    Extraction,
    FieldResult,
    FieldStatus,
    Match,
    Mode,
    Status,
)
from schemas.ingest_settings import IngestSettings


@pytest.fixture(autouse=True)
def result(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A lease of one page, and the result of an extraction from it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NEEDLEPOINT_CACHE__DIRECTORY", str(tmp_path / "cache"))
    Path("lease.pdf").write_bytes(pdf_of("The rent is 93 euros."))
    extraction = extraction_of(Path("lease.pdf"), quote="93 euros")
    Path("result.json").write_text(extraction.model_dump_json())


def test_values_stand_with_their_place_quote_and_confidence(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(["show", "result.json"]) == 0
    captured = capsys.readouterr()
    assert " /rent │ 93    │ p. 1  │ 93 euros (normalised) │ 75%        " in captured.out
    assert captured.err == ""


def test_cited_pages_are_drawn(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["show", "result.json", "--page-images", "pages/new"]) == 0
    assert Path("pages/new/lease.pdf-p0001.png").read_bytes().startswith(b"\x89PNG")
    assert capsys.readouterr().out.endswith("pages/new/lease.pdf-p0001.png\n")


def test_another_file_of_the_same_name_is_noticed(capsys: pytest.CaptureFixture[str]) -> None:
    Path("lease.pdf").write_bytes(pdf_of("There is no rent at all."))
    assert run(["show", "result.json"]) == 0
    assert "“93 euros” does not stand there" in " ".join(capsys.readouterr().err.split())


def test_images_of_a_document_that_is_not_there_are_refused(
    capsys: pytest.CaptureFixture[str],
) -> None:
    Path("lease.pdf").unlink()
    assert run(["show", "result.json", "--page-images", "pages"]) == 2
    assert "pass it with --document" in capsys.readouterr().err
    assert not Path("pages").exists()


def test_a_result_alone_is_shown_too(capsys: pytest.CaptureFixture[str]) -> None:
    Path("lease.pdf").unlink()
    assert run(["show", "result.json"]) == 0
    assert "93 euros" in capsys.readouterr().out


def test_a_file_that_is_no_result_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    Path("result.json").write_text(json.dumps({"id": "x"}))
    assert run(["show", "result.json"]) == 2
    error = capsys.readouterr().err
    assert "result.json is not the result of an extraction: status: Field required" in error


def pdf_of(text: str) -> bytes:
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(300, 200), invariant=1)
    canvas.drawString(20, 150, text)
    canvas.save()
    return out.getvalue()


def extraction_of(file: Path, *, quote: str) -> Extraction:
    document = document_of(file.read_bytes(), file.name, IngestSettings())
    start = document.text.index(quote)
    stop = start + len(quote)
    citation = Citation(
        document=file.name,
        quote=quote,
        start=start,
        stop=stop,
        regions=document.source_map.regions(start, stop),
        match=Match.NORMALISED,
    )
    field = FieldResult(
        path="/rent", value=93, status=FieldStatus.FOUND, confidence=0.75, citations=[citation]
    )
    coverage = Coverage(
        num_tokens=8, num_tokens_read=8, num_passages=1, num_passages_read=1, share_read=1.0
    )
    return Extraction(
        id="ext_1",
        status=Status.COMPLETED,
        model="fake",
        mode=Mode.DENSE,
        output={"rent": 93},
        fields=[field],
        coverage=coverage,
    )
