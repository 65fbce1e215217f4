"""What does an offer for works or goods say?"""

from __future__ import annotations

from datetime import date, timedelta

from evals.generated.blocks import Block, Columns, Heading, Pairs, Paragraph
from evals.generated.draft import Kind, Paper
from evals.generated.entry import Pair, told
from evals.generated.pair_layout import paragraphs
from evals.generated.pen import Pen
from evals.generated.quotation_fields import FIELDS
from evals.generated.quotation_prices import offered_prices
from evals.generated.quotation_terms import offer_references, offered_terms

_LEFT_OUT = (
    "scaffolding",
    "electrical connection",
    "removal of asbestos",
    "planning permission",
    "painting",
    "disposal of packaging",
    "structural calculations",
    "work at night",
)
_PROVIDED = (
    "water",
    "electricity",
    "a lockable store",
    "parking for two vans",
    "a toilet",
    "unloading with a forklift",
    "access to the cellar",
)
_NOT_WITH_GOODS = (
    "unloading",
    "assembly",
    "batteries",
    "insurance of the transport",
    "disposal of packaging",
    "customs duty",
)
_TERMS = (
    "Quantities are estimates; what is billed is what was measured on completion.",
    "Drawings, samples and calculations that go with this paper remain our property and may not "
    "be shown to third parties.",
    "Goods remain ours until they have been paid for in full.",
    "Should the ground prove other than expected, the work this takes is charged separately after "
    "it has been talked over with you.",
    "Work is done on weekdays between 7.00 and 17.00; noise is kept to the hours that the town "
    "permits.",
    "Changes asked for after the order are valid only where they were confirmed in writing.",
    "Our general terms of business apply; they are printed overleaf and can be had on request.",
    "Colours may differ slightly from the samples shown.",
    "We are a member of the guild and insured against damage to the property of others.",
    "The site is left swept clean; protective sheets and tape are part of the price.",
    "Please return a signed copy of this letter if you wish to place the order.",
    "All parts meet the standards in force; certificates are handed over with the bill.",
)


def _write(pen: Pen) -> Paper:
    day, is_of_works = pen.day(), pen.chance(0.6)
    people = pen.people
    person = people.person()
    title = pen.pick("Quotation", "Offer", "Estimate", "Our Offer", "Proposal")
    is_letter = pen.chance(0.4)
    includes_tax = pen.chance(0.4)
    dates, dated = told(
        pen, offer_references(pen, day), 0.5 if is_letter else 0.15, always_draws=True
    )
    entries = offered_terms(pen, day, is_of_works, includes_tax)
    terms, said = told(pen, entries, 0.85 if is_letter else 0.5, always_draws=True)
    is_named = pen.chance(0.6)
    greeting = f"Dear {person}," if is_named and pen.chance(0.5) else "Dear Sir or Madam,"
    opening = pen.pick(
        "thank you for your enquiry. We are pleased to offer the following.",
        "we refer to your enquiry and offer as follows.",
        "many thanks for your interest. Our prices are set out below.",
    )
    said = pen.shuffled([*said, *_lists(pen, is_of_works), *pen.some(_TERMS, 3, 7)])
    said += pen.some(_news(pen, day), 1, 4)
    blocks: list[Block] = [
        *_head(pen, title, dates, person if is_named else ""),
        *([Paragraph(greeting), Paragraph(opening)] if is_letter or pen.chance(0.3) else []),
        *paragraphs(pen, dated),
        *offered_prices(pen, is_of_works, includes_tax),
        *([Heading(pen.pick("Terms", "Conditions", "Details"), 2)] if said else []),
        *([Pairs(terms)] if terms else []),
        *paragraphs(pen, said),
        Paragraph(_closing(pen)),
    ]
    return Paper(
        pen.pick("quotation.pdf", "offer.pdf", "estimate.pdf", "quotation.txt", "offer.md"),
        blocks,
        running_head=pen.pick("", title),
        running_foot=pen.pick("", "Page {page}", "- {page} -"),
    )


