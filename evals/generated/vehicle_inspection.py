"""What does the record of a technical inspection of a vehicle say?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from evals.generated.blocks import Block, Bullets, Heading, Paragraph, Table
from evals.generated.entry import Entry, Wording, worded
from evals.generated.pair_layout import set_out
from evals.generated.pen import Pen
from evals.generated.vehicle_fields import OUTCOMES

_DEFECTS = [
    "front left brake hose cracked",
    "rear brake discs worn below limit",
    "number plate lamp out of order",
    "play in the right track rod end",
    "exhaust leaking behind the silencer",
    "left headlamp set too high",
    "oil loss at the gearbox",
    "rear right tyre worn to the cord",
    "corrosion of the left sill",
    "horn without function",
    "seat belt at the rear frayed",
    "broken coil spring at the rear axle",
]
_ADVISORIES = [
    "front tyres close to the wear limit",
    "wiper blades smearing",
    "light surface rust on the subframe",
    "stone chip outside the field of view",
    "battery weak",
    "first aid kit past its date",
    "slight noise from a wheel bearing",
    "brake fluid due for a change",
]


@dataclass(frozen=True, slots=True)
class VehicleDays:
    first: date
    keeper: date
    test: date


def inspection(pen: Pen, days: VehicleDays) -> list[Block]:
    grade = pen.pick(*OUTCOMES, *OUTCOMES[:3])
    is_through = grade in OUTCOMES[:2]
    facts = [*_test(pen, days), *_result(pen, days, grade, is_through)]
    split = pen.chance(0.5)
    title = pen.pick("Technical inspection", "Periodic test", "Inspection record", "Roadworthiness")
    blocks: list[Block] = [Heading(title, 2)]
    if split:
        middle = len(facts) // 2
        blocks += set_out(pen, facts[:middle], pen.pick("pairs", "listed", "strips"))
        blocks += set_out(pen, facts[middle:], pen.pick("prose", "pairs"))
    else:
        blocks += set_out(pen, facts)
    if pen.chance(0.6):
        blocks.append(_axles(pen))
    return [*blocks, *_findings(pen, grade)]


def _test(pen: Pen, days: VehicleDays) -> list[Wording]:
    people = pen.people
    unit = "miles" if people.country in ("us", "gb") else "km"
    run = pen.rng.randint(21000, 240000)
    before = run - pen.rng.randint(4000, 38000) // 2
    station = f"{people.city()} {pen.pick('Vehicle Testing', 'Test Centre', 'Auto Inspection')}"
    return worded(
        pen,
        [
            Entry(
                ("Tested on", "Date of test", "Day of inspection"),
                ("The vehicle was examined on {}.", "The test took place on {}."),
                lambda _: pen.date("inspected_on", days.test),
                0.85,
            ),
            Entry(
                ("Station", "Test centre", "Carried out by"),
                ("The examination was carried out by {}.", "It was tested at {}."),
                lambda _: pen.say("inspection_station", station),
                0.7,
            ),
            Entry(
                ("Phone of the station", "Station, tel."),
                ("The station can be reached under {}.", "For questions on the test ring {}."),
                lambda _: pen.say("station_phone", people.phone()),
                0.4,
            ),
            Entry(
                ("Inspector", "Tester", "Examined by"),
                ("The inspector was {}.", "The test was done by {}."),
                lambda _: pen.say("inspector", people.person()),
                0.6,
            ),
            Entry(
                ("Report no.", "Test record", "Inspection no."),
                ("It is on file as report {}.", "The test record has the number {}."),
                lambda _: pen.say(
                    "report_number", pen.id(pen.pick("HU-######", "##-#####-?", "T#######"))
                ),
                0.6,
            ),
            Entry(
                ("Odometer", "Mileage", "Reading"),
                ("The odometer showed {}.", "By then the vehicle had run {}."),
                lambda _: f"{pen.count('mileage', run)} {unit}",
                0.7,
            ),
            Entry(
                ("Odometer, last test", "Previous reading", "Mileage last time"),
                ("At the test before, {} had been read.", "The last record says {}."),
                lambda _: f"{pen.count('previous_mileage', before)} {unit}",
                0.45,
            ),
        ],
    )


def _result(pen: Pen, days: VehicleDays, grade: str, is_through: bool) -> list[Wording]:
    fee = pen.rng.randint(5500, 16000) / 100
    due = days.test + timedelta(days=pen.pick(365, 730, 731))
    until = days.test + timedelta(days=pen.pick(28, 30, 60))
    rate, least = pen.rng.randint(51, 78), pen.pick(45, 50)
    before = days.test - timedelta(days=pen.pick(364, 729, 733))
    return worded(
        pen,
        [
            Entry(
                ("Result", "Outcome", "Finding"),
                ("Result of the test: {}.", "The finding reads: {}."),
                lambda _: pen.say("outcome", pen.pick(grade, grade.capitalize()), grade),
                0.8,
            ),
            Entry(
                ("Next test due", "Valid until", "Next inspection"),
                ("The next regular test is due by {}.", "The approval is valid until {}."),
                lambda _: pen.date("next_inspection_due", due),
                0.65 if is_through else 0.0,
            ),
            Entry(
                ("Re-test by", "To be shown again by", "Re-examination until"),
                (
                    "The repaired vehicle must be shown again by {}.",
                    "A re-examination is possible until {}.",
                ),
                lambda _: pen.date("retest_deadline", until),
                0.0 if is_through else 0.6,
            ),
            Entry(
                ("Last regular test", "Test before this one"),
                ("The test before this one was on {}.",),
                lambda _: pen.writing.date(before),
                0.4,
            ),
            Entry(
                ("Service brake, found", "Foot brake", "Efficiency of the service brake"),
                ("The service brake reached {}.", "For the foot brake {} was measured."),
                lambda _: pen.percent("brake_efficiency", float(rate), 0),
                0.5,
            ),
            Entry(
                ("Service brake, required", "Minimum for the foot brake"),
                ("For the service brake at least {} is required.",),
                lambda _: pen.percent("required_brake_efficiency", float(least), 0),
                0.4,
            ),
            Entry(
                ("Parking brake",),
                ("The parking brake was found to hold {}.",),
                lambda _: f"{pen.rng.randint(17, 34)} %",
                0.3,
            ),
            Entry(
                ("Test fee", "Fee for the inspection", "Charge for the test"),
                ("The fee for the test was {}.", "For the inspection {} was paid."),
                lambda _: pen.money("inspection_fee", fee),
                0.55,
            ),
            Entry(
                ("Exhaust test", "Emission check"),
                ("The emission check was charged with {}.",),
                lambda _: pen.writing.money(fee / 2),
                0.35,
            ),
        ],
    )


def _axles(pen: Pen) -> Table:
    rows = []
    for axle in ("Front axle", "Rear axle", "Parking brake"):
        left = pen.rng.randint(120, 340)
        rows.append([axle, str(left), str(left + pen.rng.randint(-15, 15)), pen.pick("ok", "-")])
    return Table([pen.pick("Axle", "Brake test"), "Left daN", "Right daN", "Note"], rows)


def _findings(pen: Pen, grade: str) -> list[Block]:
    """A paper that says there are no defects leaves nothing to be listed."""
    blocks: list[Block] = []
    if grade == OUTCOMES[0]:
        pen.drop("defects")
        if pen.chance(0.6):
            blocks.append(Paragraph("There is nothing that must be repaired."))
    else:
        faults = pen.some(_DEFECTS, 1 if grade == OUTCOMES[1] else 2, 4)
        if pen.chance(0.7):
            blocks += _list(pen, "defects", faults, "To be repaired|Defects found|Faults")
    if pen.chance(0.5):
        points = pen.some(_ADVISORIES, 1, 3)
        blocks += _list(pen, "advisories", points, "To be watched|Advice|Remarks without defect")
    return blocks


def _list(pen: Pen, name: str, items: list[str], titles: str) -> list[Block]:
    title = pen.pick(*titles.split("|"))
    if pen.chance(0.5):
        return [Paragraph(f"{title}:"), Bullets(pen.items(name, items), pen.chance(0.4))]
    return [Paragraph(f"{title}: {pen.listed(name, items)}.")]
