from __future__ import annotations

import pytest

from engine.identifiers import identifiers_in, places_of


@pytest.mark.parametrize(
    ("question", "sure", "compounds"),
    [
        ("Who pays invoice INV-2231?", ["INV-2231"], []),
        ("Status of 8f3a-22 and T8457", ["8f3a-22", "T8457"], []),
        ("Customer of 46773428", ["46773428"], []),
        ('What is the fee of "Blue Harbor"?', ["Blue Harbor"], []),
        ("Default of batch-timeout", [], ["batch-timeout"]),
        ("What happened in 1351, and on 2024-05-24?", [], []),
        ("The 3rd notice of the 1960s, within a 30-day term", [], []),
        ("E-mail of the agent, in mg/l", [], []),
    ],
)
def test_what_is_asked_about_is_known_by_its_form(
    question: str, sure: list[str], compounds: list[str]
) -> None:
    assert identifiers_in(question) == [sure, compounds]


def test_a_part_of_a_longer_one_is_another() -> None:
    text = "B-05 B-056 B-056/2 AB-056 b-056."
    assert [text[start:] for start, _ in places_of("B-056", text)] == [
        "B-056 B-056/2 AB-056 b-056.",
        "b-056.",
    ]
