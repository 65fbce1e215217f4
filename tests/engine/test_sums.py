from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.certainty import Signals
from engine.decoding import Answer
from engine.prompt import PrefixText, passage_of_text, prefix_of
from engine.questions import Question
from engine.sums import Part, adding_up, part_asked
from schemas.response_schema import Kind
from tests.engine.sources import node_of

INVOICE = (
    "Paper | 2 | € 30,00 | € 60,00\nInk | 1 | € 40,00 | € 40,00\n"
    "Exclusief BTW | € 100,00 | BTW 21% | € 21,00 | Totaal | € 121,00"
)
ASKED = {
    Part.NET: "Total amount before tax",
    Part.TAX: "VAT amount",
    Part.GROSS: "Total amount to pay, tax included",
}


def question(words: str) -> Question:
    return Question(node_of(Kind.NUMBER), words, words)


def prompt_of(text: str) -> PrefixText:
    return prefix_of([(0, passage_of_text(text))])


def answer(text: str, amount: str, likelihood: float, *others: Answer) -> Answer:
    start = text.index(amount)
    place = (start, start + len(amount))
    signals = Signals(0.5, likelihood, 0.1)
    return Answer(None, (place,), signals, 1, items=((place,),), others=others)


def summed(text: str, answers: dict[Part, Answer]) -> dict[Part, str]:
    questions = [question(ASKED[part]) for part in answers]
    done = adding_up(questions, list(answers.values()), prompt_of(text))
    quotes = [text[slice(*one.places[0])] for one in done]
    return dict(zip(answers, quotes, strict=True))


@pytest.mark.parametrize(
    ("words", "part"),
    [
        ("Total amount before tax", Part.NET),
        ("Subtotal", Part.NET),
        ("Net amount", Part.NET),
        ("Amount excl. VAT", Part.NET),
        ("Total amount of tax", Part.TAX),
        ("How much VAT is charged?", Part.TAX),
        ("Total, VAT included", Part.GROSS),
        ("Grand total", Part.GROSS),
        ("Amount due", Part.GROSS),
    ],
)
def test_a_part_is_known_by_its_words(words: str, part: Part) -> None:
    assert part_asked(question(words)) is part


@pytest.mark.parametrize(
    "words",
    [
        "VAT rate",
        "VAT number",
        "Total number of pages",
        "Revenue",
        "Discount on the total",
        "Price",
    ],
)
def test_other_numbers_are_no_part(words: str) -> None:
    assert part_asked(question(words)) is None


def test_what_is_no_number_is_no_part() -> None:
    assert part_asked(Question(node_of(Kind.DATE), "Total due", "Total due")) is None


def test_two_amounts_that_were_taken_for_one_another_change_places() -> None:
    swapped = {
        Part.NET: answer(INVOICE, "121,00", 0.6),
        Part.GROSS: answer(INVOICE, "100,00", 0.5),
    }
    assert summed(INVOICE, swapped) == {Part.NET: "100,00", Part.GROSS: "121,00"}


def test_an_amount_that_no_draft_is_stands_where_the_sum_wants_it() -> None:
    same = {
        Part.NET: answer(INVOICE, "€ 121,00", 0.7),
        Part.TAX: answer(INVOICE, "€ 121,00", 0.5),
    }
    assert summed(INVOICE, same) == {Part.NET: "100,00", Part.TAX: "21,00"}


def test_answers_that_add_up_stay_with_their_words() -> None:
    right = {
        Part.NET: answer(INVOICE, "€ 100,00", 0.6, answer(INVOICE, "€ 121,00", 0.4)),
        Part.TAX: answer(INVOICE, "€ 21,00", 0.6),
        Part.GROSS: answer(INVOICE, "€ 121,00", 0.6),
    }
    assert summed(INVOICE, right) == {
        Part.NET: "€ 100,00",
        Part.TAX: "€ 21,00",
        Part.GROSS: "€ 121,00",
    }


def test_a_sure_total_of_more_parts_is_not_given_up_for_the_sum_of_a_line() -> None:
    text = "10,00 | 2,10 | 12,10\nGoods 400,00, shipping 9,00, VAT 84,00, to pay 493,00"
    unlikely = answer(text, "12,10", 0.02)
    sure = {
        Part.NET: answer(text, "400,00", 0.95),
        Part.GROSS: answer(text, "493,00", 0.95, unlikely),
    }
    assert summed(text, sure) == {Part.NET: "400,00", Part.GROSS: "493,00"}


def test_what_is_taken_off_for_paying_soon_is_no_tax() -> None:
    text = "Sum 200,00 | less 2 % 4,00 | to pay 196,00"
    answers = {Part.NET: answer(text, "200,00", 0.8), Part.GROSS: answer(text, "196,00", 0.8)}
    assert summed(text, answers) == {Part.NET: "200,00", Part.GROSS: "196,00"}


def test_one_part_alone_and_two_totals_are_left_alone() -> None:
    alone = [answer(INVOICE, "60,00", 0.4)]
    assert adding_up([question("Total")], alone, prompt_of(INVOICE)) == alone
    two = [answer(INVOICE, "60,00", 0.4), answer(INVOICE, "40,00", 0.4)]
    questions = [question("Total of this year"), question("Total of last year")]
    assert adding_up(questions, two, prompt_of(INVOICE)) == two


def test_a_text_without_a_sum_changes_nothing() -> None:
    text = "Net 100,00, tax 20,00, total 121,00"
    answers = {Part.NET: answer(text, "121,00", 0.4), Part.GROSS: answer(text, "100,00", 0.4)}
    assert summed(text, answers) == {Part.NET: "121,00", Part.GROSS: "100,00"}


@given(
    net=st.integers(10_000, 99_999_999),
    rate=st.integers(3, 27),
    picks=st.permutations(list(Part)),
    asked=st.sets(st.sampled_from(list(Part)), min_size=2),
)
def test_whatever_of_them_is_answered_the_sum_is_what_is_found(
    net: int, rate: int, picks: list[Part], asked: set[Part]
) -> None:
    tax = net * rate // 100
    values = {Part.NET: net, Part.TAX: tax, Part.GROSS: net + tax}
    written = {part: f"{Decimal(cents) / 100:.2f}" for part, cents in values.items()}
    text = " | ".join(written.values())
    picked = dict(zip(Part, picks, strict=True))
    answers = {part: answer(text, written[picked[part]], 0.5) for part in Part if part in asked}
    found = {part: Decimal(quote) for part, quote in summed(text, answers).items()}
    parts = [found.get(part) for part in Part]
    assert parts[0] is None or parts[2] is None or parts[0] < parts[2]
    if picked[Part.NET] is not Part.NET or picked[Part.GROSS] is not Part.GROSS:
        assert found == {part: Decimal(written[part]) for part in found}
