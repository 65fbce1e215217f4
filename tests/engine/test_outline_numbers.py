from __future__ import annotations

import pytest

from engine.candidates import spans_for
from engine.outline_numbers import outline_numbers
from engine.prompt import passage_of_text, prefix_of
from schemas.response_schema import Kind
from tests.engine.sources import node_of

CLAUSES = """\
3.5 Leverage. The ratio is 4.25 from then on.
3.6 Dividends. None is paid above 2.50 times.
"""


def numbers_of(*texts: str) -> frozenset[int]:
    return outline_numbers(prefix_of([(at, passage_of_text(t)) for at, t in enumerate(texts)]))


def test_numbers_of_clauses_that_follow_each_other() -> None:
    assert {CLAUSES[start : start + 3] for start in numbers_of(CLAUSES)} == {"3.5", "3.6"}
    deeper = "4.1.9 Costs and fees\n\n4.1.10. Notices by e-mail\n"
    assert numbers_of(deeper) == {0, deeper.index("4.1.10")}


def test_clauses_of_two_documents_do_not_follow_each_other() -> None:
    assert numbers_of("3.5 Leverage", "3.6 Dividends") == frozenset()


@pytest.mark.parametrize(
    "text",
    [
        "3.5 Leverage. The ratio is 4.25.",  # alone
        "3.5 Leverage\n5.6 Dividends",  # not in a row
        "The ratio of 3.5 Leverage and 3.6 Dividends",  # not at the beginning of a line
        "3.5 times\n3.6 times",  # no title
        "3.5 EUR\n3.6 EUR",
        "3.5\n3.6",
        "1.5 Litre\n1.6 Litre",
        "12.50 Coffee\n12.49 Soup",
        "1 Apples\n2 Pears",  # a count, as likely as not
    ],
)
def test_what_may_be_a_value_is_left_alone(text: str) -> None:
    assert numbers_of(text) == frozenset()


def test_the_number_of_a_clause_is_no_number_that_is_asked_for() -> None:
    prefix = prefix_of([(0, passage_of_text(CLAUSES))])
    starts = spans_for(node_of(Kind.NUMBER), prefix).limits
    assert {prefix.text[start : start + 4] for start in starts} == {"4.25", "2.50"}
