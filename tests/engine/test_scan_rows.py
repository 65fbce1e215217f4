from __future__ import annotations

from engine.answers import Finding
from engine.scan_rows import rows_of_all
from engine.tally import everything_in
from schemas.extraction import FieldStatus
from tests.engine.sources import question_about, source_of

ITEMS = {
    "type": "array",
    "items": {
        "type": "object",
        "properties": {"name": {"type": "string"}, "amount": {"type": "integer"}},
    },
}
TEXT = """# First loan

| Name | Amount |
|---|---|
| Ann | 10 |
| Bob | 20 |

It was repaid.

# Second loan

| Name | Amount |
|---|---|
| Cy | 30 |

# Visits

| Visitor | Day | Weather |
|---|---|---|
| Dee | 3 May 2020 | sun |
"""


def rows(text: str, *more: str) -> Finding:
    sources = [source_of(each, f"{n}.md") for n, each in enumerate([text, *more])]
    question = question_about(ITEMS, "loans")
    return rows_of_all(question, sources, everything_in(sources))


def test_the_rows_of_all_tables_that_fit_follow_on_one_another() -> None:
    found = rows(TEXT)
    assert [row["name"] for row in found.value] == ["Ann", "Bob", "Cy"]
    assert [leaf.path for leaf in found.leaves][-2:] == ["/2/name", "/2/amount"]


def test_documents_follow_on_one_another() -> None:
    found = rows(TEXT, TEXT.replace("Cy", "Ed"))
    assert [row["name"] for row in found.value] == ["Ann", "Bob", "Cy", "Ann", "Bob", "Ed"]
    assert {leaf.places[0].document for leaf in found.leaves[6:]} == {1}


def test_without_a_table_that_fits_it_is_absent() -> None:
    assert rows("# Visits\n\nNobody came.").leaves[0].status is FieldStatus.ABSENT
