from __future__ import annotations

from api.problem_lines import line_of
from schemas.extraction import Problem


def test_a_problem_names_its_document_once() -> None:
    for message in ("page 2 was left out", "a.pdf: page 2 was left out"):
        problem = Problem(code="page_slow", message=message, document="a.pdf")
        assert line_of(problem) == "a.pdf: page 2 was left out"
