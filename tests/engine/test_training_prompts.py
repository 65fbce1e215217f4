from __future__ import annotations

import random

from engine.lookup import Source
from engine.training_prompts import Known, Material, examples_of, question_about
from engine.tuning import Example
from ingest.passages import passages_of
from ingest.read import document_of
from schemas.ingest_settings import IngestSettings

LINES = [f"{label}: {value}" for label, value in zip("ABCDEFGHIJ", range(1001, 1011), strict=True)]
TEXT = "\n".join(LINES)


def material() -> Material:
    document = document_of(TEXT.encode(), "form.txt", IngestSettings())
    known = [
        Known([f"Value of {line[0]}"], {"type": ["string", "null"]}, (line[3:],), (place,))
        for line in LINES
        for place in [
            (document.text.index(line[3:]), document.text.index(line[3:]) + len(line[3:]))
        ]
    ]
    passages = passages_of(document, lambda texts: [len(text.split()) for text in texts], 400)
    return Material(Source(document, passages), known)


def drawn(share: float) -> list[Example]:
    return [
        example
        for seed in range(30)
        for example in examples_of(material(), random.Random(seed), 1, redacted_share=share)
    ]


def test_what_is_answered_stands_in_the_prompt_and_what_is_not_does_not() -> None:
    for example in drawn(1.0):
        for target in example.targets:
            value = LINES["ABCDEFGHIJ".index(target.asking.text[-1])][3:]
            assert target.items == ((value,) if value in example.prefix else ())


def test_redacted_prompts_leave_one_to_three_values_out_and_ask_for_them() -> None:
    unsaid = [sum(not target.items for target in example.targets) for example in drawn(1.0)]
    assert set(unsaid) == {1, 2, 3}


def test_a_choice_that_is_said_elsewhere_too_is_not_asked_as_absent() -> None:
    text = "\n".join(["Currency: GBP", *LINES, "Total: GBP 20", "Paid: GBP 20", *LINES])
    document = document_of(text.encode(), "form.txt", IngestSettings())
    schema = {"enum": ["GBP", "EUR", None], "type": ["string", "null"]}
    start = document.text.index("GBP")
    known = Known(["Currency"], schema, ("GBP",), ((start, start + 3),))
    passages = passages_of(document, lambda texts: [len(text.split()) for text in texts], 400)
    seen = set()
    for seed in range(30):
        made = Material(Source(document, passages), [known])
        for example in examples_of(made, random.Random(seed), 1, redacted_share=1.0):
            for target in example.targets:
                assert target.items == (("GBP",) if "GBP" in example.prefix else ())
                seen.add(target.items)
    assert () in seen


def test_prompts_say_everything_where_no_share_is_redacted() -> None:
    for example in drawn(0.0):
        assert all(line in example.prefix for line in LINES)


def test_a_field_is_asked_without_its_name_by_its_name_and_by_another() -> None:
    descriptions = ["Who pays?", "Paying agent", "The one of the two parties that has to pay"]
    known = Known(descriptions, {"type": ["string", "null"]}, name="debtor")
    asked = {question_about(known, random.Random(seed)).asked for seed in range(200)}
    assert asked >= {
        *descriptions,
        "Debtor: Who pays?",
        "Debtor: Paying agent",
        "Paying agent: Who pays?",
    }
