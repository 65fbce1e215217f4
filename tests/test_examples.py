from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
import zlib
from pathlib import Path
from typing import Any

import openpyxl
import pymupdf
import pytest

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "examples" / "facility_agreement"
ANSWERS = json.loads((FOLDER / "answers.json").read_text("utf-8"))


def written_by(script: str, path: Path) -> bytes:
    command = [sys.executable, "-m", f"examples.facility_agreement.{script}", str(path)]
    subprocess.run(command, cwd=ROOT, check=True)
    return path.read_bytes()


@pytest.mark.skipif("ng" in zlib.ZLIB_RUNTIME_VERSION, reason="zlib-ng packs pages otherwise")
def test_the_script_writes_the_agreement_again_byte_for_byte(tmp_path: Path) -> None:
    again = written_by("write_agreement", tmp_path / "agreement.pdf")
    assert again == (FOLDER / "agreement.pdf").read_bytes()


def test_the_script_writes_the_workbook_again_byte_for_byte(tmp_path: Path) -> None:
    again = written_by("write_workbook", tmp_path / "covenants.xlsx")
    assert again == (FOLDER / "covenants.xlsx").read_bytes()


def test_the_agreement_has_forty_pages_and_is_under_300_kb() -> None:
    with pymupdf.open(FOLDER / "agreement.pdf") as document:
        assert document.page_count == 40
    assert (FOLDER / "agreement.pdf").stat().st_size < 300_000


@pytest.mark.parametrize(
    "answer", [each for each in ANSWERS["agreement.pdf"] if each["page"]], ids=lambda a: a["path"]
)
def test_the_quote_of_an_answer_stands_on_its_page(answer: dict[str, Any]) -> None:
    with pymupdf.open(FOLDER / "agreement.pdf") as document:
        text = document[answer["page"] - 1].get_text()
    assert answer["quote"] in " ".join(text.split())


@pytest.mark.parametrize(
    "answer", [each for each in ANSWERS["covenants.xlsx"] if each["sheet"]], ids=lambda a: a["path"]
)
def test_the_value_of_an_answer_stands_in_its_cell(answer: dict[str, Any]) -> None:
    workbook = openpyxl.load_workbook(FOLDER / "covenants.xlsx", data_only=True)
    content = workbook[answer["sheet"]][answer["cell"]].value
    value = content.date().isoformat() if isinstance(content, dt.datetime) else content
    assert value == answer["value"]


def test_no_page_speaks_of_what_is_asked_for_and_absent() -> None:
    with pymupdf.open(FOLDER / "agreement.pdf") as document:
        text = " ".join(page.get_text() for page in document).lower()
    assert "swingline" not in text
    assert "swing line" not in text


def test_the_lenders_commitments_add_up_to_the_total_commitments() -> None:
    amounts = [
        answer["value"]
        for answer in ANSWERS["agreement.pdf"]
        if answer["path"].endswith("/total_commitment")
    ]
    assert (len(amounts), sum(amounts)) == (14, 280_000_000)


def test_a_formula_of_the_workbook_has_the_value_worked_out_by_hand() -> None:
    values = openpyxl.load_workbook(FOLDER / "covenants.xlsx", data_only=True)["Covenants"]
    formulas = openpyxl.load_workbook(FOLDER / "covenants.xlsx")["Covenants"]
    assert formulas["E8"].value == "=SUM(E5:E7)"
    assert values["E8"].value == 9480 + 6240
    assert values["E9"].value == 15230 + 15185 + 14105 + 15720
    assert values["E20"].value == "Yes"


@pytest.mark.parametrize("name", ["agreement_fields.json", "workbook_fields.json"])
def test_a_field_list_requires_every_property_as_the_strict_subset_does(name: str) -> None:
    schema = json.loads((FOLDER / name).read_text("utf-8"))
    assert sorted(schema["required"]) == sorted(schema["properties"])
    assert schema["additionalProperties"] is False
