from __future__ import annotations

from typing import Any

import pytest

from engine.answers import Finding, Leaf, Place, absent
from engine.output import errors_of, fields_of, output_of, warnings_of
from engine.questions import questions_of
from schemas.extraction import FieldStatus, LineRegion, Match
from schemas.response_schema import parse
from tests.engine.sources import question_about, source_of

TEXT = {"type": "string"}


def object_of(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties}


def nullable(schema: dict[str, Any]) -> dict[str, Any]:
    return {"anyOf": [schema, {"type": "null"}]}


def filled(schema: dict[str, Any], **values: Any) -> dict[str, Any]:
    """The output where the fields of these names were found and no other."""
    root = parse(schema)
    findings = [
        Finding(question, values[question.node.name], ())
        if question.node.name in values
        else absent(question)
        for question in questions_of(root)
    ]
    return output_of(root, findings)


def test_the_output_has_the_shape_of_the_schema() -> None:
    schema = object_of(a=TEXT, b=object_of(c=TEXT, d=object_of(e=TEXT)))
    assert filled(schema, a="x", e="y") == {"a": "x", "b": {"c": None, "d": {"e": "y"}}}


def test_a_nullable_object_of_nothing_is_null() -> None:
    names = {"type": "array", "items": TEXT}
    schema = object_of(b=nullable(object_of(c=TEXT, names=names)))
    assert filled(schema) == {"b": None}
    assert filled(schema, c="x") == {"b": {"c": "x", "names": None}}


def test_no_and_zero_are_something() -> None:
    schema = object_of(b=nullable(object_of(c={"type": "boolean"})))
    assert filled(schema, c=False) == {"b": {"c": False}}


def test_the_top_level_is_never_null() -> None:
    assert filled(nullable(object_of(a=TEXT))) == {"a": None}


@pytest.mark.parametrize(
    ("value", "told", "match"),
    [
        ("agent", Match.NORMALISED, Match.EXACT),
        ("Agent", Match.EXACT, Match.NORMALISED),
        ("agent", Match.DERIVED, Match.DERIVED),
    ],
)
def test_a_quote_is_exact_when_it_is_the_value(value: str, told: Match, match: Match) -> None:
    leaf = Leaf("", value, FieldStatus.FOUND, 0.5, (Place(0, 0, 5),), told)
    (field,) = fields_of(
        [Finding(question_about(TEXT, "who"), value, (leaf,))], [source_of("agent\n", "a.txt")]
    )
    assert field.citations[0].match is match


def test_a_citation_is_the_slice_of_its_document() -> None:
    sources = [source_of("first\n", "a.txt"), source_of("zero\nthe agent\n", "b.txt")]
    leaf = Leaf("/0", "agent", FieldStatus.FOUND, 0.5, (Place(1, 9, 14),), Match.EXACT)
    finding = Finding(question_about({"type": "array", "items": TEXT}, "who"), ["agent"], (leaf,))
    (field,) = fields_of([finding], sources)
    (citation,) = field.citations
    assert (field.path, citation.document, citation.quote) == ("/who/0", "b.txt", "agent")
    assert citation.quote == sources[1].document.text[citation.start : citation.stop]
    assert citation.regions == [LineRegion(first_line=2, last_line=2)]


def test_a_confidence_is_held_to_its_bounds() -> None:
    leaf = Leaf("", "x", FieldStatus.FOUND, 1.3)
    (field,) = fields_of([Finding(question_about(TEXT), "x", (leaf,))], [])
    assert field.confidence == 1.0


def test_what_does_not_validate_is_told_by_its_pointer() -> None:
    schema = object_of(**{"a/b": TEXT, "c": {"type": "array", "items": {"type": "integer"}}})
    errors = errors_of(schema, {"a/b": None, "c": [1, "x"]})
    assert [(error.code, error.path) for error in errors] == [
        ("does_not_validate", "/a~1b"),
        ("does_not_validate", "/c/1"),
    ]


def test_patterns_and_dates_are_checked() -> None:
    schema = object_of(a={**TEXT, "pattern": "^x"}, b={**TEXT, "format": "date"})
    assert [e.path for e in errors_of(schema, {"a": "y", "b": "2020-02-30"})] == ["/a", "/b"]
    assert errors_of(schema, {"a": "xy", "b": "2020-02-29"}) == []


def test_the_problem_of_a_field_is_a_warning() -> None:
    finding = absent(question_about(TEXT, "rent"), problem="no table")
    (warning,) = warnings_of([finding])
    assert (warning.code, warning.message, warning.path) == ("field_absent", "no table", "/rent")


def test_a_field_without_a_problem_is_no_warning() -> None:
    assert list(warnings_of([absent(question_about(TEXT))])) == []
