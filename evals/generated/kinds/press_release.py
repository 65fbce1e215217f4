"""What does a firm announce to the press?"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from evals.generated.blocks import Block, Bullets, Heading, Paragraph
from evals.generated.draft import Kind, Paper
from evals.generated.entry import PairOption, drawn, drawn_pairs
from evals.generated.pair_layout import laid_out
from evals.generated.pen import Pen
from evals.generated.press_fields import ACQUISITION, APPOINTMENT, LAUNCH, SHARED
from evals.generated.press_news import News, acquisition, appointment, launch

_QUOTES = (
    "We have worked towards this day for a long time",
    "This step makes us stronger where our customers need us most",
    "I am looking forward to what we shall do together",
    "The last two years have shown that we are on the right path",
    "Our customers asked for it, and we listened",
    "We shall invest another 12 million in the next three years",
    "Quality and trust remain what we stand for",
    "It was a decision of the heart as well as of the head",
)
_BACKGROUND = (
    "The market has grown by about six percent a year since the turn of the decade and is expected "
    "to do so for some time, according to the trade association.",
    "In spring the firm opened a training centre for apprentices, which has taken in 40 young "
    "people so far.",
    "Analysts had expected a decision since the annual meeting, at which questions of strategy "
    "took up much of the afternoon.",
    "Competitors have lately cut prices, while the cost of energy and of transport has risen by "
    "more than a tenth.",
    "The works council welcomed the news and spoke of a good signal for all sites.",
    "Last year the firm received the regional prize for sustainable business, endowed with 25,000, "
    "which it gave to a school.",
    "Guests at the event also saw a short film on the history of the house, from the first "
    "workshop to the present day.",
    "The trade fair in the autumn, at which 310 exhibitors are expected, will be opened by the "
    "minister; the firm has taken a stand of 90 square metres in hall 4.",
    "A study by the institute Orwen & Tal, for which 2,400 households were asked, puts the firm in "
    "third place among the best known of its branch.",
    "The mayor spoke of a happy day for the region and recalled the flood of 2013, after which "
    "many had doubted whether the works would open again.",
    "At the beginning of the year the firm had put a new warehouse into service, which is heated "
    "with waste heat and stores up to 18,000 pallets.",
    "Talks with the unions on working hours go on; the next round is planned before the holidays.",
    "For its customers nothing changes: orders, deliveries and service remain in the hands of the "
    "people they know.",
    "The firm keeps to its target of making all sites free of emissions in fifteen years.",
)
_LEGAL = (
    "This text contains statements about the future. They rest on what the management knows today "
    "and may turn out otherwise.",
    "Photographs may be printed free of charge if the source is named.",
    "You receive this message because you are on our list for journalists. To be taken off it, "
    "answer with the word STOP.",
)
_NEWS = ((appointment, APPOINTMENT), (acquisition, ACQUISITION), (launch, LAUNCH))


def _write(pen: Pen) -> Paper:
    day, company = pen.day(), pen.people.company()
    write, fields = pen.pick(*_NEWS)
    for other in (*APPOINTMENT, *ACQUISITION, *LAUNCH):
        if other not in fields:
            pen.drop(other.name)
    news = write(pen, company, day)
    kicker = pen.pick("Press release", "News release", "Media information", "For the press")
    number = pen.id(pen.pick("##/20##", "PR-###", "No. ##"))
    options: list[PairOption] = [
        (pen.pick("Number", "Release no."), lambda: pen.say("release_number", number)),
        (
            pen.pick("Embargoed until", "Not to be published before", "Free for publication from"),
            lambda: pen.date("embargo_until", day + timedelta(days=pen.rng.randint(1, 5))),
        ),
    ]
    named = pen.say("company", company)
    told, headline = (text.replace(company, named, 1) for text in (news.opening, news.headline))
    dated = pen.date("release_date", day, in_prose=True)
    opening = pen.pick(
        f"{pen.people.city()}, {dated} - {told}",
        f"{pen.people.city()} ({dated}). {told}",
        f"{told} This was announced on {dated}.",
    )
    parts: list[list[Block]] = [
        [Paragraph(text) for text in _merged(pen, news.body)],
        _facts(pen, news),
        _said_by(pen, news),
    ]
    blocks: list[Block] = [Paragraph(kicker), *laid_out(pen, drawn_pairs(pen, options, 0.4))]
    blocks += [Heading(headline, 1), Paragraph(opening)]
    for part in pen.shuffled(parts):
        blocks += part
    blocks += [Paragraph(text) for text in pen.some(_BACKGROUND, 4, 9)]
    blocks += [*_about(pen, company), *_contacts(pen, company), Paragraph(pen.pick(*_LEGAL))]
    return Paper(
        pen.pick("press.pdf", "release.pdf", "news.pdf", "press.txt", "news.md"),
        blocks,
        pen.pick("", kicker),
        pen.pick("", "Page {page}"),
    )


def _merged(pen: Pen, sentences: list[str]) -> list[str]:
    return [" ".join(sentences)] if pen.chance(0.4) else sentences


def _facts(pen: Pen, news: News) -> list[Block]:
    """In sentences, in a list or in a box."""
    if not news.facts:
        return []
    title = Heading(pen.pick("At a glance", "Facts and figures", "Key data"), 2)
    match pen.pick("prose", "prose", "bullets", "box", "box"):
        case "prose":
            return [Paragraph(" ".join(fact.sentence for fact in news.facts))]
        case "bullets":
            return [title, Bullets([f"{fact.label}: {fact.text}" for fact in news.facts])]
        case _:
            return [title, *laid_out(pen, [fact.pair for fact in news.facts])]


def _said_by(pen: Pen, news: News) -> list[Block]:
    first, second, third = pen.some(_QUOTES, 3, 3)
    ceo = pen.people.person()
    known = pen.chance(0.6)
    shown = pen.say("ceo", ceo) if known else pen.people.person()
    role = pen.pick("chief executive", "CEO", "who runs the company") if known else ""
    role = role or pen.pick("a member of the board", "head of strategy", "a long-time partner")
    quote = pen.pick(
        f'"{first}," said {shown}, {role}. "{second}."',
        f'{shown}, {role}, put it this way: "{first}. {second}."',
    )
    return [Paragraph(quote), Paragraph(f'"{third}," added {news.speaker}.')]


def _about(pen: Pen, company: str) -> list[Block]:
    year, staff = pen.rng.randint(1886, 2014), pen.rng.randint(120, 990)
    sales, lands = round(pen.rng.uniform(20, 900), 1), pen.rng.randint(3, 48)
    options: list[Callable[[], str]] = [
        lambda: f"The firm was founded in {pen.say('founded', str(year), year)}.",
        lambda: f"Its head office is in {pen.say('headquarters', pen.people.city())}.",
        lambda: f"It employs {pen.count('employees', staff)} people.",
        lambda: (
            f"In the last financial year it had sales of "
            f"{pen.writing.currency} {pen.number('annual_sales', sales, 1)} million."
        ),
        lambda: f"It is active in {pen.in_words('num_countries', lands)} countries.",
    ]
    told = [f"{pen.say('company', company)} is known for reliable products and service."]
    told += pen.shuffled(drawn(pen, options, 0.55))
    return [Heading(pen.pick("About us", "About the company"), 2), Paragraph(" ".join(told))]


def _contacts(pen: Pen, company: str) -> list[Block]:
    contact = pen.people.person()
    press: list[PairOption] = [
        ("Press contact", lambda: pen.say("press_contact", contact)),
        ("Press office", lambda: pen.say("press_phone", pen.people.phone())),
        ("Press email", lambda: pen.say("press_email", pen.people.email(contact, company))),
    ]
    others: list[PairOption] = [
        ("Investor relations", lambda: pen.say("investor_contact", pen.people.person())),
        ("Telephone for investors", lambda: pen.say("investor_phone", pen.people.phone())),
        (
            pen.pick("Internet", "Web"),
            lambda: pen.say("website", f"www.{pen.id('??').lower()}-news.example"),
        ),
    ]
    groups = pen.shuffled([drawn_pairs(pen, press, 0.65), drawn_pairs(pen, others, 0.5)])
    blocks: list[Block] = [Heading(pen.pick("Contact", "For further questions"), 2)]
    for group in groups:
        blocks += laid_out(pen, group)
    return blocks if len(blocks) > 1 else []


KIND = Kind("press_release", "press", (*SHARED, *APPOINTMENT, *ACQUISITION, *LAUNCH), _write)
