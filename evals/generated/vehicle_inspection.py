"""What does the record of a technical inspection of a vehicle say?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from evals.generated.blocks import Block, Bullets, Heading, Paragraph, Table
from evals.generated.entry import Entry, drawn, entries_set_out, entry
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
        blocks += entries_set_out(pen, facts[:middle], pen.pick("pairs", "table", "strip"))
        blocks += entries_set_out(pen, facts[middle:], pen.pick("prose", "pairs"))
    else:
        blocks += entries_set_out(pen, facts)
    if pen.chance(0.6):
        blocks.append(_axles(pen))
    return [*blocks, *_findings(pen, grade)]


def _test(pen: Pen, days: VehicleDays) -> list[Entry]:
    people = pen.people
    unit = "miles" if people.country in ("us", "gb") else "km"
    run = pen.rng.randint(21000, 240000)
    before = run - pen.rng.randint(4000, 38000) // 2
    station = f"{people.city()} {pen.pick('Vehicle Testing', 'Test Centre', 'Auto Inspection')}"
    return drawn(pen, [
        (0.85, lambda: entry(
            pen, "Tested on|Date of test|Day of inspection", pen.date("inspected_on", days.test),
            "The vehicle was examined on {}.", "The test took place on {}.")),
        (0.7, lambda: entry(
            pen, "Station|Test centre|Carried out by", pen.say("inspection_station", station),
            "The examination was carried out by {}.", "It was tested at {}.")),
        (0.4, lambda: entry(
            pen, "Phone of the station|Station, tel.", pen.say("station_phone", people.phone()),
            "The station can be reached under {}.", "For questions on the test ring {}.")),
        (0.6, lambda: entry(
            pen, "Inspector|Tester|Examined by", pen.say("inspector", people.person()),
            "The inspector was {}.", "The test was done by {}.")),
        (0.6, lambda: entry(
            pen, "Report no.|Test record|Inspection no.",
            pen.say("report_number", pen.id(pen.pick("HU-######", "##-#####-?", "T#######"))),
            "It is on file as report {}.", "The test record has the number {}.")),
        (0.7, lambda: entry(
            pen, "Odometer|Mileage|Reading", f"{pen.count('mileage', run)} {unit}",
            "The odometer showed {}.", "By then the vehicle had run {}.")),
        (0.45, lambda: entry(
            pen, "Odometer, last test|Previous reading|Mileage last time",
            f"{pen.count('previous_mileage', before)} {unit}",
            "At the test before, {} had been read.", "The last record says {}.")),
    ])  # fmt: skip


def _result(pen: Pen, days: VehicleDays, grade: str, is_through: bool) -> list[Entry]:
    fee = pen.rng.randint(5500, 16000) / 100
    due = days.test + timedelta(days=pen.pick(365, 730, 731))
    until = days.test + timedelta(days=pen.pick(28, 30, 60))
    rate, least = pen.rng.randint(51, 78), pen.pick(45, 50)
    before = days.test - timedelta(days=pen.pick(364, 729, 733))
    return drawn(pen, [
        (0.8, lambda: entry(
            pen, "Result|Outcome|Finding",
            pen.say("outcome", pen.pick(grade, grade.capitalize()), grade),
            "Result of the test: {}.", "The finding reads: {}.")),
        (0.65 if is_through else 0.0, lambda: entry(
            pen, "Next test due|Valid until|Next inspection",
            pen.date("next_inspection_due", due),
            "The next regular test is due by {}.", "The approval is valid until {}.")),
        (0.0 if is_through else 0.6, lambda: entry(
            pen, "Re-test by|To be shown again by|Re-examination until",
            pen.date("retest_deadline", until),
            "The repaired vehicle must be shown again by {}.",
            "A re-examination is possible until {}.")),
        (0.4, lambda: entry(
            pen, "Last regular test|Test before this one", pen.writing.date(before),
            "The test before this one was on {}.")),
        (0.5, lambda: entry(
            pen, "Service brake, found|Foot brake|Efficiency of the service brake",
            pen.percent("brake_efficiency", float(rate), 0),
            "The service brake reached {}.", "For the foot brake {} was measured.")),
        (0.4, lambda: entry(
            pen, "Service brake, required|Minimum for the foot brake",
            pen.percent("required_brake_efficiency", float(least), 0),
            "For the service brake at least {} is required.")),
        (0.3, lambda: entry(
            pen, "Parking brake", f"{pen.rng.randint(17, 34)} %",
            "The parking brake was found to hold {}.")),
        (0.55, lambda: entry(
            pen, "Test fee|Fee for the inspection|Charge for the test",
            pen.money("inspection_fee", fee),
            "The fee for the test was {}.", "For the inspection {} was paid.")),
        (0.35, lambda: entry(
            pen, "Exhaust test|Emission check", pen.writing.money(fee / 2),
            "The emission check was charged with {}.")),
    ])  # fmt: skip


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
