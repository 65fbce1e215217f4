"""How does a firm tell the press of an appointment, a purchase or a product?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from evals.generated.entry import Wording, drawn
from evals.generated.pen import Pen

_Option = tuple[str, str, Callable[[], str]]
_POSITIONS = (
    "Chief Financial Officer", "Head of Sales", "Chief Technology Officer", "Director of Research",
    "Head of Human Resources", "Chief Operating Officer", "General Counsel", "Head of Logistics",
    "Managing Director for Northern Europe", "Vice President of Marketing",
)  # fmt: skip
_COUNTRIES = (
    "Poland", "Norway", "Chile", "Japan", "Portugal", "Canada", "Kenya", "Ireland", "Austria",
)  # fmt: skip
_MODELS = ("Aria", "Volt", "Nimbus", "Terra", "Pico", "Lumen", "Orbit", "Vento", "Clara", "Rondo")
_THINGS = (
    "cordless drill", "garden pump", "reading lamp", "hearing aid", "delivery robot",
    "electric bicycle", "field microscope", "coffee grinder", "air cleaner", "cargo scooter",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class News:
    """`speaker` is who is quoted beside the chief executive."""

    headline: str
    opening: str
    body: list[str]
    facts: list[Wording]
    speaker: str


def appointment(pen: Pen, company: str, day: date) -> News:
    name, before = pen.people.person(), pen.people.person()
    last = name.split()[-1]
    position, former = pen.some(_POSITIONS, 2, 2)
    start = day + timedelta(days=pen.rng.randint(5, 120))
    post = pen.say("new_position", position)
    opening = pen.pick(
        f"{pen.say('appointee', name)} will join {company} as {post}",
        f"{company} has named {pen.say('appointee', name)} as its new {post}",
        f"The board of {company} has appointed {pen.say('appointee', name)} to the post of {post}",
    )
    if pen.chance(0.65):
        opening += f", effective {pen.date('first_day', start, in_prose=True)}"
    employer = pen.say("employer", company)
    hired = pen.pick(
        f"With this step {employer} fills a post that is central to its plans.",
        f"The search had taken {employer} the better part of a year.",
        f"{employer} wants to grow faster abroad, and the new post is part of that.",
    )
    said: list[Callable[[], str]] = [
        lambda: f"{last} comes from {pen.say('previous_employer', pen.people.company())}"
        + (f", where the last post was {pen.say('previous_position', former)}."
           if pen.chance(0.6) else "."),
        lambda: f"{last} looks back on "
        f"{pen.in_words('experience_years', pen.rng.randint(8, 30))} years in the trade.",
        lambda: f"{last} studied at the "
        f"{pen.say('university', f'University of {pen.people.city()}')}.",
        lambda: f"In the new role {last} reports to {pen.say('reports_to', pen.people.person())} "
        f"and leads a team of {pen.count('team_size', pen.rng.randint(12, 480))}.",
        lambda: _interim(pen, last),
    ]  # fmt: skip
    body = [
        f"{opening}.",
        *pen.shuffled([hired, *drawn(pen, said, 0.6)]),
        *_predecessor(pen, before, day),
    ]
    headline = pen.pick(
        f"{company} strengthens its management", f"{last} joins {company}",
        f"Change at the top of {company}", f"New face on the board of {company}",
    )  # fmt: skip
    return News(headline, body[0], body[1:], [], name)


def _interim(pen: Pen, last: str) -> str:
    is_interim = pen.chance(0.4)
    sentence = (
        pen.pick(
            f"{last} holds the office for the time being, until a lasting solution is found.",
            "The appointment is an interim one.",
        )
        if is_interim
        else pen.pick("The appointment is permanent.", f"{last} takes the post for good.")
    )
    return pen.flag("is_interim", sentence, is_interim)


def _predecessor(pen: Pen, before: str, day: date) -> list[str]:
    if pen.chance(0.35):
        return []
    leaving = day + timedelta(days=pen.rng.randint(1, 90))
    said = [f"The post was held until now by {pen.say('predecessor', before)}."]
    if pen.chance(0.5):
        said.append(
            f"{before.split()[-1]} leaves on "
            f"{pen.date('predecessor_leaves', leaving, in_prose=True)}."
        )
    if pen.chance(0.5):
        years = pen.in_words("predecessor_years", pen.rng.randint(2, 20))
        said.append(f"The board thanked {before.split()[-1]} for {years} years with the company.")
    return [" ".join(said)]


def acquisition(pen: Pen, company: str, day: date) -> News:
    target, head = pen.people.company(), pen.people.person()
    price = round(pen.rng.uniform(4, 620), 1)
    signed = day - timedelta(days=pen.rng.randint(0, 12))
    code, stake = pen.writing.currency, float(pen.pick(51, 60, 74.9, 80, 100))
    opening = pen.pick(
        f"{company} takes over {pen.say('target', target)}",
        f"{company} has agreed to buy {pen.say('target', target)}",
        f"{pen.say('target', target)} will become part of {company}",
    )
    if pen.chance(0.6):
        seller = pen.say("seller", pen.people.company())
        opening += pen.pick(
            f". So far the business has belonged to {seller}", f". The shares are sold by {seller}"
        )
    options: list[_Option] = [
        ("Share bought",
         "The buyer takes {} of the shares.",
         lambda: pen.percent("stake", stake, 1)),
        (pen.pick("Signed", "Signing"),
         "The contract was signed on {}.",
         lambda: pen.date("signed_on", signed)),
        (pen.pick("Closing expected", "Completion"),
         "The deal should close on {}.",
         lambda: pen.date("closing_on", day + timedelta(days=pen.rng.randint(20, 200)))),
        (f"Price ({code} million)",
         f"The price is {code} {{}} million in all.",
         lambda: pen.number("purchase_price", price, 1)),
        (f"Of this at closing ({code} million)",
         f"At closing {code} {{}} million fall due.",
         lambda: pen.number("paid_at_closing", round(price * 0.7, 1), 1)),
        (f"Earn-out of up to ({code} million)",
         f"If targets are met, the seller may receive {code} {{}} million more.",
         lambda: pen.number("earn_out", round(price * pen.pick(0.1, 0.15, 0.25), 1), 1)),
        (f"Sales of the target ({code} million)",
         f"The acquired firm had sales of {code} {{}} million last year.",
         lambda: pen.number("target_sales", round(price * pen.pick(0.6, 1.3, 1.8), 1), 1)),
        ("Employees of the target",
         "The acquired firm brings {} employees along.",
         lambda: pen.count("target_employees", pen.rng.randint(20, 900))),
        ("Seat of the target",
         "The acquired firm is based in {}.",
         lambda: pen.say("target_seat", pen.people.city())),
        ("Managing director of the target",
         "The acquired firm remains under the direction of {}.",
         lambda: pen.say("target_head", head)),
        ("Target founded in",
         "The acquired firm has existed since {}.",
         lambda: _year(pen, "target_founded")),
    ]  # fmt: skip
    facts = _chosen(pen, options)
    said: list[Callable[[], str]] = [
        lambda: f"{pen.say('legal_adviser', pen.people.company())} gave legal advice to the buyer.",
        lambda: (
            f"On the financial side the buyer was advised by "
            f"{pen.say('financial_adviser', pen.people.company())}."
        ),
        lambda: _means(pen),
        lambda: _approval(pen),
    ]
    headline = pen.pick(
        f"{company} grows by a purchase", f"{company} buys into a new market",
        f"Takeover: {company} and {target} join forces",
    )  # fmt: skip
    return News(headline, f"{opening}.", pen.shuffled(drawn(pen, said, 0.55)), facts, head)


def _chosen(pen: Pen, options: list[_Option]) -> list[Wording]:
    return [_wording(*option) for option in options if pen.chance(0.55)]


def _wording(label: str, sentence: str, write: Callable[[], str]) -> Wording:
    text = write()
    return Wording(label, text, sentence.replace("{}", text))


def _means(pen: Pen) -> str:
    means = pen.pick("cash", "shares", "loan")
    words = pen.say("financing", means, means)
    return {
        "cash": f"The price is paid in {words} from funds at hand.",
        "shares": f"The seller receives {words} of the buyer instead of money.",
        "loan": f"The price is financed by a {words} from the house banks.",
    }[means]


def _approval(pen: Pen) -> str:
    is_needed = pen.chance(0.5)
    sentence = (
        pen.pick("Competition authorities have yet to give their consent.",
                 "The transaction is subject to regulatory approval.")
        if is_needed
        else pen.pick("No approval by authorities is required.",
                      "All regulators have already cleared the deal.")
    )  # fmt: skip
    return pen.flag("approval_needed", sentence, is_needed)


def launch(pen: Pen, company: str, day: date) -> News:
    model, old = pen.some(_MODELS, 2, 2)
    thing, number = pen.pick(*_THINGS), pen.rng.randint(2, 9)
    name, head = f"{model} {number}", pen.people.person()
    price = round(pen.rng.uniform(49, 2900)) - 0.05
    start = day + timedelta(days=pen.rng.randint(10, 150))
    opening = pen.pick(
        f"{company} presents the {pen.say('product', name)}, a {thing} for work and home",
        f"With the {pen.say('product', name)}, {company} brings a new {thing} to the market",
    )
    if pen.chance(0.5):
        opening += f". It replaces the {pen.say('former_product', f'{old} {number - 1}')}"
        if pen.chance(0.5):
            was = pen.money("former_price", round(price * pen.pick(0.8, 0.9, 1.1), 2))
            opening += f", which was sold for {was}"
    options: list[_Option] = [
        (pen.pick("Recommended price", "Price", "Suggested retail price"),
         f"The {name} will cost {{}} in the shops.",
         lambda: pen.money("retail_price", price)),
        (pen.pick("For early buyers", "Introductory price"),
         "Early buyers get it for {}.",
         lambda: pen.money("introductory_price", round(price * 0.85, 2))),
        (pen.pick("On sale from", "In shops from"),
         f"The {name} can be bought from {{}}.",
         lambda: pen.date("available_from", start)),
        (pen.pick("Pre-orders from", "Orders in advance from"),
         "Orders in advance are taken from {}.",
         lambda: pen.date("preorder_from", start - timedelta(days=pen.pick(7, 14, 21)))),
        ("Weight",
         f"The {name} weighs {{}}.",
         lambda: f"{pen.number('weight_kg', round(pen.rng.uniform(0.3, 28), 1), 1)} kg"),
        (pen.pick("Battery", "Running time"),
         "One charge lasts {}.",
         lambda: f"{pen.number('battery_hours', pen.pick(4, 6.5, 8, 12.5, 20), 1)} hours"),
        (pen.pick("Charging", "Time to charge"),
         "The battery is full after {}.",
         lambda: f"{pen.count('charging_minutes', pen.pick(25, 40, 55, 90, 120))} minutes"),
        (pen.pick("Warranty", "Guarantee"),
         f"The {name} is guaranteed for {{}}.",
         lambda: f"{pen.in_words('warranty_years', pen.pick(2, 3, 5, 10))} years"),
    ]  # fmt: skip
    facts = _chosen(pen, options)
    countries = pen.some(_COUNTRIES, 2, 4)
    cost = round(pen.rng.uniform(1, 48), 1)
    said: list[Callable[[], str]] = [
        lambda: f"Sales begin in {pen.listed('launch_countries', countries)}; others follow.",
        lambda: f"The team was led by {pen.say('development_head', head)}.",
        lambda: (
            f"Development cost {pen.writing.currency} {pen.number('development_cost', cost, 1)}"
            " million."
        ),
        lambda: f"The {thing} is built at the plant in {pen.say('factory', pen.people.city())}.",
        lambda: _subscription(pen),
    ]
    headline = pen.pick(
        f"{company} renews its range", f"A new {thing} from {company}", f"{thing} made easy",
    )  # fmt: skip
    headline = headline[:1].upper() + headline[1:]
    return News(headline, f"{opening}.", pen.shuffled(drawn(pen, said, 0.6)), facts, head)


def _subscription(pen: Pen) -> str:
    is_needed = pen.chance(0.5)
    sentence = (
        pen.pick("A monthly subscription is required to use it.",
                 "It works with a paid subscription only.")
        if is_needed
        else pen.pick("It is used without any subscription.",
                      "No subscription is needed.")
    )  # fmt: skip
    return pen.flag("needs_subscription", sentence, is_needed)


def _year(pen: Pen, key: str) -> str:
    year = pen.rng.randint(1931, 2014)
    return pen.say(key, str(year), year)
