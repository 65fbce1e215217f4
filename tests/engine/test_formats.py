from __future__ import annotations

import pytest

from engine.candidates import spans_for
from engine.formats import places_of
from engine.prompt import passage_of_text, prefix_of
from schemas.response_schema import FORMATS, Kind, Node


def found(name: str, text: str) -> list[str]:
    return [text[start:stop] for start, stop in places_of(name, text)]


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("email", "Write to j.doe+bills@mail.acme.co.uk.", ["j.doe+bills@mail.acme.co.uk"]),
        ("email", "E: info@a-b.example | a@b.fr, c@d.fr", ["info@a-b.example", "a@b.fr", "c@d.fr"]),
        ("email", "E-mail:a@b.example, mailto:c@d.example", ["a@b.example", "c@d.example"]),
        ("ipv4", "host:10.0.0.1:8080", ["10.0.0.1"]),
        ("email", "müller@büro.example", ["müller@büro.example"]),
        ("email", "@here at acme.com, user@host", []),
        ("uri", "See https://a.example/x?y=1#z, or", ["https://a.example/x?y=1#z"]),
        ("uri", "(http://a.example/b_(c)).", ["http://a.example/b_(c)"]),
        ("uri", "mailto:a@b.example; www.c.example", ["mailto:a@b.example"]),
        (
            "uuid",
            "id 6F9619FF-8B86-D011-B42D-00CF4FC964FF;",
            ["6F9619FF-8B86-D011-B42D-00CF4FC964FF"],
        ),
        ("uuid", "6f9619ff-8b86-d011-b42d-00cf4fc964ff-01", []),
        ("ipv4", "from 10.0.0.254 to 10.0.0.256, v1.2.3.4", ["10.0.0.254"]),
        ("ipv6", "at 2001:db8::1, 12:30 and ::ffff:10.0.0.1", ["2001:db8::1", "::ffff:10.0.0.1"]),
    ],
)
def test_a_format_is_found_whole_and_alone(name: str, text: str, expected: list[str]) -> None:
    assert found(name, text) == expected


@pytest.mark.parametrize("kind", [Kind.STRING, Kind.LIST])
def test_nothing_else_is_answered_to_a_field_of_a_format(kind: Kind) -> None:
    item = Node("/a/-", "a", Kind.STRING, "", False, format="email")
    node = Node("/a", "a", Kind.LIST, "", False, children=(item,)) if kind is Kind.LIST else item
    spans = spans_for(node, prefix_of([(0, passage_of_text("Ann, ann@a.example, 7 May"))]))
    assert [spans.text[start:stop] for start, stop in spans.limits.items()] == ["ann@a.example"]
    assert spans.literals == ("null",)


def test_every_format_of_the_schema_has_a_form() -> None:
    assert [list(places_of(name, "")) for name in FORMATS] == [[]] * len(FORMATS)
