"""How do findings become the output and the fields of an Extraction?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from engine.answers import Finding, Leaf, Place
from engine.lookup import Source
from schemas.extraction import Alternative, Citation, FieldResult, Match, Problem
from schemas.response_schema import Kind, Node, escaped
from schemas.validation import validation_errors


def output_of(root: Node, findings: Sequence[Finding]) -> dict[str, Any]:
    """The values in the shape of the schema; a nullable object of which nothing was found is
    null."""
    values = {finding.question.node.path: finding.value for finding in findings}
    output = _value(root, values)
    return output if isinstance(output, dict) else {}


def fields_of(findings: Sequence[Finding], sources: Sequence[Source]) -> list[FieldResult]:
    return [_field(finding, leaf, sources) for finding in findings for leaf in finding.leaves]


def errors_of(response_schema: Mapping[str, Any], output: Mapping[str, Any]) -> list[Problem]:
    """Where the output does not validate, by JSON pointer."""
    return [
        Problem(
            code="does_not_validate",
            message=_short(error.message),
            path="".join(f"/{escaped(str(part))}" for part in error.absolute_path),
        )
        for error in validation_errors(response_schema, output)
    ]


def _short(message: str) -> str:
    """A message repeats the value at fault, which may be very long; its end tells the rule."""
    return message if len(message) <= 400 else f"{message[:200]} […] {message[-190:]}"


def warnings_of(findings: Sequence[Finding]) -> Iterator[Problem]:
    for finding in findings:
        for code, message in finding.notes:
            yield Problem(code=code, message=message, path=finding.question.node.path)
        for leaf in finding.leaves:
            if leaf.problem:
                path = finding.question.node.path + leaf.path
                yield Problem(code=f"field_{leaf.status.value}", message=leaf.problem, path=path)


def _value(node: Node, values: Mapping[str, Any]) -> Any:
    if node.kind is not Kind.OBJECT:
        return values[node.path]
    found = {child.name: _value(child, values) for child in node.children}
    if node.is_nullable and node.path and all(_is_nothing(value) for value in found.values()):
        return None
    return found


def _is_nothing(value: Any) -> bool:
    return value is None or value == []


def _field(finding: Finding, leaf: Leaf, sources: Sequence[Source]) -> FieldResult:
    return FieldResult(
        path=finding.question.node.path + leaf.path,
        value=leaf.value,
        status=leaf.status,
        confidence=_chance(leaf.confidence),
        absence=None if leaf.absence is None else _chance(leaf.absence),
        citations=_citations(leaf, sources),
        reduce=leaf.reduce or None,
        alternatives=[
            Alternative(
                value=other.value,
                confidence=_chance(other.confidence),
                citations=_citations(other, sources),
            )
            for other in leaf.alternatives
        ],
    )


def _chance(value: float) -> float:
    return round(min(1.0, max(0.0, value)), 4)


def _citations(leaf: Leaf, sources: Sequence[Source]) -> list[Citation]:
    return [_citation(place, leaf, sources) for place in leaf.places]


def _citation(place: Place, leaf: Leaf, sources: Sequence[Source]) -> Citation:
    document = sources[place.document].document
    quote = document.text[place.start : place.stop]
    copied = Match.EXACT if quote == leaf.value else Match.NORMALISED
    return Citation(
        document=document.name,
        quote=quote,
        start=place.start,
        stop=place.stop,
        regions=place.regions(document),
        match=leaf.match if leaf.match is Match.DERIVED else copied,
    )
