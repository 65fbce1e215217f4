"""What happened, and why does the court decide as it does?"""

from __future__ import annotations

from datetime import timedelta

from evals.generated.blocks import Block
from evals.generated.court_case import Case
from evals.generated.court_fields import OUTCOMES
from evals.generated.entry import Entry, told
from evals.generated.pair_layout import paragraphs
from evals.generated.pen import Pen
from evals.generated.teller import Teller

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


def case_background(pen: Pen, case: Case) -> list[Block]:
    tell = Teller(pen)
    (one, two), people = case.roles, pen.people
    subject, done, flaw = pen.pick(*_DISPUTES)
    invoiced = case.agreed + timedelta(days=pen.rng.randint(20, 100))
    sums = [round(case.claimed + case.paid, 2), case.paid]
    invoice = f"invoice no. {pen.id('####')} of {pen.writing.date(invoiced, in_prose=True)}"
    rejected = pen.writing.date(invoiced + timedelta(days=21), in_prose=True)
    share = 1.0 if case.outcome == OUTCOMES[0] else 0.7
    entries = [
        Entry([], [f"The parties are in dispute over {subject}."], lambda _: ""),
        Entry(
            [],
            ["Their contract was concluded on {}.", "They rely on a contract of {}."],
            tell.date("original_date", case.agreed),
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
        Entry(
            [],
            ["The action was lodged on {}.", "The statement of claim reached the court on {}."],
            tell.date("filing_date", case.filed),
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


def case_reasons(pen: Pen, case: Case) -> list[Block]:
    tell = Teller(pen)
    people, (one, _) = pen.people, case.roles
    heard = case.decided - timedelta(days=pen.rng.randint(7, 60))
    last = pen.writing.date(heard - timedelta(days=14), in_prose=True)
    names = [people.person() for _ in range(pen.pick(1, 2, 3))]
    entries = [
        Entry(
            [],
            ["The parties were heard on {}.", "The court held a hearing on {}."],
            tell.date("hearing_date", heard),
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
        Entry(
            [],
            ["An expert opinion was obtained from {}.", "The expert it appointed, {}, reported."],
            tell.text("expert", people.person()),
            0.4,
            [f"A private report by {people.person()}, filed by the {one}, was left aside."],
        ),
    ]
    said = told(pen, entries, 1.0)[1]
    said += [text.replace("{}", pen.id("## ?##/##")) for text in pen.some(_REASONS, 4, 11)]
    if case.outcome == OUTCOMES[1]:
        said.append("Beyond the sum stated in the order the claim is not made out.")
    return paragraphs(pen, said, 3)
