"""What does the judgment or order of a civil court say?"""

from __future__ import annotations

from datetime import timedelta

from evals.generated.blocks import Block, Bullets, Columns, Heading, Paragraph
from evals.generated.court_case import Case, case_of
from evals.generated.court_fields import FIELDS, OUTCOMES
from evals.generated.court_grounds import case_background, case_reasons
from evals.generated.draft import Kind, Paper
from evals.generated.entry import Entry, told
from evals.generated.pair_layout import FORMAL, laid_out, paragraphs
from evals.generated.pen import Pen
from evals.generated.teller import Teller


def _write(pen: Pen) -> Paper:
    case = case_of(pen)
    order = [Heading(pen.pick("Decision", "Order", "Operative part"), 2), *_order(pen, case)]
    grounds: list[Block] = [
        Heading(pen.pick("Facts", "Background", "Statement of facts"), 2),
        *case_background(pen, case),
        Heading(pen.pick("Reasons", "Grounds", "Discussion"), 2),
        *case_reasons(pen, case),
    ]
    is_late = pen.chance(0.35)
    body = [*grounds, *order] if is_late else [*order, *grounds]
    return Paper(
        pen.pick("judgment.pdf", "decision.pdf", "order.pdf", "judgment.txt"),
        [*_caption(pen, case), *body, *_ending(pen, case)],
        running_head=pen.pick("", "", case.title),
        running_foot=pen.pick("", "Page {page}", "- {page} -"),
    )


def _caption(pen: Pen, case: Case) -> list[Block]:
    tell = Teller(pen)
    people, (one, two) = pen.people, case.roles
    below = f"{pen.pick('Magistrates Court', 'Local Court', 'City Court')} of {people.city()}"
    bench = pen.pick("District Court", "County Court", "Commercial Court", "High Court")
    court = pen.say("court", f"{bench} of {people.city()}")
    earlier = pen.id(pen.pick("## C ###/##", "C-####/##", "####-??-###"))
    number = pen.id(pen.pick("# O ###/##", "CV-####-#####", "??-##-####", "### Cg ##/##?"))
    entries = [
        Entry(
            ["Case no.", "File no.", "Docket"],
            ["Case no. {}."],
            tell.text("case_number", number),
        ),
        _party(pen, "claimant", case.names[0], one),
        _party(pen, "defendant", case.names[1], two),
        Entry(
            ["Date of judgment", "Decided", "Given on"],
            ["This decision was given on {}.", "Pronounced on {}."],
            tell.date("decision_date", case.decided),
        ),
        _counsel(pen, "claimant_counsel", one, 0.6),
        _counsel(pen, "defendant_counsel", two, 0.55),
        Entry(
            ["Before", "Presiding judge", "Judge"],
            ["Before Judge {}, sitting alone.", "The court was presided over by {}."],
            tell.text("judge", people.person()),
        ),
        Entry(
            ["On appeal from", "Court below"],
            ["The matter comes on appeal from the {}.", "At first instance it was decided by {}."],
            tell.text("court_below", below),
            0.4,
        ),
    ]
    pairs, sentences = told(pen, entries, case.prose_share)
    if "court_below" in pen.values and pen.chance(0.6):
        said = pen.say("earlier_case_number", earlier)
        if sentences:
            sentences.append(f"There the case had the number {said}.")
        else:
            pairs.append((pen.pick("Number below", "Reference of the court below"), said))
    title = Heading(case.title, 1)
    head: list[Block] = [Paragraph(court, pen.pick("left", "center")), title]
    if pen.chance(0.25):
        head = [Columns([Paragraph(court)], [title])]
    return [*head, *laid_out(pen, pairs, FORMAL), *paragraphs(pen, sentences)]


def _party(pen: Pen, key: str, name: str, role: str) -> Entry:
    seat = pen.pick("of", "having the address", "of")

    def write(in_prose: bool) -> str:
        said = pen.say(key, name)
        if not in_prose and pen.chance(0.5):
            return said
        address = pen.say(f"{key}_address", pen.people.address())
        return f"{said}, {seat} {address}" if in_prose else f"{said}, {address}"

    return Entry([role], [f"{{}}, is the {role}."], write)


def _counsel(pen: Pen, key: str, role: str, share: float) -> Entry:
    tell = Teller(pen)
    return Entry(
        [f"Counsel for the {role}", f"For the {role}"],
        [f"The {role} was represented by {{}}.", f"{{}} appeared for the {role}."],
        tell.text(key, pen.people.person()),
        share,
        [f"The {role} was not represented by a lawyer.", f"The {role} appeared in person."],
    )


