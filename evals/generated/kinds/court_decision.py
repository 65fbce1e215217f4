"""What does the judgment or order of a civil court say?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from evals.generated.blocks import Block, Bullets, Columns, Heading, Paragraph
from evals.generated.court_fields import FIELDS, OUTCOMES
from evals.generated.draft import Kind, Paper
from evals.generated.entries import Entry, claim, dated, pair_blocks, paragraphs, told, worded
from evals.generated.pen import Pen

_ROLES = (("Claimant", "Defendant"), ("Plaintiff", "Defendant"), ("Petitioner", "Respondent"))
_DISPUTES = (
    ("the price of a packing machine", "the machine was delivered", "the machine ran too slowly"),
    ("fees for the design of a warehouse", "the drawings were handed over", "they came too late"),
    ("the balance for roofing works", "the roof was finished", "several tiles were loose"),
    ("charges for the storage of furniture", "the goods were taken in", "some had been scratched"),
    ("remuneration for a software project", "the program was put to use", "it crashed at times"),
    ("the price of four loads of timber", "the timber was unloaded", "a part of it was damp"),
    ("the fee of a translator", "the translation was sent", "it was full of errors"),
    ("commission on the sale of a house", "a buyer had been found", "the buyer was known before"),
)
_REASONS = (
    "A party that accepts a performance without reservation cannot later rely on defects that it "
    "could see at the time.",
    "The burden of proof lies on the party that derives a right from the alleged fact.",
    "The set-off fails, since the counterclaim was neither put in figures nor supported by papers.",
    "The court finds the account given in the letters of that time more reliable than memories "
    "that were first put in writing years later.",
    "The objection of limitation is without merit, as talks between the parties suspended time.",
    "That the general terms were printed on the back of the offer is not enough for them to apply.",
    "No further evidence was called for, because the facts that matter are undisputed.",
    "The file of the related proceedings, no. {}, was consulted with the consent of both sides.",
    "What was discussed at the meeting in the spring has not been proved in the sense that the "
    "parties meant to release each other from all claims; the note that was drawn up afterwards "
    "speaks of a first estimate only.",
    "Whoever wants to rely on a defect must give notice of it in such a way that the other side "
    "can see what is complained of and can put it right. A general expression of displeasure does "
    "not do so.",
    "The court does not overlook that sums of this size weigh heavily on a small business, but "
    "considerations of fairness cannot take the place of what has been agreed.",
    "Insofar as reference is made to the decision in case no. {}, the facts there were different, "
    "since in that case the acceptance had been refused in writing.",
    "The calculation was checked item by item and, apart from rounding, was found to be correct.",
    "The application to stay the proceedings was rejected by a separate order, file {}.",
    "The remaining arguments were considered but do not lead to another result.",
)


@dataclass(frozen=True, slots=True)
class _Case:
    """The sums and days of a case, and what its parties are called."""

    roles: tuple[str, str]
    names: tuple[str, str]
    decided: date
    filed: date
    agreed: date
    claimed: float
    awarded: float
    paid: float
    title: str
    prose_share: float

    @property
    def outcome(self) -> str:
        if not self.awarded:
            return OUTCOMES[2]
        return OUTCOMES[0] if self.awarded == self.claimed else OUTCOMES[1]


def _write(pen: Pen) -> Paper:
    case = _case(pen)
    order = [Heading(pen.pick("Decision", "Order", "Operative part"), 2), *_order(pen, case)]
    grounds: list[Block] = [
        Heading(pen.pick("Facts", "Background", "Statement of facts"), 2),
        *_background(pen, case),
        Heading(pen.pick("Reasons", "Grounds", "Discussion"), 2),
        *_reasons(pen, case),
    ]
    is_late = pen.chance(0.35)
    body = [*grounds, *order] if is_late else [*order, *grounds]
    return Paper(
        pen.pick("judgment.pdf", "decision.pdf", "order.pdf", "judgment.txt"),
        [*_caption(pen, case), *body, *_ending(pen, case)],
        running_head=pen.pick("", "", case.title),
        running_foot=pen.pick("", "Page {page}", "- {page} -"),
    )


def _case(pen: Pen) -> _Case:
    people, decided = pen.people, pen.day()
    filed = decided - timedelta(days=pen.rng.randint(150, 600))
    claimed = round(pen.rng.uniform(900, 240000), pen.pick(0, 2, 2))
    share = pen.pick(1.0, 1.0, 0.0, *[pen.rng.uniform(0.2, 0.9) for _ in range(3)])
    return _Case(
        pen.pick(*_ROLES),
        (
            people.company() if pen.chance(0.6) else people.person(),
            people.company() if pen.chance(0.5) else people.person(),
        ),
        decided,
        filed,
        filed - timedelta(days=pen.rng.randint(120, 900)),
        claimed,
        claimed if share == 1.0 else round(claimed * share, 2),
        float(pen.rng.randint(2, 90) * 100),
        pen.pick("Judgment", "Judgment", "Final Judgment", "Order"),
        pen.pick(0.15, 0.5, 0.85, 0.95),
    )


def _caption(pen: Pen, case: _Case) -> list[Block]:
    people, (one, two) = pen.people, case.roles
    below = f"{pen.pick('Magistrates Court', 'Local Court', 'City Court')} of {people.city()}"
    bench = pen.pick("District Court", "County Court", "Commercial Court", "High Court")
    court = pen.say("court", f"{bench} of {people.city()}")
    earlier = pen.id(pen.pick("## C ###/##", "C-####/##", "####-??-###"))
    number = pen.id(pen.pick("# O ###/##", "CV-####-#####", "??-##-####", "### Cg ##/##?"))
    entries = [
        worded(pen, "case_number", number, ["Case no.", "File no.", "Docket"], ["Case no. {}."]),
        _party(pen, "claimant", case.names[0], one),
        _party(pen, "defendant", case.names[1], two),
        dated(
            pen,
            "decision_date",
            case.decided,
            ["Date of judgment", "Decided", "Given on"],
            ["This decision was given on {}.", "Pronounced on {}."],
        ),
        _counsel(pen, "claimant_counsel", one, 0.6),
        _counsel(pen, "defendant_counsel", two, 0.55),
        worded(
            pen,
            "judge",
            people.person(),
            ["Before", "Presiding judge", "Judge"],
            ["Before Judge {}, sitting alone.", "The court was presided over by {}."],
        ),
        worded(
            pen,
            "court_below",
            below,
            ["On appeal from", "Court below"],
            ["The matter comes on appeal from the {}.", "At first instance it was decided by {}."],
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
    return [*head, *pair_blocks(pen, pairs), *paragraphs(pen, sentences)]


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
    return worded(
        pen,
        key,
        pen.people.person(),
        [f"Counsel for the {role}", f"For the {role}"],
        [f"The {role} was represented by {{}}.", f"{{}} appeared for the {role}."],
        share,
        [f"The {role} was not represented by a lawyer.", f"The {role} appeared in person."],
    )


def _background(pen: Pen, case: _Case) -> list[Block]:
    (one, two), people = case.roles, pen.people
    subject, done, flaw = pen.pick(*_DISPUTES)
    invoiced = case.agreed + timedelta(days=pen.rng.randint(20, 100))
    sums = [round(case.claimed + case.paid, 2), case.paid]
    invoice = f"invoice no. {pen.id('####')} of {pen.writing.date(invoiced, in_prose=True)}"
    rejected = pen.writing.date(invoiced + timedelta(days=21), in_prose=True)
    share = 1.0 if case.outcome == OUTCOMES[0] else 0.7
    entries = [
        Entry([], [f"The parties are in dispute over {subject}."], lambda _: ""),
        dated(
            pen,
            "original_date",
            case.agreed,
            [],
            ["Their contract was concluded on {}.", "They rely on a contract of {}."],
            0.6,
            ["When exactly the contract was concluded is not clear from the file."],
        ),
        Entry(
            [],
            [f"After {done}, the {one} sent {invoice} over {pen.writing.money(sums[0])}."],
            lambda _: "",
        ),
        Entry(
            [],
            [f"The {two} paid {{}} and no more.", f"Out of court the {two} had settled {{}}."],
            lambda _: pen.money("paid_on_account", sums[1]),
            0.5,
        ),
        Entry(
            [],
            [f"On {rejected} {people.person()} wrote for the {two} to complain that {flaw}."],
            lambda _: "",
            0.6,
        ),
        dated(
            pen,
            "filing_date",
            case.filed,
            [],
            ["The action was lodged on {}.", "The statement of claim reached the court on {}."],
            0.6,
        ),
        Entry(
            [],
            [
                f"The {one} seeks payment of {{}} together with interest.",
                f"It is asked that the {two} be ordered to pay {{}}.",
            ],
            lambda _: pen.money("amount_claimed", case.claimed),
            share,
        ),
        Entry([], [f"The {two} asks that the claim be rejected."], lambda _: ""),
    ]
    return paragraphs(pen, told(pen, entries, 1.0)[1])


def _order(pen: Pen, case: _Case) -> list[Block]:
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
        claim(
            pen,
            "enforceable",
            [],
            ["The judgment is provisionally enforceable.", "It may be enforced at once."],
            ["The judgment is not provisionally enforceable.", "It cannot be enforced before it "
             "is final."],
            0.5,
        ),
    ]  # fmt: skip
    said += told(pen, entries, 1.0)[1]
    if pen.values.get("enforceable") and pen.chance(0.6):
        sum_ = pen.money("enforcement_security", float(pen.rng.randint(2, 260) * 500))
        said.append(f"The {two} may avert enforcement by lodging security of {sum_}.")
    form = pen.pick("bullets", "numbered", "prose")
    return paragraphs(pen, said) if form == "prose" else [Bullets(said, form == "numbered")]


def _payment(pen: Pen, case: _Case) -> str:
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


def _reasons(pen: Pen, case: _Case) -> list[Block]:
    people, (one, _) = pen.people, case.roles
    heard = case.decided - timedelta(days=pen.rng.randint(7, 60))
    last = pen.writing.date(heard - timedelta(days=14), in_prose=True)
    names = [people.person() for _ in range(pen.pick(1, 2, 3))]
    entries = [
        dated(
            pen,
            "hearing_date",
            heard,
            [],
            ["The parties were heard on {}.", "The court held a hearing on {}."],
            0.55,
            [f"It was decided on the papers; submissions could be made until {last}."],
        ),
        Entry(
            [],
            ["Evidence was taken from {}.", "The court examined {} as to what was agreed."],
            lambda _: pen.listed("witnesses", names),
            0.45,
            [f"Statements in writing of {people.person()} were not admitted."],
        ),
        worded(
            pen,
            "expert",
            people.person(),
            [],
            ["An expert opinion was obtained from {}.", "The expert it appointed, {}, reported."],
            0.4,
            [f"A private report by {people.person()}, filed by the {one}, was left aside."],
        ),
    ]
    said = told(pen, entries, 1.0)[1]
    said += [text.replace("{}", pen.id("## ?##/##")) for text in pen.some(_REASONS, 4, 11)]
    if case.outcome == OUTCOMES[1]:
        said.append("Beyond the sum stated in the order the claim is not made out.")
    return paragraphs(pen, said, 3)


def _ending(pen: Pen, case: _Case) -> list[Block]:
    entries = [
        claim(
            pen,
            "appeal_allowed",
            [],
            ["Leave to appeal is granted.", "An appeal against this decision is open."],
            ["Leave to appeal is refused.", "There is no appeal against this decision."],
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
