"""What does an agreement on confidential information say?"""

from __future__ import annotations

import datetime

from evals.generated.blocks import Block, Paragraph
from evals.generated.clauses import STATES, Clause, boilerplate, set_out
from evals.generated.draft import Kind, Paper
from evals.generated.pen import Pen
from evals.generated.secrecy_fields import FIELDS
from evals.generated.secrecy_parties import parties_of, signatures
from evals.generated.secrecy_preamble import letter, preamble
from evals.generated.writing import number_words


def _write(pen: Pen) -> Paper:
    day = pen.day(datetime.date(1996, 1, 1), datetime.date(2022, 12, 31))
    parties = parties_of(pen)
    title = pen.pick(
        "Confidentiality Agreement",
        "Non-Disclosure Agreement",
        "Mutual Nondisclosure Agreement",
        "Confidentiality and Non-Disclosure Agreement",
        "Proprietary Information Agreement",
    )
    is_letter = len(parties) == 2 and not parties[0].is_person and pen.chance(0.3)
    opening = letter(pen, title, parties, day) if is_letter else preamble(pen, title, parties, day)
    clauses = [*_duties(pen), *pen.shuffled([*_terms(pen), *boilerplate(pen)])]
    if is_letter:
        body: list[Block] = [Paragraph(" ".join(said)) for _, said in clauses]
    else:
        body = set_out(pen, clauses)
    suffix = pen.pick("txt", "txt", "pdf", "pdf", "md")
    return Paper(
        f"{pen.pick('nda', 'agreement', 'ex-10')}.{suffix}",
        [*opening, *body, *signatures(pen, parties, is_letter)],
    )


def _duties(pen: Pen) -> list[Clause]:
    kept = [
        "Confidential Information means all data, plans and know-how, in whatever form, that is "
        "not generally known.",
        pen.pick(
            "The recipient shall hold it in strict confidence and shall not disclose it to anyone "
            "but those of its representatives who need to know it.",
            "It shall be used for no other purpose and shall be guarded with the same care as "
            "one's own secrets.",
        ),
    ]
    clauses: list[Clause] = [("Confidential Information", kept)]
    if pen.chance(0.65):
        period = _days(pen, 5, 7, 10, 14, 15, 30)
        clauses.append(
            (
                pen.pick("Return of Materials", "Return or Destruction"),
                [
                    pen.pick(
                        f"Within {pen.say('return_period', period)} of a written request all "
                        "materials shall be returned or destroyed.",
                        "Upon request, documents and all copies shall be handed back within "
                        f"{pen.say('return_period', period)}.",
                    )
                ],
            )
        )
    return clauses


def _terms(pen: Pen) -> list[Clause]:
    clauses: list[Clause] = []
    if pen.chance(0.72):
        clauses.append((pen.pick("Term", "Duration", "Term and Termination"), [_term(pen)]))
    if pen.chance(0.85):
        clauses.append((pen.pick("Governing Law", "Applicable Law", "Miscellaneous"), _law(pen)))
    if pen.chance(0.45):
        months = pen.say("non_solicitation", _period(pen))
        clauses.append(
            (
                "Non-Solicitation",
                [
                    pen.pick(
                        f"For {months} from the date hereof no employee of the other party shall "
                        "be solicited for employment.",
                        f"Neither party shall, for a period of {months}, hire away the staff of "
                        "the other.",
                    )
                ],
            )
        )
    if pen.chance(0.25):
        months = pen.say("standstill", _period(pen))
        clauses.append(
            (
                "Standstill",
                [f"During {months} no securities of the other party shall be acquired."],
            )
        )
    if pen.chance(0.3):
        copies = pen.say("copies_allowed", pen.pick("two", "three", "four", "five"))
        clauses.append(("Copies", [f"No more than {copies} copies of any document shall be made."]))
    if pen.chance(0.25):
        bond = pen.say("injunction_bond", f"${pen.rng.randint(1, 50)},000")
        said = f"An injunction may be sought against a bond of {bond}."
        clauses.append(("Remedies", [said]))
    if pen.chance(0.3):
        earlier = pen.writing.date(pen.day(datetime.date(1990, 1, 1), datetime.date(1995, 12, 1)))
        clauses.append(
            ("Prior Agreements", [f"The letter of intent of {earlier} remains unaffected."])
        )
    return clauses


def _term(pen: Pen) -> str:
    term = pen.say("term", _period(pen))
    said = pen.pick(
        f"This Agreement shall remain in force for {term} from the date hereof",
        f"The obligations hereunder expire {term} after the date of this Agreement",
        f"The duties of confidence shall continue for a period of {term}",
        f"Unless ended earlier, the term of this Agreement is {term}",
        f"This Agreement shall terminate at the end of {term} following its execution",
    )
    notice = f", and either party may end it upon {_days(pen, 10, 30, 60, 90)}' prior notice"
    return said + (notice if pen.chance(0.5) else "") + "."


def _law(pen: Pen) -> list[str]:
    state = pen.pick(*STATES)
    if pen.people.country == "us":
        the = pen.pick("the State of ", "the state of ", "")
    else:
        the = pen.pick("", "the State of ")
        state = pen.pick(state, "England and Wales", "Ontario", "Switzerland", "Singapore")
        the = "" if state not in STATES else the
    law = the + pen.say("jurisdiction", state)
    said = [
        pen.pick(
            f"This Agreement shall be governed by and construed in accordance with the laws of "
            f"{law}.",
            f"The validity and meaning of this Agreement are subject to the law of {law}, without "
            "regard to its conflict of laws principles.",
            f"The laws of {law} shall govern.",
        )
    ]
    if pen.chance(0.5):
        court = pen.say("venue", pen.people.city())
        said.append(
            pen.pick(
                f"Any suit shall be brought in the courts sitting in {court}.",
                f"The parties submit to the courts of {court}, {pen.pick(*STATES)}.",
            )
        )
    return said


def _period(pen: Pen) -> str:
    years = pen.chance(0.55)
    num = pen.pick(1, 2, 2, 3, 3, 4, 5, 7, 10) if years else pen.pick(6, 9, 12, 15, 18, 20)
    unit = ("year" if years else "month") + ("s" if num > 1 else "")
    words = number_words(num)
    return pen.pick(f"{words} ({num}) {unit}", f"{words} {unit}", f"{num} {unit}")


def _days(pen: Pen, *choices: int) -> str:
    num = pen.pick(*choices)
    words = number_words(num)
    return pen.pick(f"{num} days", f"{words} ({num}) days" if words != str(num) else f"{num} days")


KIND = Kind(
    "confidentiality_agreement", "contract", FIELDS, _write, ("us", "us", "us", "us", "gb", "in")
)
