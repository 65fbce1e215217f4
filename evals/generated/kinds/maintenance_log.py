"""What does a log of incidents or of maintenance say?"""

from __future__ import annotations

import datetime

from evals.generated.blocks import Block, Bullets, Heading, Pairs, Paragraph, Table
from evals.generated.draft import Kind, Paper
from evals.generated.field import BOOLEAN, DATE, INTEGER, NUMBER, STRING, Field, choice, field, own
from evals.generated.pen import Pen

_SEVERITIES = choice("low", "medium", "high", "critical")
_FIELDS = (
    field("site", STRING, "Site", "Where was the log kept?", "Plant that the entries are about"),
    field(
        "shift_leader",
        STRING,
        "Shift leader",
        "Who was in charge of the shift?",
        "Head of the crew",
    ),
    field(
        "period_start",
        DATE,
        "First day of the log",
        "From when on are there entries?",
        "Start of the period",
    ),
    own(
        "next_service",
        DATE,
        "Next service",
        "When is the next maintenance due?",
        "Day of the coming overhaul",
    ),
    own(
        "downtime_minutes",
        INTEGER,
        "Total downtime in minutes",
        "For how many minutes did things stand still?",
        "Minutes lost",
    ),
    own("injured", BOOLEAN, "Was anybody hurt?", "Injuries to people", "Did persons come to harm?"),
    own(
        "root_cause",
        STRING,
        "Root cause",
        "What was the underlying reason?",
        "Why did it come to the disturbance?",
    ),
    field(
        "reported_to", STRING, "Reported to", "Whom was it reported to?", "Recipient of the report"
    ),
    own(
        "replacement_cost",
        NUMBER,
        "Cost of replaced parts",
        "What did new parts cost?",
        "Price of the spares",
    ),
)
_MACHINES = [
    "Pump",
    "Compressor",
    "Conveyor",
    "Boiler",
    "Press",
    "Mixer",
    "Chiller",
    "Furnace",
    "Crane",
    "Generator",
    "Lathe",
    "Server",
]
_TROUBLES = {
    "bearing overheated": "bearing replaced",
    "leak at the flange": "gasket renewed",
    "belt slipped off": "belt tensioned",
    "sensor gave no signal": "sensor exchanged",
    "unusual vibration": "shaft aligned",
    "fuse blew": "fuse replaced",
    "oil level too low": "oil topped up",
    "emergency stop pressed by mistake": "restarted after inspection",
    "disk was full": "old files removed",
    "valve stuck": "valve cleaned",
    "pressure dropped below limit": "filter changed",
    "display went dark": "cable reconnected",
}

_LINE = "{day} [{severity}] {number} {machine}: {trouble}; {remedy} ({minutes} min, {who})"
_SENTENCES = (
    "On {day} ticket {number} was opened for {machine}: {trouble}. Severity {severity}. "
    "{who} attended, {remedy}, downtime {minutes} minutes."
)


def _write(pen: Pen) -> Paper:
    start = pen.day()
    title = pen.pick("Maintenance log", "Incident log", "Shift book", "Logbook of disturbances")
    pairs = [
        (
            pen.pick("Site", "Plant", "Facility"),
            pen.say(
                "site",
                f"{pen.people.city()} {pen.pick('works', 'plant', 'data centre', 'terminal')}",
            ),
        )
    ]
    if pen.chance(0.6):
        pairs.append(
            (
                pen.pick("Shift leader", "In charge", "Supervisor"),
                pen.say("shift_leader", pen.people.person()),
            )
        )
    if pen.chance(0.6):
        pairs.append(
            (pen.pick("From", "Log begun on", "Period starts"), pen.date("period_start", start))
        )
    else:
        pen.drop("period_start")
    entries = _entries(pen, start)
    blocks = [Heading(title, 1), Pairs(pairs), *entries, *_end(pen)]
    return Paper(pen.pick("log.txt", "log.pdf", "logbook.md", "log.txt"), blocks)


