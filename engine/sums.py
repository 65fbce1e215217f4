"""Which amounts of a paper add up: the net amount, the tax and the total of both?

A model takes one for another easily, for they stand together and are called alike; the sum tells
them apart. Where two of them or all three are asked together and the answers do not add up, numbers
of the text that do are taken instead, unless the answers were much likelier and may be right: a
total may be made of more than these, or of no tax.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import Enum

from engine.decoding import Answer
from engine.numbers_in_text import numbers_in, read_number
from engine.prompt import PrefixText
from engine.questions import Question, spaced
from schemas.response_schema import Kind

_TAXES = r"(?:sales )?(?:tax(?:es)?|vat|gst|hst|mwst|ust|tva|btw|iva)"
_AMOUNTS = r"(?:amount|total|sum|value|price)"
_OTHER = re.compile(
    r"\b(?:rates?|percent(?:age)?|id|numbers?|no|nr|code|registration|discount|deposit|shipping"
    r"|quantity|count|units?|per|each|pages|hours|days|weight|packages|items?|lines?|income"
    r"|profits?|loss(?:es)?|earnings|revenues?|turnover|sales(?! tax)|assets|liabilities|equity"
    r"|shares?|margin|salary|wages?|headcount|employees|cash|debt|interest|expenses?|costs?"
    r"|deferred|withholding|withheld)\b|%",
    re.I,
)
_NET = re.compile(
    rf"\bnet {_AMOUNTS}\b|\b{_AMOUNTS} net\b|^net$|\buntaxed\b|\bsub-?\s?total\b"
    rf"|\btaxable {_AMOUNTS}\b|\b{_AMOUNTS}\b.*\b(?:before|without|excluding|exclusive of|excl\.?"
    rf"|ex)[\s-]*(?:the |any )?{_TAXES}\b",
    re.I,
)
_GROSS = re.compile(
    rf"\bgross {_AMOUNTS}\b|^gross$|\b{_AMOUNTS}\b.*\b(?:including|inclusive of|incl\.?|with)"
    rf"[\s-]*(?:the |all |any )?{_TAXES}\b|\b{_AMOUNTS}\b.*\b{_TAXES}[\s-]*(?:included|incl\b)",
    re.I,
)
_TAX = re.compile(rf"\b{_TAXES}\b", re.I)
_TOTAL = re.compile(
    r"^(?:the )?(?:grand |invoice |overall |order )?total$|\b(?:grand|invoice|bill) total\b"
    r"|\btotal (?:amount|sum|price|value|due|payable|to pay|of the (?:invoice|bill|order))\b"
    r"|\b(?:amount|sum) (?:due|payable|to (?:be )?pa(?:y|id))\b",
    re.I,
)
_LEAST_TAX, _MOST_TAX = Decimal("0.0205"), Decimal("0.3")  # of the net amount; no discount of 2 %
_CENTS = re.compile(r"[.,]\d\d(?!\d)")
_NOTHING = re.compile(r"(?<![\d.,])0(?:[.,]0+)?\s?%|(?<![\d.,])0[.,]00?(?!\d)")
_UNCOUNTED = 1000  # a number from here on is an amount without cents, too; below it may count
_NO_CHANCE, _NOTHING_LEFT = 1e-9, 1e-3
_NOT_DRAFTED = -3.0  # nats behind all that no draft is: one number of those
_MOST_BEHIND = 4.0  # nats behind answers that may be right
_MOST_BEHIND_NONSENSE = 16.0  # … that can not
_EVEN = 0.5

_Place = tuple[int, int]
_Places = list[_Place]
_Sum = tuple[Decimal, Decimal, Decimal]  # net, tax, gross


class Part(Enum):
    """What an amount is to the total."""

    NET = 0
    TAX = 1
    GROSS = 2


def part_asked(question: Question) -> Part | None:
    """By the words of a number's field; None where they name no part of a taxed total."""
    if question.node.kind is not Kind.NUMBER:
        return None
    for words in (question.text.strip(" .:?"), spaced(question.node.name)):
        if _OTHER.search(words):
            return None
        for part, called in ((Part.NET, _NET), (Part.GROSS, _GROSS), (Part.TAX, _TAX)):
            if called.search(words):
                return part
        if _TOTAL.search(words):
            return Part.GROSS
    return None


def adding_up(
    questions: Sequence[Question], answers: Sequence[Answer], prompt: PrefixText
) -> list[Answer]:
    """The answers to questions about one prompt, changed where a sum of its numbers says so.

    Of what is asked for twice (two totals) a sum does not tell which is which: it is left alone,
    and so is what is likelier not there.
    """
    done = list(answers)
    asked: dict[Part, list[int]] = defaultdict(list)
    for at, question in enumerate(questions):
        part = part_asked(question)
        if part is not None and answers[at].places:
            asked[part].append(at)
    fields = {
        part: _Field.of(answers[at], prompt)
        for part, (at, *more) in asked.items()
        if not more and answers[at].signals.null_likelihood < _EVEN
    }
    if len(fields) < 2:
        return done
    drafted = {amount for field in fields.values() for amount in field.drafts}
    amounts = _amounts(prompt, drafted)
    found = [
        (_chance(one, fields), one, document)
        for document, places in amounts.items()
        for one in _sums(places, drafted & places.keys())
    ]
    if not found:
        return done
    chance, best, document = max(found)
    limit = _MOST_BEHIND if _may_be(fields, prompt) else _MOST_BEHIND_NONSENSE
    if chance < sum(field.best for field in fields.values()) - limit:
        return done
    near, likelihood = _kept(best, fields)
    for part, field in fields.items():
        amount = best[part.value]
        there = sorted(amounts[document][amount], key=lambda place: abs(place[0] - near))
        done[asked[part][0]] = field.answered(amount, there, likelihood)
    return done