def _order(pen: Pen, case: Case) -> list[Block]:
    tell = Teller(pen)
    one, two = case.roles
    said = [f"The claim is {pen.say('outcome', case.outcome)}."]
    if case.awarded:
        said.append(_payment(pen, case))
    if pen.chance(0.5) and case.outcome == OUTCOMES[1]:
        share = pen.pick(20, 25, 30, 40, 45, 60, 75)
        said.append(
            f"Of the costs the {one} bears {pen.percent('claimant_costs_share', share, 0)} and "
            f"the {two} {pen.percent('defendant_costs_share', 100 - share, 0)}."
        )
    else:
        pen.drop("claimant_costs_share")
        pen.drop("defendant_costs_share")
        loser, winner = (two, one) if case.awarded > case.claimed / 2 else (one, two)
        said.append(f"The costs of the proceedings are put on the {loser}.")
        if pen.chance(0.5):
            costs = pen.money("party_costs", round(pen.rng.uniform(400, 9000), 2))
            said.append(f"The {loser} shall reimburse the {winner} for legal costs of {costs}.")
    fee = round(pen.rng.uniform(80, 3000), pen.pick(0, 2))
    worth = float(round(case.claimed / 1000 + 1) * 1000)
    entries = [
        Entry(
            [],
            ["A court fee of {} is due.", "The fee of the court is fixed at {}."],
            lambda _: pen.money("court_fee", fee),
            0.5,
        ),
        Entry(
            [],
            ["The value in dispute is set at {}.", "For the fees the matter is valued at {}."],
            lambda _: pen.money("value_in_dispute", worth),
            0.45,
        ),
        Entry(
            [],
            ["{}"],
            tell.claim(
                "enforceable",
                ["The judgment is provisionally enforceable.", "It may be enforced at once."],
                [
                    "The judgment is not provisionally enforceable.",
                    "It cannot be enforced before it is final.",
                ],
            ),
            0.5,
        ),
    ]
    said += told(pen, entries, 1.0)[1]
    if pen.values.get("enforceable") and pen.chance(0.6):
        sum_ = pen.money("enforcement_security", float(pen.rng.randint(2, 260) * 500))
        said.append(f"The {two} may avert enforcement by lodging security of {sum_}.")
    form = pen.pick("bullets", "numbered", "prose")
    return paragraphs(pen, said) if form == "prose" else [Bullets(said, form == "numbered")]


def _payment(pen: Pen, case: Case) -> str:
    one, two = case.roles
    text = f"The {two} {pen.pick('shall pay', 'is ordered to pay')} the {one} "
    text += pen.money("amount_awarded", case.awarded)
    if pen.chance(0.6):
        rate = pen.percent("late_interest", pen.pick(4.0, 5.0, 6.5, 8.0, 9.25))
        text += f" with interest at {rate} a year"
        if pen.chance(0.7):
            day = case.filed - timedelta(days=pen.rng.randint(5, 100))
            text += f" from {pen.date('interest_from', day, in_prose=True)}"
    if pen.chance(0.45):
        days = pen.in_words("judgment_payment_days", pen.pick(14, 15, 20, 28, 30))
        text += f", within {days} days of service of this decision"
    return f"{text}."


def _ending(pen: Pen, case: Case) -> list[Block]:
    tell = Teller(pen)
    entries = [
        Entry(
            [],
            ["{}"],
            tell.claim(
                "appeal_allowed",
                ["Leave to appeal is granted.", "An appeal against this decision is open."],
                ["Leave to appeal is refused.", "There is no appeal against this decision."],
            ),
            0.65,
        )
    ]
    said = told(pen, entries, 1.0)[1]
    if pen.values.get("appeal_allowed") and pen.chance(0.7):
        days = pen.in_words("appeal_days", pen.pick(14, 20, 28, 30, 60))
        said.append(f"It must be lodged within {days} days of service, signed by a lawyer.")
    if pen.chance(0.4):
        days = pen.in_words("objection_days", pen.pick(7, 10, 14, 15))
        said.append(f"The assessment of costs may be contested within {days} days.")
    signed = case.decided + timedelta(days=pen.rng.randint(1, 12))
    issued = pen.writing.date(signed, in_prose=True)
    if pen.chance(0.55):
        clerk = pen.say("court_clerk", pen.people.person())
        said.append(f"Certified as a true copy on {issued} by {clerk}, clerk of the court.")
    else:
        said.append(f"Sent to the parties on {issued}.")
    return [Heading(pen.pick("Appeal", "Notice of rights", "Service"), 2), *paragraphs(pen, said)]


KIND = Kind("court_decision", "court", FIELDS, _write)
