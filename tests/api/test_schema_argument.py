from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from pydantic import BaseModel

from api.schema_argument import question_schema, response_schema_of
from schemas.errors import InvalidInput, InvalidSchema


class Lease(BaseModel):
    rent: float


class Unwritable(BaseModel):
    on_change: Callable[[], None]


def test_a_mapping_is_taken_as_it_is() -> None:
    assert response_schema_of({"type": "object"}) == {"type": "object"}


def test_a_class_gives_its_json_schema() -> None:
    assert response_schema_of(Lease)["properties"] == {"rent": {"title": "Rent", "type": "number"}}


def test_a_model_is_looked_up_from_the_current_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = "from pydantic import BaseModel\nclass Invoice(BaseModel):\n    total: float\n"
    (tmp_path / "invoice_models.py").write_text(source)
    monkeypatch.chdir(tmp_path)
    assert response_schema_of("invoice_models:Invoice")["title"] == "Invoice"


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("no_such_module:Model", "ModuleNotFoundError: No module named 'no_such_module'"),
        ("json:Model", "AttributeError: module 'json' has no attribute 'Model'"),
        ("json:dumps", "dumps is not a pydantic model class"),
    ],
)
def test_a_model_that_is_not_there_says_why(name: str, fault: str) -> None:
    with pytest.raises(InvalidSchema, match=fault):
        response_schema_of(name)


def test_a_module_that_fails_is_the_callers_mistake(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "failing_models.py").write_text("raise SystemExit(0)")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InvalidSchema, match="SystemExit"):
        response_schema_of("failing_models:Model")


def test_a_class_without_json_schema_is_named() -> None:
    with pytest.raises(InvalidSchema, match="Unwritable has no JSON Schema"):
        response_schema_of(Unwritable)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ('{"a": 1,}', "line 1, column"),
        ("[1]", "holds a list, not a JSON Schema object"),
        ('{"type": "object", "type": "array"}', '"type" is given twice'),
        ('{"minimum": NaN}', "NaN is not JSON"),
        ("[" * 100_000, "recursion"),
        ("", "line 1, column 1"),
    ],
)
def test_a_file_that_is_no_schema_says_what_is_wrong(text: str, fault: str, tmp_path: Path) -> None:
    file = tmp_path / "fields.json"
    file.write_text(text)
    with pytest.raises(InvalidSchema, match=fault):
        response_schema_of(file)


def test_a_file_that_is_not_text_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "fields.json"
    file.write_bytes(b"\xff\xfe\x00{")
    with pytest.raises(InvalidSchema, match="is not UTF-8 text"):
        response_schema_of(file)


def test_a_byte_order_mark_is_no_fault(tmp_path: Path) -> None:
    file = tmp_path / "fields.json"
    file.write_bytes(b'\xef\xbb\xbf{"type": "object"}')
    assert response_schema_of(str(file)) == {"type": "object"}


def test_a_missing_schema_file_is_named() -> None:
    with pytest.raises(InvalidInput, match=r"gone\.json: no such file"):
        response_schema_of("gone.json")


def test_a_question_describes_the_one_field() -> None:
    answer = question_schema(" How much? ")["properties"]["answer"]
    assert answer == {"type": ["string", "null"], "description": "How much?"}
