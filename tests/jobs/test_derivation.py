from __future__ import annotations

from typing import Any

from jobs.derivation import derivation_of, renamed_problem
from schemas.extraction import Problem
from schemas.ingest_settings import IngestSettings


def derivation(**changes: Any) -> str:
    usual: dict[str, Any] = {
        "sha256": "0" * 64,
        "name": "a.pdf",
        "limits": IngestSettings(),
        "tokenizer": "t",
        "password": None,
    }
    return derivation_of(**usual | changes)


def test_the_name_of_what_is_no_text_does_not_matter() -> None:
    assert derivation(name="b.pdf") == derivation() == derivation(name="b")


def test_the_name_of_a_table_does_because_it_stands_in_the_text() -> None:
    names = ("a.csv", "b.csv", "a.tsv", "a.txt", "a.md")
    assert len({derivation(name=name) for name in names}) == 5


def test_the_time_that_a_parser_may_take_does_not_matter() -> None:
    limits = IngestSettings(max_seconds=1, ocr_processes=3)
    assert derivation(limits=limits) == derivation()


def test_what_can_cost_a_page_matters() -> None:
    by_time, by_memory = (
        IngestSettings(max_page_seconds=1),
        IngestSettings(max_memory_bytes=1 << 30),
    )
    keys = {derivation(), derivation(limits=by_time), derivation(limits=by_memory)}
    assert len(keys) == 3


def test_all_else_does() -> None:
    others = [
        derivation(sha256="1" * 64),
        derivation(limits=IngestSettings(passage_tokens=99)),
        derivation(limits=IngestSettings(ocr="off")),
        derivation(limits=IngestSettings(ocr_dpi=300)),
        derivation(tokenizer="u"),
        derivation(password="p"),
        derivation(password=""),
    ]
    assert len({derivation(), *others}) == 8


def test_a_password_can_not_be_read_in_it() -> None:
    assert "secret" not in derivation(password="secret")


def test_a_problem_is_told_under_the_new_name() -> None:
    problem = Problem(code="c", message="a.pdf: like a.pdf: torn", document="a.pdf")
    assert renamed_problem(problem, "b.pdf") == Problem(
        code="c", message="b.pdf: like a.pdf: torn", document="b.pdf"
    )
