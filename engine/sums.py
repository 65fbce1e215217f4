"""Which amounts of a paper add up: the net amount, the tax and the total of both?

A model takes one for another easily, for they stand together and are called alike; the sum tells
them apart. Where two of them or all three are asked together and the answers do not add up, numbers
of the text that do are taken instead, unless the answers were far likelier and may be right: a
total may be made of more than these.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from enum import Enum

from engine.decoding import Answer
from engine.numbers_in_text import numbers_in, read_number
from engine.prompt import PrefixText
from engine.questions import Question, spaced
from schemas.response_schema import Kind

_TAXES = r"(?:sales )?(?:tax(?:es|ation)?|vat|gst|hst|mwst|ust|tva|btw|iva)"
_OTHER = re.compile(
    r"\b(?:rate|percent(?:age)?|id|number|no|nr|code|discount|deposit|shipping|quantity|count"
    r"|units?|pages|hours|days|weight|packages|items?|lines?|price)\b|%",
    re.I,
)
_NET = re.compile(
    r"\b(?:net|untaxed|sub-?\s?total|taxable)\b|\btax(?:ation)? bas(?:e|is)\b"
    rf"|\b(?:before|without|excluding|exclusive of|excl\.?|ex|pre)[\s-]*(?:the |any )?{_TAXES}\b",
    re.I,
)
_GROSS = re.compile(
    rf"\b(?:including|inclusive of|incl\.?|with)[\s-]*(?:the |all |any )?{_TAXES}\b"
    rf"|\b{_TAXES}[\s-]*(?:included|inclusive|incl)\b|\bgross\b",
    re.I,
)
_TAX = re.compile(rf"\b{_TAXES}\b", re.I)
_TOTAL = re.compile(r"\btotal\b|\b(?:amount|sum) (?:due|payable)\b|\bto (?:be )?pa(?:y|id)\b", re.I)
_LEAST_TAX, _MOST_TAX = (
    Decimal("0.0205"),
    Decimal("0.3"),
)  # of the net amount; not a discount of 2 %
_CENTS = re.compile(r"[.,]\d\d(?!\d)")
_LEAST = 1e-9
_LEAST_WHOLE = 1000  # below it a number without decimals may count anything
_NOT_THOUGHT_OF = -3.0  # nats behind all that no draft is: one number of those
_LEAST_LEFT = 1e-3
_MOST_BEHIND = 8.0  # nats behind the answers: a sum so much less likely is a coincidence

_Place = tuple[int, int]


class Part(Enum):
    """What an amount is to the total."""

    NET = "net"
    TAX = "tax"
    GROSS = "gross"


_Sum = tuple[Decimal, Decimal, Decimal]  # in the order of the parts
_ORDER = tuple(Part)


def part_asked(question: Question) -> Part | None:
    """By the words of a number's field; None where they name no part of a taxed total."""
    if question.node.kind is not Kind.NUMBER:
        return None
    for words in (question.text, spaced(question.node.name)):
        if _NET.search(words):
            return Part.NET
        if _GROSS.search(words):
            return Part.GROSS
        if _OTHER.search(words):
            continue
        if _TAX.search(words):
            return Part.TAX
        if _TOTAL.search(words):
            return Part.GROSS
    return None


