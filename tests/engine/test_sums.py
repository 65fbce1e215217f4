from __future__ import annotations

from dataclasses import replace
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
    return Question(node_of(Kind.NUMBER), words, words, words)


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
        ("Total price before taxes", Part.NET),
        ("Total", Part.GROSS),
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
    assert part_asked(Question(node_of(Kind.DATE), *["Total due"] * 3)) is None


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


@pytest.mark.parametrize("nothing", ["VAT 0 % reverse charge", "VAT 0.00", "Steuer 0,00"])
def test_a_net_amount_is_the_total_where_there_is_no_tax(nothing: str) -> None:
    text = f"Work 900.00, travel 100.00, net 1,000.00, {nothing}, total 1,000.00"
    same = {Part.NET: answer(text, "1,000.00", 0.99), Part.GROSS: answer(text, "1,000.00", 0.99)}
    assert summed(text, same) == {Part.NET: "1,000.00", Part.GROSS: "1,000.00"}


def test_right_totals_of_several_rates_are_not_given_up_for_those_of_one() -> None:
    text = "19 %: 100.00 19.00 119.00 / 7 %: 50.00 3.50 53.50 / net 150.00, total 172.50"
    answers = {
        Part.NET: answer(text, "150.00", 0.7),
        Part.TAX: answer(text, "19.00", 0.5),
        Part.GROSS: answer(text, "172.50", 0.7),
    }
    assert summed(text, answers)[Part.GROSS] == "172.50"


def test_a_sure_small_number_is_not_given_up_for_a_sum() -> None:
    text = "Hosting 80.00 support 20.00 together 100.00 / Net € 600 VAT € 126 Total € 726"
    unlikely = answer(text, "100.00", 0.02)
    sure = {
        Part.NET: answer(text, "€ 600", 0.97, unlikely),
        Part.TAX: answer(text, "€ 126", 0.97),
        Part.GROSS: answer(text, "€ 726", 0.97),
    }
    assert summed(text, sure) == {Part.NET: "€ 600", Part.TAX: "€ 126", Part.GROSS: "€ 726"}


def test_an_amount_that_looks_like_its_rate_is_cited_where_it_stands() -> None:
    text = "VAT 21.00 % of 100.00 | 21.00 | total 121.00"
    answers = {Part.TAX: answer(text, "121.00", 0.6), Part.GROSS: answer(text, "121.00", 0.9)}
    done = adding_up(
        [question(ASKED[part]) for part in answers], [*answers.values()], prompt_of(text)
    )
    assert done[0].places[0] == (text.index("| 21.00") + 2, text.index("| 21.00") + 7)


def test_what_a_sum_finds_is_as_sure_as_what_it_kept() -> None:
    same = {
        Part.NET: answer(INVOICE, "121,00", 0.9),
        Part.GROSS: answer(INVOICE, "121,00", 0.7),
    }
    questions = [question(ASKED[part]) for part in same]
    net, gross = adding_up(questions, list(same.values()), prompt_of(INVOICE))
    assert (net.signals.likelihood, gross.signals.likelihood) == (0.7, 0.7)


def test_numbers_of_two_documents_make_no_sum() -> None:
    texts = ["Net 100,00, tax 21,00", "Total 121,00"]
    prompt = prefix_of([(at, passage_of_text(text)) for at, text in enumerate(texts)])
    swapped = {
        Part.NET: answer(prompt.text, "121,00", 0.5),
        Part.GROSS: answer(prompt.text, "100,00", 0.5),
    }
    answers = list(swapped.values())
    assert adding_up([question(ASKED[part]) for part in swapped], answers, prompt) == answers


def test_what_is_likelier_not_there_has_no_part_in_a_sum() -> None:
    unlikely = answer(INVOICE, "121,00", 0.5)
    missing = replace(unlikely, signals=Signals(0.5, 0.5, 0.9))
    found = [answer(INVOICE, "100,00", 0.5), missing]
    questions = [question(ASKED[Part.GROSS]), question(ASKED[Part.NET])]
    assert adding_up(questions, found, prompt_of(INVOICE)) == found


def test_a_text_without_a_sum_changes_nothing() -> None:
    text = "Net 100,00, tax 20,00, total 121,00"
    answers = {Part.NET: answer(text, "121,00", 0.4), Part.GROSS: answer(text, "100,00", 0.4)}
    assert summed(text, answers) == {Part.NET: "121,00", Part.GROSS: "100,00"}


@given(net=st.integers(10_000, 99_999_999), rate=st.integers(3, 27))
def test_answers_that_were_taken_for_one_another_add_up(net: int, rate: int) -> None:
    tax = net * rate // 100
    net_text, tax_text, gross_text = (
        f"{Decimal(cents) / 100:.2f}" for cents in (net, tax, net + tax)
    )
    text = f"{net_text} | {tax_text} | {gross_text}"
    swapped = {Part.NET: answer(text, gross_text, 0.5), Part.GROSS: answer(text, net_text, 0.5)}
    assert summed(text, swapped) == {Part.NET: net_text, Part.GROSS: gross_text}