@dataclass(frozen=True, slots=True)
class _Field:
    """A part that is asked for: its drafts that are amounts, the likeliest of each amount first,
    and log-likelihoods, of the likeliest draft and of any amount that no draft is."""

    answer: Answer
    drafts: Mapping[Decimal, Answer]
    best: float
    others: float
    is_amount: bool  # whether the likeliest draft is one

    @classmethod
    def of(cls, answer: Answer, prompt: PrefixText) -> _Field:
        drafts: dict[Decimal, Answer] = {}
        all_drafts = [draft for draft in (answer, *answer.others) if draft.places]
        for draft in all_drafts:
            amount = _amount_of(prompt.text[slice(*draft.places[0])])
            if amount is not None:
                drafts.setdefault(amount, draft)
        left = 1.0 - sum(draft.signals.likelihood for draft in all_drafts)
        return cls(
            answer,
            drafts,
            _log(answer.signals.likelihood),
            math.log(max(left, _NOTHING_LEFT)) + _NOT_DRAFTED,
            answer in drafts.values(),
        )

    def chance(self, amount: Decimal) -> float:
        draft = self.drafts.get(amount)
        return self.others if draft is None else _log(draft.signals.likelihood)

    @property
    def amount(self) -> Decimal | None:
        """The one that is answered."""
        return next(iter(self.drafts)) if self.is_amount else None

    def answered(self, amount: Decimal, places: Sequence[_Place], likelihood: float) -> Answer:
        """The draft that is this amount, else the amount where it stands, as likely as the sum
        makes it; no other is left."""
        draft = self.drafts.get(amount)
        if draft is not None and any(_overlap(draft.places[0], place) for place in places):
            return replace(draft, others=())
        signals = replace(self.answer.signals, likelihood=likelihood)
        there = tuple(places)
        return replace(self.answer, places=there, items=(there,), signals=signals, others=())


def _amounts(prompt: PrefixText, drafted: Collection[Decimal]) -> dict[int, dict[Decimal, _Places]]:
    """What may be an amount in each document of a prompt, currency and sign aside, and where."""
    amounts: dict[int, dict[Decimal, _Places]] = defaultdict(lambda: defaultdict(list))
    for piece in prompt.pieces:
        for number in numbers_in(piece.text):
            whole = piece.text[number.outer_start : number.outer_stop]
            amount = _amount_of(whole)
            if amount is None:
                continue
            if amount >= _UNCOUNTED or amount in drafted or _CENTS.search(whole):
                place = piece.prompt_start + number.start, piece.prompt_start + number.stop
                amounts[piece.document][amount].append(place)
    return amounts


def _amount_of(quote: str) -> Decimal | None:
    read = read_number(quote)
    if read is None or read.factor is not None or read.is_percentage:
        return None
    return abs(read.number) or None


def _sums(amounts: Mapping[Decimal, object], drafted: Collection[Decimal]) -> Iterator[_Sum]:
    """Those of numbers of the text of which the model thought of one, if in another part."""
    for one in drafted:
        for other in amounts:
            for net, tax in ((one, other), (other, one), (other, one - other)):
                is_tax = net * _LEAST_TAX < tax <= net * _MOST_TAX
                if is_tax and tax in amounts and net + tax in amounts:
                    yield net, tax, net + tax


def _overlap(one: _Place, other: _Place) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def _chance(one: _Sum, fields: Mapping[Part, _Field]) -> float:
    return sum(field.chance(one[part.value]) for part, field in fields.items())


def _may_be(fields: Mapping[Part, _Field], prompt: PrefixText) -> bool:
    """Whether the answers could be parts of one total, of whatever else it is made. The net
    amount is the total where the text has a rate or an amount of nothing."""
    net, tax, gross = (fields[part].amount if part in fields else None for part in Part)
    is_untaxed = net is not None and net == gross and _NOTHING.search(prompt.text) is not None
    return (
        (net is None or gross is None or net < gross or is_untaxed)
        and (tax is None or gross is None or tax < gross)
        and (tax is None or net is None or tax < net)
    )


def _kept(one: _Sum, fields: Mapping[Part, _Field]) -> tuple[int, float]:
    """Where the surest draft that is in the sum stands, and its likelihood; even chances and the
    top of the text where none is."""
    kept = [
        field.drafts[one[part.value]]
        for part, field in fields.items()
        if one[part.value] in field.drafts
    ]
    surest = max(kept, key=lambda draft: draft.signals.likelihood, default=None)
    return (0, _EVEN) if surest is None else (surest.places[0][0], surest.signals.likelihood)


def _log(likelihood: float) -> float:
    return math.log(max(likelihood, _NO_CHANCE))