def _entries(pen: Pen, start: datetime.date) -> list[Block]:
    form = pen.pick("table", "lines", "lines", "paragraphs")
    rows, lines = [], []
    day = start
    asked = set(pen.some(range(12), 4, 5))
    machines = [f"{pen.pick(*_MACHINES)} {number}" for number in pen.some(range(1, 40), 14, 14)]
    for at in range(pen.rng.randint(7, 14)):
        day += datetime.timedelta(days=pen.rng.randint(1, 4))
        trouble, remedy = pen.pick(*_TROUBLES.items())
        severity = pen.pick("low", "medium", "high", "critical")
        minutes, who, number = pen.rng.randint(5, 400), pen.people.person(), pen.id("T-####")
        machine = machines[at]
        told = {
            "day": pen.writing.date(day),
            "trouble": trouble,
            "remedy": remedy,
            "severity": severity,
            "minutes": str(minutes),
            "who": who,
            "machine": machine,
            "number": number,
        }
        if at in asked:
            told |= _asked(pen, told, day, minutes)
        rows.append(
            [
                told[k]
                for k in (
                    "number",
                    "day",
                    "machine",
                    "trouble",
                    "remedy",
                    "severity",
                    "minutes",
                    "who",
                )
            ]
        )
        lines.append(_line(form, told))
    if form == "table":
        return [
            Table(
                ["No.", "Date", "Machine", "Problem", "Action", "Severity", "Min.", "By"], rows, 6
            )
        ]
    if form == "lines":
        return [Bullets(lines)]
    return [Paragraph(line) for line in lines]


def _line(form: str, told: dict[str, str]) -> str:
    if form == "lines":
        return _LINE.format(**told)
    return _SENTENCES.format(**told)


def _asked(pen: Pen, told: dict[str, str], day: datetime.date, minutes: int) -> dict[str, str]:
    ticket, machine = told["number"], told["machine"]
    slug = ticket.replace("-", "_").lower()
    key = pen.pick(ticket, machine, f"ticket {ticket}", f"the entry on {machine}")
    fields = {
        "day": Field(
            f"date_{slug}",
            DATE,
            (f"Date of {key}", f"When did {key} come up?", f"Day of the trouble, {key}"),
        ),
        "trouble": Field(
            f"problem_{slug}",
            STRING,
            (f"Problem in {key}", f"What went wrong with {key}?", f"Fault noted for {key}"),
        ),
        "remedy": Field(
            f"action_{slug}",
            STRING,
            (f"Action taken for {key}", f"What was done about {key}?", f"Remedy, {key}"),
        ),
        "severity": Field(
            f"severity_{slug}",
            _SEVERITIES,
            (f"Severity of {key}", f"How serious was {key}?", f"Class of {key}"),
        ),
        "minutes": Field(
            f"minutes_{slug}",
            INTEGER,
            (
                f"Downtime in minutes, {key}",
                f"How many minutes did {key} take?",
                f"Minutes lost to {key}",
            ),
        ),
        "who": Field(
            f"technician_{slug}",
            STRING,
            (f"Technician for {key}", f"Who attended to {key}?", f"Person who worked on {key}"),
        ),
    }
    said: dict[str, str] = {}
    for name in pen.some(list(fields), 1, 3):
        value = {"day": day.isoformat(), "minutes": minutes}.get(name)
        said[name] = pen.say(pen.ask(fields[name]), told[name], value)
    return said


def _end(pen: Pen) -> list[Block]:
    said = []
    if pen.chance(0.4):
        hurt = pen.chance(0.4)
        said.append(
            pen.flag(
                "injured",
                pen.pick(
                    "One fitter suffered a cut and was treated on site.",
                    "A worker was taken to hospital.",
                )
                if hurt
                else pen.pick("No one was injured.", "There were no injuries to persons."),
                hurt,
            )
        )
    if pen.chance(0.4):
        said.append(
            f"{pen.pick('Next service is due on', 'The next overhaul is planned for')} "
            f"{pen.date('next_service', pen.day())}."
        )
    if pen.chance(0.35):
        said.append(
            "Parts worth "
            f"{pen.money('replacement_cost', round(pen.rng.uniform(20, 4000), 2))} were replaced."
        )
    if pen.chance(0.35):
        said.append(
            f"{pen.pick('Copy sent to', 'Reported to')} "
            f"{pen.say('reported_to', pen.people.person())}."
        )
    return [Paragraph(" ".join(pen.shuffled(said)))] if said else []


KIND = Kind("maintenance_log", "log", _FIELDS, _write)
