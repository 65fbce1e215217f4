from __future__ import annotations

import dataclasses

from evals.generated.documents import read
from evals.generated.fact import Fact, GeneratedDocument
from evals.generated_cases import cases_of
from schemas.extraction import Citation, Match

NUMBER = {"type": ["number", "null"]}
TOTAL = Fact("total", ("Total", "What is due?"), NUMBER, 93, "93", after="Total")
MADE = GeneratedDocument("note", "note.txt", b"Tax 93. Total 93.", (TOTAL,))


def cite(start: int) -> Citation:
    return Citation(
        document="note.txt", quote="93", start=start, stop=start + 2, regions=[], match=Match.EXACT
    )


def test_the_same_words_elsewhere_are_not_the_place() -> None:
    [case] = cases_of(MADE, read(MADE))
    assert case.is_place is not None
    assert case.is_place([[cite(14)]])
    assert not case.is_place([[cite(4)]])


def test_a_field_is_asked_in_one_of_its_wordings() -> None:
    [case] = cases_of(MADE, read(MADE))
    assert case.description in TOTAL.descriptions


def test_an_absent_field_has_no_place() -> None:
    absent = Fact("tax_id", ("VAT number",), {"type": ["string", "null"]}, None, None)
    made = dataclasses.replace(MADE, facts=(absent,))
    [case] = cases_of(made, read(made))
    assert (case.expected, case.is_place) == (None, None)


def test_each_item_of_a_list_has_a_place_of_its_own() -> None:
    items = (Fact("n", (), NUMBER, 93, "93", after="Tax"), TOTAL)
    numbers = Fact("numbers", ("Numbers",), {"type": "array", "items": NUMBER}, [93, 93], None)
    made = dataclasses.replace(MADE, facts=(dataclasses.replace(numbers, items=items),))
    [case] = cases_of(made, read(made))
    assert case.is_place is not None
    assert case.is_place([[cite(4)], [cite(14)]])
    assert not case.is_place([[cite(4)]])
