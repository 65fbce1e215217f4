"""What does an offer for works or goods say?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from evals.generated.blocks import Block, Columns, Heading, Pairs, Paragraph, Table
from evals.generated.draft import Kind, Paper
from evals.generated.field import NUMBER, Field
from evals.generated.goods import goods
from evals.generated.pen import Pen
from evals.generated.quotation_fields import FIELDS
from evals.generated.statements import Pair, Statement, Teller, parted, run_together

_WORKS = (
    ("Taking down old plaster", "m2", 9, 32),
    ("Painting of walls, two coats", "m2", 6, 19),
    ("Laying of oak flooring", "m2", 38, 95),
    ("Renewal of gutters", "m", 24, 70),
    ("Tiling of bathroom", "m2", 55, 130),
    ("Chasing and cabling", "m", 8, 30),
    ("Sockets and switches", "pcs", 14, 60),
    ("Replacement of windows", "pcs", 420, 1300),
    ("Scaffolding", "m2", 7, 16),
    ("Insulation of attic", "m2", 28, 74),
    ("Paving of yard", "m2", 45, 110),
    ("Felling of trees", "pcs", 180, 900),
    ("Fitting of radiators", "pcs", 240, 780),
    ("Disposal of rubble", "t", 60, 160),
    ("Erection of fence", "m", 35, 120),
)
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
_BINDING = {
    True: ("We are bound by this offer.", "This is a firm offer."),
    False: (
        "This offer is subject to change and not binding.",
        "We make this offer without engagement.",
    ),
}
_WITH_TAX = {
    True: ("All unit prices include tax.", "Tax is already in the prices of the lines."),
    False: ("Unit prices are without tax.", "The prices of the lines do not include tax."),
}
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


@dataclass(frozen=True, slots=True)
class _Item:
    name: str
    unit: str
    quantity: int
    price: float

    @property
    def total(self) -> float:
        return round(self.quantity * self.price, 2)


def _write(pen: Pen) -> Paper:
    day, is_of_works = pen.day(), pen.chance(0.6)
    people = pen.people
    person = people.person()
    title = pen.pick("Quotation", "Offer", "Estimate", "Our Offer", "Proposal")
    is_letter = pen.chance(0.4)
    includes_tax = pen.chance(0.4)
    dates, dated = parted(pen, _references(pen, day), 0.5 if is_letter else 0.15)
    terms, told = parted(
        pen, _terms(pen, day, is_of_works, includes_tax), 0.85 if is_letter else 0.5
    )
    is_named = pen.chance(0.6)
    greeting = f"Dear {person}," if is_named and pen.chance(0.5) else "Dear Sir or Madam,"
    opening = pen.pick(
        "thank you for your enquiry. We are pleased to offer the following.",
        "we refer to your enquiry and offer as follows.",
        "many thanks for your interest. Our prices are set out below.",
    )
    told = pen.shuffled([*told, *_lists(pen, is_of_works), *pen.some(_TERMS, 3, 7)])
    told += pen.some(_news(pen, day), 1, 4)
    blocks: list[Block] = [
        *_head(pen, title, dates, person if is_named else ""),
        *([Paragraph(greeting), Paragraph(opening)] if is_letter or pen.chance(0.3) else []),
        *run_together(pen, dated),
        *_priced(pen, is_of_works, includes_tax),
        *([Heading(pen.pick("Terms", "Conditions", "Details"), 2)] if told else []),
        *([Pairs(terms)] if terms else []),
        *run_together(pen, told),
        Paragraph(_closing(pen)),
    ]
    return Paper(
        pen.pick("quotation.pdf", "offer.pdf", "estimate.pdf", "quotation.txt", "offer.md"),
        blocks,
        running_head=pen.pick("", title),
        running_foot=pen.pick("", "Page {page}", "- {page} -"),
    )


def _references(pen: Pen, day: date) -> list[Statement]:
    tell = Teller(pen)
    asked = day - timedelta(days=pen.rng.randint(9, 40))
    seen = asked + timedelta(days=pen.rng.randint(2, 8))
    number = pen.id(pen.pick("Q-#####", "##-####", "OF####/##", "######"))
    return [
        Statement(
            ("Offer no.", "Quotation no.", "Quote number"), (), tell.text("quotation", number), 0.8
        ),
        Statement(("Date", "Date of offer"), (), tell.date("quotation_date", day), 0.8),
        Statement(
            ("Your enquiry no.", "Your reference"),
            ("Your enquiry bears the number {}.",),
            tell.text("enquiry_number", pen.id(pen.pick("RFQ-####", "??-###", "####-##"))),
            0.5,
        ),
        Statement(
            ("Your enquiry of", "Date of enquiry"),
            ("Your enquiry reached us on {}.", "You asked us for prices on {}."),
            tell.date("enquiry_date", asked),
            0.5,
        ),
        Statement(
            ("Site visit", "Visited on"),
            ("We looked at the site on {}.",),
            tell.date("site_visit_date", seen),
            0.4,
        ),
        Statement(
            ("Replaces offer no.",),
            ("It replaces our earlier offer {}.", "Our offer {} is withdrawn."),
            tell.text("earlier_quotation", pen.id(pen.pick("Q-#####", "##-####", "OF####/##"))),
            0.4,
        ),
        Statement(
            (),
            ("The former offer came to {}.", "At first we had quoted {} in all."),
            tell.money("earlier_total", float(pen.rng.randint(900, 42000))),
            0.3,
        ),
    ]


def _terms(pen: Pen, day: date, is_of_works: bool, includes_tax: bool) -> list[Statement]:
    tell, people = Teller(pen), pen.people
    start = day + timedelta(days=pen.rng.randint(30, 110))
    end = start + timedelta(days=pen.rng.randint(4, 70))
    skilled = float(pen.rng.randint(48, 98))
    said = [
        Statement(
            ("Valid until", "Open until", "Offer expires"),
            ("You can accept this offer until {}.", "This offer lapses after {}."),
            tell.date("valid_until", day + timedelta(days=pen.pick(14, 30, 42, 60))),
            0.65,
        ),
        Statement(
            ("Prices fixed until",),
            ("If you order, our prices stay fixed until {}.",),
            tell.date("prices_fixed_until", day + timedelta(days=pen.pick(90, 120, 180, 365))),
            0.4,
        ),
        Statement(
            ("Payment in full (days)", "Net payment in days"),
            ("Our bill is payable within {} days.", "Bills are due in full {} days after issue."),
            tell.count("payment_days", pen.pick(21, 28, 30, 45)),
            0.6,
        ),
        _quick_payment(pen),
        Statement(
            ("Deposit", "Down payment"),
            ("On placing the order {} of the price is to be paid.",),
            tell.percent("deposit_percent", pen.pick(20.0, 25.0, 30.0, 40.0)),
            0.45,
        ),
        Statement(
            ("Retention",),
            ("You may hold back {} of the price until defects are mended.",),
            tell.percent("retention_percent", pen.pick(2.5, 5.0, 10.0)),
            0.4,
        ),
        Statement(
            ("Warranty (months)", "Guarantee in months"),
            ("We answer for defects for {} months.", "The warranty runs for {} months."),
            tell.count("warranty_months", pen.pick(12, 18, 24, 36, 60)),
            0.5,
        ),
        Statement(
            ("Penalty per week of delay",),
            ("For each full week of delay {} is taken off the price.",),
            tell.percent("penalty", pen.pick(0.5, 1.0, 1.5)),
            0.35,
        ),
        Statement((), ("{}",), tell.flag("is_binding", _BINDING), 0.45),
        Statement((), ("{}",), lambda _: _said_of_tax(pen, includes_tax), 1.0),
    ]
    if not is_of_works:
        days = pen.pick(5, 8, 10, 15, 20, 25)
        sentences = ("We deliver {} working days after the order.",)
        return [
            *said,
            Statement(
                ("Delivery (working days)",), sentences, tell.count("delivery_days", days), 0.6
            ),
        ]
    return [
        *said,
        Statement(
            ("Start of work", "Work begins"),
            ("We could begin on {}.", "Work would start on {}."),
            tell.date("work_start", start),
            0.6,
        ),
        Statement(
            ("Completion", "Finished by"),
            ("Everything would be finished by {}.", "We hand over the work on {}."),
            tell.date("work_end", end),
            0.55,
        ),
        Statement(
            ("Skilled worker, extra work, per hour", "Day work, fitter, per hour"),
            ("Extra work is charged at {} for each hour of a skilled worker.",),
            tell.money("skilled_rate", skilled),
            0.5,
        ),
        Statement(
            ("Helper, extra work, per hour", "Day work, labourer, per hour"),
            ("An hour of a helper for extra work costs {}.",),
            tell.money("helper_rate", skilled - pen.rng.randint(9, 24)),
            0.45,
        ),
        Statement(
            ("Each journey", "Call-out charge"),
            ("For each journey to the site we charge {}.",),
            tell.money("travel_charge", float(pen.rng.randint(18, 95))),
            0.4,
        ),
        Statement(
            ("Crew",),
            ("We would send {} workers.",),
            tell.count("crew_size", pen.rng.randint(2, 8)),
            0.35,
        ),
        Statement(
            ("Site manager", "In charge on site"),
            ("On the spot {} would be in charge of the work.",),
            tell.text("site_manager", people.person()),
            0.45,
        ),
    ]


def _quick_payment(pen: Pen) -> Statement:
    def write(_: bool) -> str:
        rate = pen.percent("early_payment_discount", pen.pick(1.5, 2.0, 3.0), 1)
        days = pen.pick(7, 8, 10, 14)
        return f"{rate} within {pen.in_words('early_payment_days', days)} days"

    return Statement(("Cash discount",), ("Quick payers deduct {}.",), write, 0.45)


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


def _items(pen: Pen, is_of_works: bool) -> list[_Item]:
    num = pen.rng.randint(3, 8)
    if not is_of_works:
        wares = goods(pen.rng, num)
        return [_Item(good.name, good.unit, pen.rng.randint(2, 60), good.price) for good in wares]
    return [
        _Item(name, unit, pen.rng.randint(2, 140), round(pen.rng.uniform(low, high), 2))
        for name, unit, low, high in pen.some(_WORKS, num, num)
    ]


def _priced(pen: Pen, is_of_works: bool, includes_tax: bool) -> list[Block]:
    items = _items(pen, is_of_works)
    asked = set(pen.some(range(len(items)), 1, 2))
    rows = [_row(pen, n, item, is_asked=n in asked) for n, item in enumerate(items)]
    heads = [
        pen.pick("Item", "Description", "Work"),
        pen.pick("Quantity", "Qty"),
        "Unit",
        pen.pick("Unit price", "Price each", "Rate"),
        pen.pick("Total", "Amount"),
    ]
    table = Table(heads, rows, 1)
    listed = round(sum(item.total for item in items), 2)
    totals = _totals_with_tax(pen, listed) if includes_tax else _totals(pen, listed)
    if pen.chance(0.5):
        return [table, Pairs(totals)]
    more = [[label, "", "", "", text] for label, text in totals]
    bold = frozenset(range(len(rows), len(rows) + len(more)))
    return [Table(heads, [*rows, *more], 1, bold)]


def _row(pen: Pen, number: int, item: _Item, *, is_asked: bool) -> list[str]:
    price = total = ""
    if is_asked:
        price = pen.ask(_asked(f"item_{number + 1}_price", f"Price of one unit: {item.name}", item))
        total = pen.ask(_asked(f"item_{number + 1}_total", f"Total of the line: {item.name}", item))
    return [
        item.name,
        str(item.quantity),
        item.unit,
        pen.money(price, item.price),
        pen.money(total, item.total),
    ]


def _asked(name: str, label: str, item: _Item) -> Field:
    if name.endswith("_price"):
        wordings = (f"What does one {item.unit} of {item.name} cost?", f"Unit price, {item.name}")
    else:
        wordings = (f"How much is charged for {item.name} in all?", f"Sum for {item.name}")
    return Field(name, NUMBER, (label, *wordings))


def _totals(pen: Pen, listed: float) -> list[Pair]:
    net, pairs = listed, []
    if pen.chance(0.45):
        share = pen.pick(2.0, 3.0, 5.0, 7.5, 10.0)
        off = round(listed * share / 100, 2)
        net = round(listed - off, 2)
        label = pen.pick("Sum of lines", "Subtotal", "Total before discount")
        pairs.append((label, pen.money("list_total", listed)))
        label = f"{pen.pick('less discount', 'Rebate')} {pen.percent('discount_percent', share, 1)}"
        pairs.append((label, pen.money("", off)))
    else:
        pen.drop("list_total")
    rate = pen.pick(7.0, 7.7, 8.1, 19.0, 20.0, 21.0, 25.0)
    tax = round(net * rate / 100, 2)
    pairs.append((pen.pick("Net total", "Total before tax", "Net"), pen.money("net_total", net)))
    if pen.chance(0.75):
        name = pen.pick("VAT", "Sales tax", "Tax")
        shown = f"{name} {pen.percent('tax_rate', rate, 1)}" if pen.chance(0.7) else name
        pairs.append((shown, pen.money("tax_amount", tax)))
        label = pen.pick("Total with tax", "Grand total", "Gross total", "Amount of the offer")
        pairs.append((label, pen.money("gross_total", round(net + tax, 2))))
    return pairs


def _totals_with_tax(pen: Pen, listed: float) -> list[Pair]:
    """Where the lines hold the tax already, it is shown below their sum."""
    pen.drop("list_total")
    rate = pen.pick(7.0, 19.0, 20.0, 21.0)
    net = round(listed / (1 + rate / 100), 2)
    tax = round(listed - net, 2)
    label = pen.pick("Total with tax", "Grand total", "Total incl. tax")
    pairs = [(label, pen.money("gross_total", listed))]
    if pen.chance(0.6):
        shown = f"of which {pen.percent('tax_rate', rate, 1)} {pen.pick('VAT', 'tax')}"
        pairs.append((shown, pen.money("tax_amount", tax)))
    if pen.chance(0.5):
        pairs.append((pen.pick("Net of tax", "Without tax"), pen.money("net_total", net)))
    return pairs


def _said_of_tax(pen: Pen, includes_tax: bool) -> str:
    return pen.flag("prices_with_tax", pen.pick(*_WITH_TAX[includes_tax]), includes_tax)


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
