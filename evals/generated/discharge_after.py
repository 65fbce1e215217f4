"""What does a discharge letter say of findings, drugs and the time after the stay?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta

from evals.generated.blocks import Block, Bullets, Heading, Paragraph, Table
from evals.generated.discharge_cases import MEDICINES
from evals.generated.discharge_fields import PLACES
from evals.generated.entry import Entry, Wording, worded, wording
from evals.generated.pair_layout import set_out
from evals.generated.pen import Pen, plain

_TIMES = ("1-0-0", "1-0-1", "0-0-1", "1-1-1", "½-0-½", "if needed")


def findings(pen: Pen, examinations: Sequence[str]) -> list[Block]:
    told = [Paragraph(text) for text in pen.some(examinations, 1, 4)]
    values = _as_table(pen) if pen.chance(0.4) else set_out(pen, _values(pen), "prose")
    return [Heading(pen.pick("Findings", "Examinations", "Results"), 2), *told, *values]


def _measured(pen: Pen) -> list[tuple[str, tuple[str, str], str]]:
    """Name, what it was at first and at last, unit."""
    high, weight = pen.rng.uniform(10.5, 15.5), pen.rng.uniform(52, 104)
    low, light = high - pen.rng.uniform(0.4, 2.6), weight - pen.rng.uniform(0.6, 5)
    pressures = tuple(
        f"{pen.rng.randint(11, 18) * 10 + pen.rng.randint(0, 9)}/{pen.rng.randint(58, 99)}"
        for _ in range(2)
    )
    return [
        ("Haemoglobin", _two(pen, "haemoglobin", high, low), "g/dl"),
        ("Weight", _two(pen, "weight", weight, light), "kg"),
        ("Blood pressure", (
            pen.say("blood_pressure_at_admission", pressures[0]),
            pen.say("blood_pressure_at_discharge", pressures[1]),
        ), "mmHg"),
    ]  # fmt: skip


def _two(pen: Pen, name: str, first: float, last: float) -> tuple[str, str]:
    told = []
    for key, value in ((f"{name}_at_admission", first), (f"{name}_at_discharge", last)):
        value = round(value, 1)
        told.append(pen.say(key, pen.writing.number(value, 1), plain(value)))
    return told[0], told[1]


def _as_table(pen: Pen) -> list[Block]:
    """Every value at both times, with some that nobody asks for."""
    rows = [[name, *values, unit] for name, values, unit in pen.some(_measured(pen), 3, 3)]
    rows += [
        ["Creatinine", *(pen.writing.number(pen.rng.uniform(0.6, 1.9), 2) for _ in "ab"), "mg/dl"],
        ["CRP", *(pen.writing.number(pen.rng.uniform(1, 90), 1) for _ in "ab"), "mg/l"],
        ["Potassium", *(pen.writing.number(pen.rng.uniform(3.4, 5.2), 1) for _ in "ab"), "mmol/l"],
    ]
    head = ["", pen.pick("Admission", "On admission"), pen.pick("Discharge", "At discharge"), ""]
    return [Table(head, pen.shuffled(rows), 1)]


def _values(pen: Pen) -> list[Wording]:
    """An entry is made once it is wanted, since its sentences are drawn as well."""
    high, weight = pen.rng.uniform(10.5, 15.5), pen.rng.uniform(52, 104)
    light, hb, mass = weight - pen.rng.uniform(0.6, 5), pen.pick("Hb", "haemoglobin"), "weight"
    lines: list[tuple[float, Callable[[], Entry]]] = [
        (0.5, lambda: _value(pen, "haemoglobin_at_admission", hb, high, "g/dl")),
        (0.5, lambda: _value(pen, "haemoglobin_at_discharge", hb, high - 0.9, "g/dl")),
        (0.5, lambda: _value(pen, "weight_at_admission", mass, weight, "kg")),
        (0.5, lambda: _value(pen, "weight_at_discharge", mass, light, "kg")),
        (0.45, lambda: _pressure(pen, "admission")),
        (0.45, lambda: _pressure(pen, "discharge")),
        (0.4, lambda: _pulse(pen)),
    ]
    return [wording(pen, make()) for share, make in pen.shuffled(lines) if pen.chance(share)]


def _value(pen: Pen, name: str, called: str, value: float, unit: str) -> Entry:
    when = name.rpartition("_")[2]
    value = round(value, 1)
    return Entry(
        (called,),
        (
            f"{pen.pick('At', 'On the day of')} {when} the {called} was {{}}.",
            f"The {called} at {when} was {{}}.",
        ),
        lambda _: f"{pen.say(name, pen.writing.number(value, 1), plain(value))} {unit}",
    )


def _pressure(pen: Pen, when: str) -> Entry:
    pressure = f"{pen.rng.randint(104, 182)}/{pen.rng.randint(58, 99)}"
    return Entry(
        ("RR",),
        (
            f"Blood pressure at {when} was {{}}.",
            f"At {when} a blood pressure of {{}} was measured.",
        ),
        lambda _: f"{pen.say(f'blood_pressure_at_{when}', pressure)} mmHg",
    )


def _pulse(pen: Pen) -> Entry:
    pulse = f"{pen.rng.randint(56, 104)}/min"
    return Entry(("Pulse",), ("The pulse was regular at {}.",), lambda _: pulse)


def medicines(pen: Pen) -> list[Block]:
    drugs = pen.some(MEDICINES, 6, 9)
    num = pen.rng.randint(3, 5)
    taken, others = drugs[:num], drugs[num:]
    title = Heading(pen.pick("Medication", "Drugs", "Therapy recommended"), 2)
    key = "discharge_medicines"
    names = pen.items(key, [drug.split(" ")[0] for drug in taken])
    doses = [" ".join(drug.split(" ")[1:]) for drug in taken]
    lines = [(n, d, pen.pick(*_TIMES)) for n, d in zip(names, doses, strict=True)]
    match pen.pick("table", "bullets", "prose"):
        case "table":
            head = [pen.pick("Drug", "Preparation"), "Strength", pen.pick("Intake", "Dose")]
            told: list[Block] = [Table(head, [list(line) for line in lines], 3)]
        case "bullets":
            told = [
                Paragraph(pen.pick("At discharge:", "To be taken from now on:")),
                Bullets([" ".join(line) for line in lines]),
            ]
        case _:
            told = [Paragraph("We recommend " + ", ".join(" ".join(x) for x in lines) + ".")]
    if pen.chance(0.45):
        stopped = [drug.split(" ")[0] for drug in others[:3]]
        told.append(
            Paragraph(
                f"{pen.pick('We stopped', 'No longer to be taken:', 'Withdrawn were')} "
                f"{pen.listed('stopped_medicines', stopped)}."
            )
        )
    elif pen.chance(0.5):
        told.append(Paragraph(f"During the stay {others[0]} was given for three days."))
    return [title, *told]


def after_the_stay(pen: Pen, left: date, was_operated: bool) -> list[Block]:
    people, place = pen.people, pen.pick(*PLACES)
    weeks = pen.pick(2, 3, 4, 6, 8)

    def day(least: int, most: int) -> date:
        return left + timedelta(days=pen.rng.randint(least, most))

    cut = 1.0 if was_operated else 0.0
    entries = worded(
        pen,
        pen.shuffled(
            [
                Entry(
                    ("Follow-up", "Next visit"),
                    (
                        "We ask the patient to come to our outpatient clinic on {}.",
                        "A follow-up visit with us has been arranged for {}.",
                    ),
                    lambda _: pen.date("follow_up_on", day(20, 70), in_prose=True),
                    0.5,
                ),
                Entry(
                    ("Stitches out", "Sutures"),
                    (
                        "The stitches can be taken out on {} in your practice.",
                        "Please remove the sutures on {}.",
                    ),
                    lambda _: pen.date("stitches_out_on", day(6, 12), in_prose=True),
                    0.5 * cut,
                ),
                Entry(
                    ("Sick leave until", "Unfit for work until"),
                    (
                        "A certificate of incapacity for work was made out until {}.",
                        "The patient is on sick leave up to and including {}.",
                    ),
                    lambda _: pen.date("sick_leave_until", day(7, 45), in_prose=True),
                    0.5,
                ),
                Entry(
                    ("Blood thinner until", "Heparin until"),
                    (
                        "The blood thinner should be given until {}.",
                        "Please continue the anticoagulant up to {}.",
                    ),
                    lambda _: pen.date("anticoagulant_until", day(13, 90), in_prose=True),
                    0.5,
                ),
                Entry(
                    ("No heavy lifting", "Lifting"),
                    (
                        "Nothing heavy should be lifted for {}.",
                        "We advise against heavy lifting for {}.",
                    ),
                    lambda _: f"{pen.in_words('lifting_weeks', weeks)} weeks",
                    0.5,
                ),
                Entry(
                    ("Driving",),
                    ("The patient should not drive a car for {}.",),
                    lambda _: f"{pen.rng.randint(2, 9)} weeks",
                    0.4,
                ),
                Entry(
                    ("Discharged to", "Destination"),
                    ("Destination after discharge: {}.", "Discharged to: {}."),
                    lambda _: pen.say("discharged_to", place, place),
                    0.6,
                ),
                Entry(
                    ("Appointments", "Outpatient clinic, tel."),
                    (
                        "Appointments are given under {}.",
                        "To change an appointment please call our outpatient clinic, {}.",
                    ),
                    lambda _: pen.say("outpatient_phone", people.phone()),
                    0.45,
                ),
                Entry(
                    ("Blood count", "Laboratory"),
                    ("We ask you to check the blood count around {}.",),
                    lambda _: pen.writing.date(day(5, 15)),
                    0.5,
                ),
            ]
        ),
    )
    title = Heading(pen.pick("Recommendations", "Further treatment", "What is to be done"), 2)
    form = pen.pick("prose", "prose", "bullets", "pairs")
    if form == "bullets" and entries:
        return [title, Bullets([one.sentence for one in entries], pen.chance(0.4))]
    return [title, *set_out(pen, entries, "prose" if form == "bullets" else form)]