def _head(pen: Pen, title: str, dates: list[Pair], person: str) -> list[Block]:
    people = pen.people
    firm = people.company()
    sender = [pen.say("supplier", firm), pen.say("supplier_address", people.address())]
    if pen.chance(0.55):
        sender.append(f"{pen.pick('Tel.', 'Phone')} {pen.say('supplier_phone', people.phone())}")
    estimator = people.person()
    if pen.chance(0.5):
        sender.append(pen.say("supplier_email", people.email(estimator, firm)))
    customer = people.company() if person or pen.chance(0.5) else people.person()
    to = [pen.say("customer", customer)]
    if person:
        to.append(f"{pen.pick('Attn.', 'c/o', 'For')} {pen.say('customer_contact', person)}")
    if pen.chance(0.75):
        to.append(pen.say("customer_address", people.address()))
    if pen.chance(0.45):
        to.append(f"{pen.pick('Tel.', 'Phone')} {pen.say('customer_phone', people.phone())}")
    pairs = list(dates)
    if pen.chance(0.55):
        label = pen.pick("Drawn up by", "Our contact", "Your contact at our firm")
        pairs.append((label, pen.say("estimator", estimator)))
    if pen.chance(0.45):
        label = pen.pick("Site", "Place of delivery or work", "To be carried out at")
        pairs.append((label, pen.say("site_address", people.address())))
    heading, table = Heading(title, 1), [Pairs(pairs)] if pairs else []
    left, right = Paragraph("\n".join(sender)), Paragraph("\n".join(to))
    match pen.pick("beside", "stacked", "labelled"):
        case "beside":
            return [Columns([left], [right]), heading, *table]
        case "stacked":
            return [left, right, heading, *table]
        case _:
            words = [pen.pick("From", "Offered by", "Bidder"), pen.pick("To", "Customer", "Client")]
            said = [(words[0], ", ".join(sender)), (words[1], ", ".join(to))]
            return [heading, Pairs([*said, *pairs])]


def _lists(pen: Pen, is_of_works: bool) -> list[str]:
    said = []
    if pen.chance(0.5):
        items = pen.listed(
            "exclusions", pen.some(_LEFT_OUT if is_of_works else _NOT_WITH_GOODS, 2, 4)
        )
        said.append(pen.pick(f"Not included: {items}.", f"The price does not cover {items}."))
    if pen.chance(0.45):
        items = pen.listed("customer_provides", pen.some(_PROVIDED, 2, 3))
        said.append(pen.pick(f"You provide {items}.", f"To be provided by you: {items}."))
    return said


def _news(pen: Pen, day: date) -> list[str]:
    """Dates, sums and persons that no field asks for."""
    people = pen.people
    away = pen.date("", day + timedelta(days=pen.rng.randint(20, 90)), in_prose=True)
    return [
        f"Our office is closed for the holidays from {away}.",
        f"For a job of like kind we may name {people.company()} in {people.city()}, where work "
        f"worth {pen.money('', float(pen.rng.randint(8, 90) * 1000))} was done last year.",
        f"As an extra we could offer yearly upkeep for {pen.money('', float(pen.pick(90, 140)))}; "
        "it is not part of the sums above.",
        f"Questions about the accounts are answered by {people.person()} in the back office.",
        f"In our showroom in {people.city()} {people.person()} will be glad to guide you.",
        f"Parts left over are taken back less {pen.writing.number(15.0, 0)} per cent.",
    ]


def _closing(pen: Pen) -> str:
    hope = pen.pick(
        "We would be glad to receive your order.",
        "We hope that this meets your wishes.",
        "Should anything be unclear, do not hesitate to ask.",
    )
    return f"{hope}\n{pen.pick('Yours faithfully', 'Kind regards', 'Yours sincerely')}"


KIND = Kind("quotation", "offer", FIELDS, _write)