def adding_up(
    questions: Sequence[Question], answers: Sequence[Answer], prompt: PrefixText
) -> list[Answer]:
    """The answers to questions about one prompt, changed where a sum of its numbers says so.

    Of what is asked for twice (two totals) a sum does not tell which is which: it is left alone.
    """
    done = list(answers)
    asked: dict[Part, list[int]] = defaultdict(list)
    for at, question in enumerate(questions):
        part = part_asked(question)
        if part is not None and answers[at].places:
            asked[part].append(at)
    fields = {part: at for part, (at, *more) in asked.items() if not more}
    if len(fields) < 2:
        return done
    chances = {part: _chances(answers[at], prompt) for part, at in fields.items()}
    places = _amounts(prompt)

    def chance(one: _Sum) -> float:
        by_part = zip(_ORDER, one, strict=True)
        return sum(chances[p].get(n, chances[p][None]) for p, n in by_part if p in chances)

    thought_of = {n for of in chances.values() for n in of if n in places}
    sums = _sums(places, thought_of)
    best = max(sums, key=lambda one: (chance(one), one), default=None)
    if best is None:
        return done
    likeliest = {part: max(of, key=lambda n: of[n]) for part, of in chances.items()}
    most = sum(chances[part][amount] for part, amount in likeliest.items())
    if _may_be(likeliest) and chance(best) < most - _MOST_BEHIND:
        return done
    for part, at in fields.items():
        amount = best[_ORDER.index(part)]
        done[at] = _answered(answers[at], amount, places[amount], prompt)
    return done


def _amounts(prompt: PrefixText) -> dict[Decimal, list[_Place]]:
    """What stands in the text and may be an amount, with its places, currency and sign aside."""
    amounts: dict[Decimal, list[_Place]] = defaultdict(list)
    for piece in prompt.pieces:
        for number in numbers_in(piece.text):
            amount = _amount_of(piece.text[number.start : number.stop])
            if amount is not None:
                place = piece.prompt_start + number.start, piece.prompt_start + number.stop
                amounts[amount].append(place)
    return amounts


def _amount_of(quote: str) -> Decimal | None:
    read = read_number(quote)
    if read is None or read.factor is not None or read.is_percentage:
        return None
    amount = abs(read.number)
    has_cents = _CENTS.search(quote) is not None
    return amount if amount and (has_cents or amount >= _LEAST_WHOLE) else None


def _sums(amounts: Mapping[Decimal, object], thought_of: Collection[Decimal]) -> Iterator[_Sum]:
    """Those of numbers of the text of which the model thought of one, if in another part."""
    for one in thought_of:
        for other in amounts:
            for net, tax in ((one, other), (other, one), (other, one - other)):
                is_tax = net * _LEAST_TAX < tax <= net * _MOST_TAX
                if is_tax and tax in amounts and net + tax in amounts:
                    yield net, tax, net + tax


def _may_be(amounts: Mapping[Part, Decimal | None]) -> bool:
    """Whether these could be parts of one total, of whatever else it is made."""
    net, tax, gross = (amounts.get(part) for part in _ORDER)
    return (
        (net is None or gross is None or net < gross)
        and (tax is None or gross is None or tax < gross)
        and (tax is None or net is None or tax < net)
    )


def _chances(answer: Answer, prompt: PrefixText) -> dict[Decimal | None, float]:
    """Log-likelihoods of the amounts that the drafts of an answer are; None is any other's, which
    have a small part of what is left."""
    chances: dict[Decimal | None, float] = {}
    left = 1.0 - sum(draft.signals.likelihood for draft in _drafts(answer))
    for draft in _drafts(answer):
        amount = _amount_of(prompt.text[slice(*draft.places[0])])
        likelihood = math.log(max(draft.signals.likelihood, _LEAST))
        chances[amount] = max(likelihood, chances.get(amount, -math.inf))
    return {**chances, None: math.log(max(left, _LEAST_LEFT)) + _NOT_THOUGHT_OF}


def _answered(
    answer: Answer, amount: Decimal, places: Sequence[_Place], prompt: PrefixText
) -> Answer:
    """The draft that is this amount, else the amount where it stands; a sum leaves no other."""
    for draft in _drafts(answer):
        if _amount_of(prompt.text[slice(*draft.places[0])]) == amount:
            answer, places = draft, draft.places
            break
    signals = replace(answer.signals, share=1.0)
    places = tuple(places)
    return replace(answer, places=places, items=(places,), signals=signals, others=())


def _drafts(answer: Answer) -> list[Answer]:
    return [draft for draft in (answer, *answer.others) if draft.places]
